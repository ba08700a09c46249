"""The very tools that one node's agent calls, with something before or after what they do."""

import contextlib
import os
import shlex
import subprocess


@contextlib.contextmanager
def changed(demo, node, before="", after="", tool="nodetool"):
    """Runs shell lines before the tool, which end it with `exit`, and after it has succeeded."""
    command = demo.node_program(node, tool)
    whole = command.read_text()
    # What still runs when this ends goes on with a file that stays.
    real = command.with_name(f"{tool}.real")
    _replace(real, whole)
    _replace(command, "\n".join([
        "#!/bin/bash", before, f'{shlex.quote(str(real))} "$@" || exit', after, ""]))
    try:
        yield
    finally:
        _replace(command, whole)


def _replace(file, text):
    """Whole at every moment: the agent may be calling it."""
    new = file.with_name(f"{file.name}.new")
    new.write_text(text)
    new.chmod(0o755)
    os.replace(new, file)


def on_every_node(demo, *arguments):
    """Calls it with these arguments."""
    for node in range(1, len(demo.hosts) + 1):
        subprocess.run(
            [demo.node_program(node, "nodetool"), *arguments], check=True,
            stdin=subprocess.DEVNULL)


def on_snapshot(lines):
    """Shell lines for the command `snapshot` alone; $tag and $keyspaces are what it names."""
    return (
        'if [[ " $* " =~ " snapshot -t "([^ ]+)" "(.*) ]]; then\n'
        'tag=${BASH_REMATCH[1]} keyspaces=${BASH_REMATCH[2]}\n'
        f"{lines}\nfi")


class Hold:
    """Calls of one node's tool that wait, each until it is let go."""

    def __init__(self, demo, node):
        self._folder = demo.directory / f"hold-{node}-{os.urandom(4).hex()}"
        self._folder.mkdir()
        (self._folder / "all").touch()

    @property
    def lines(self):
        """Shell lines that wait."""
        folder = shlex.quote(str(self._folder))
        return (
            f"touch {folder}/waiting.$$\n"
            f"while [ -e {folder}/all ] && [ ! -e {folder}/go.$$ ]; do sleep 0.05; done\n"
            f"rm -f {folder}/waiting.$$")

    def waiting(self):
        """Those that wait, by process id, the oldest first."""
        files = sorted(self._folder.glob("waiting.*"), key=lambda file: file.stat().st_mtime_ns)
        return [int(file.suffix[1:]) for file in files]

    def let_go(self, pid=None):
        """One of them, or all and those to come."""
        if pid:
            (self._folder / f"go.{pid}").touch()
        else:
            (self._folder / "all").unlink(missing_ok=True)


@contextlib.contextmanager
def held_snapshots(demo, node):
    """Snapshots wait before nodetool is asked."""
    hold = Hold(demo, node)
    with changed(demo, node, before=on_snapshot(hold.lines)):
        try:
            yield hold
        finally:
            hold.let_go()


@contextlib.contextmanager
def held(demo, node, tool, words="", after=False):
    """Calls with these words among their arguments wait before the tool is asked, or after it has
    succeeded and before anybody is told."""
    hold = Hold(demo, node)
    lines = f'if [[ " $* " == *{shlex.quote(words)}* ]]; then\n{hold.lines}\nfi'
    with changed(demo, node, tool=tool, **{"after" if after else "before": lines}):
        try:
            yield hold
        finally:
            hold.let_go()
