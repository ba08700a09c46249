"""Times commands with what it takes to make their result durable, and their peak memory."""

import os
import pathlib
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass


class BenchmarkError(Exception):
    """A run that did not do what it was to do: no number comes from it."""


@dataclass(frozen=True)
class Measure:
    """One run."""

    # From the start until all is durable.
    seconds: float
    # Of user and system time.
    cpu_seconds: float
    # Largest resident set of the process.
    peak_bytes: int
    # Without the start of the interpreter, where that is known.
    warm_seconds: float | None = None


def settle(*sources):
    """Brings the machine into the same state before each run: nothing unwritten, sources cached."""
    os.sync()
    for source in sources:
        for path in pathlib.Path(source).rglob("*"):
            if path.is_file() and "snapshots" not in path.parts:
                with open(path, "rb", buffering=0) as file:
                    while file.read(1 << 20):
                        pass


def recover():
    """Waits until files that were just removed slow nobody down.

    ext4 without a journal shuns inodes that were freed less than 60 s ago, and looks at each of
    them whenever a file is created near them.
    """
    os.sync()
    time.sleep(65)


def remove(folder):
    """Removes a tree that an earlier run wrote."""
    if os.path.lexists(folder):
        shutil.rmtree(folder)


def flush(folder):
    """`syncfs`: everything of the folder's file system is on the disk."""
    subprocess.run(["sync", "-f", folder], check=True)


def run(command, log, flushing=None, environment=None, cwd=None):
    """Runs a command to its end, then makes what it wrote under `flushing` durable.

    Raises BenchmarkError with the end of its output when it fails.
    """
    with open(log, "wb") as output:
        began = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})}, cwd=cwd)
        peak = PeakMemory(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode == 0 and flushing is not None:
            flush(flushing)
        seconds = time.monotonic() - began
    if process.returncode != 0:
        tail = pathlib.Path(log).read_text(errors="replace")[-2_000:]
        raise BenchmarkError(f"{command[0]} ended with status {process.returncode}:\n{tail}")
    return Measure(seconds, usage.ru_utime + usage.ru_stime, peak.bytes())


class PeakMemory:
    """Looks at a process's VmHWM until it ends: `ru_maxrss` would count its parent's memory too."""

    def __init__(self, pid):
        self._status = pathlib.Path(f"/proc/{pid}/status")
        self._bytes = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def bytes(self):
        """After the process has ended."""
        self._thread.join()
        return self._bytes

    def _watch(self):
        while (found := self._high_water()) is not None:
            self._bytes = max(self._bytes, found)
            time.sleep(0.02)

    def _high_water(self):
        try:
            lines = self._status.read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            return None
        # An ended process has no memory any more.
        return next((int(line.split()[1]) * 1_024 for line in lines if line.startswith("VmHWM:")),
                    None)


def count_files(folder):
    """Files under a folder, and their bytes."""
    files = [path.stat() for path in pathlib.Path(folder).rglob("*") if path.is_file()]
    return len(files), sum(status.st_size for status in files)
