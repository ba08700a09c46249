"""helenusctl and its tables, as scripts call and read them."""

import os
import subprocess

from processes import program


class Command:
    """helenusctl, with the demo's service and cluster in its environment."""

    def __init__(self, demo):
        self._program = program(demo.pid("agent-1")).parent / "helenusctl"
        self._environment = {
            **os.environ, "HELENUS_URL": demo.url, "HELENUS_CLUSTER": demo.api.cluster}

    def __call__(self, *arguments, exits=0, patience=300):
        """Its standard output, within so many seconds; standard error is what an assertion shows."""
        done = subprocess.run(
            [self._program, *arguments], env=self._environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=patience)
        assert done.returncode == exits, (arguments, done.returncode, done.stdout, done.stderr)
        self.error = done.stderr
        return done.stdout


def column(table, name):
    """What stands under a heading, row by row."""
    heading, *rows = table.splitlines()
    start = heading.index(name)
    return [row[start:].split("  ")[0] for row in rows]
