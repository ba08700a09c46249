"""What the kernel tells of processes, and does to them."""

import contextlib
import os
import pathlib
import signal
import socket


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(host, port):
    """Whether somebody takes connections there."""
    try:
        with socket.create_connection((host, port), timeout=5):
            return True
    except OSError:
        return False


def plain_environment():
    """Without what would override the settings files."""
    return {key: value for key, value in os.environ.items() if not key.startswith("HELENUS_")}


def is_alive(pid):
    try:
        return "\nState:\tZ" not in pathlib.Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid):
    """Process ids, sorted."""
    return sorted(
        int(one)
        for tasks in pathlib.Path(f"/proc/{pid}/task").glob("*/children")
        for one in tasks.read_text().split())


@contextlib.contextmanager
def stopped(pid):
    """A process that does nothing, answers nobody, and may be killed all the same."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        if is_alive(pid):
            os.kill(pid, signal.SIGCONT)


def running(*words):
    """The process ids of all whose command lines have these words."""
    found = []
    for line in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = line.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if all(word in command for word in words):
            found.append(int(line.parent.name))
    return sorted(found)


def program(pid):
    """The path of the program that it runs."""
    return pathlib.Path(f"/proc/{pid}/exe").resolve()


def resident(pid):
    """Bytes of memory, as they are now."""
    return _memory(pid, "VmRSS")


def peak_resident(pid):
    """Bytes of memory at the worst moment since the start, or since `forget_peak`."""
    return _memory(pid, "VmHWM")


def forget_peak(pid):
    pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")


def sockets(pid):
    """The sockets that it has open."""
    links = set()
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            link = str(descriptor.readlink())
        except FileNotFoundError:
            continue
        if link.startswith("socket:"):
            links.add(link)
    return links


def _memory(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)
