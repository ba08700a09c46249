"""Clocks of the demo's processes that can be set: a process, though none of its tools, sees the
real time with something added, as the library faketime tells it."""

import contextlib
import os
import pathlib
import platform
import re

from processes import is_alive

LIBRARY = pathlib.Path(f"/usr/lib/{platform.machine()}-linux-gnu/faketime/libfaketimeMT.so.1")
WITH_CLOCKS = ["helenus-agent", "helenus-executor"]
WITHOUT = ["helenus-api", "helenus-archive", "helenusctl"]


class Clocks:
    """A folder of programs for the demo. Agents and executors have a clock each; besides, a lease
    is shorter, so that a minute has more than two of them in it.

    Only what tells the time of day is changed: not clocks that run evenly, nor times of files."""

    def __init__(self, folder, programs):
        self.folder = folder
        folder.mkdir()
        for name in WITHOUT:
            (folder / name).symlink_to(programs / name)
        (folder / "tools.env").write_text("unset LD_PRELOAD\n")
        for name in WITH_CLOCKS:
            self._wrap(folder / name, programs / name)

    def _wrap(self, script, program):
        assert LIBRARY.exists(), f"{LIBRARY} is missing: deploy/install-dependencies.sh"
        script.write_text(f"""\
#!/bin/bash
# PROGRAM --settings|--config FILE: the file's name is the clock's.
name=$(basename "$2")
clock={self.folder}/${{name%.*}}.clock
[ -e "$clock" ] || echo +0 >"$clock"
export HELENUS_LEASE_SECONDS=10
export LD_PRELOAD={LIBRARY} FAKETIME_TIMESTAMP_FILE=$clock FAKETIME_CACHE_DURATION=1 \\
    FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1
# What an agent runs is shell scripts. They do without the library, which makes a JVM slow.
export BASH_ENV={self.folder}/tools.env
# The library adds to the environment of the first process, beside which Swift looks for arguments.
exec env {program} "$@"
""")
        script.chmod(0o755)

    def set(self, name, seconds):
        """Within a second the process is so many seconds ahead, or behind if it is negative."""
        clock = self.folder / f"{name}.clock"
        new = clock.with_suffix(".new")
        new.write_text(f"{seconds:+d}\n")
        os.replace(new, clock)

    @contextlib.contextmanager
    def wrong(self, name, seconds):
        self.set(name, seconds)
        try:
            yield
        finally:
            self.set(name, 0)

    @staticmethod
    def sweep():
        """Removes what the library has left of processes that were killed."""
        for file in pathlib.Path("/dev/shm").glob("*faketime_*"):
            pid = re.search(r"_(\d+)$", file.name)
            if pid and not is_alive(int(pid[1])):
                file.unlink(missing_ok=True)
