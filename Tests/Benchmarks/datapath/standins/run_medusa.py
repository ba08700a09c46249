"""Runs Medusa's own command line with a stand-in for the CQL session that it opens.

    run_medusa.py STARTED-FILE SCHEMA-FILE MEDUSA-ARGUMENTS…

STARTED-FILE gets the seconds from the start of the process until Medusa begins to work: what
Python and the imports take.
"""

import os
import pathlib
import sys
import time

started_file, schema_file = map(pathlib.Path, sys.argv[1:3])

import medusa.medusacli  # noqa: E402
import medusa.backup_node  # noqa: E402
import medusa.cassandra_utils  # noqa: E402


def seconds_since_start():
    """Since this process was started, by the kernel's own account of it."""
    fields = pathlib.Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()
    return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[19]) / os.sysconf("SC_CLK_TCK")


class StandInSession:
    """What Medusa asks of a session for a backup, answered at once."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def dump_schema(self):
        return schema_file.read_text()

    def tokenmap(self):
        return {
            "127.0.0.1": {
                "tokens": [-8995075448793815872], "is_up": True, "rack": "rack1", "dc": "dc1"}
        }

    def get_server_type_and_release_version(self):
        return "cassandra", "4.1.6"


medusa.cassandra_utils.CqlSessionProvider.new_session = lambda self, retry=False: StandInSession()
# It would put itself behind everything else that runs (nice 19, idle I/O), the agent does not.
medusa.backup_node.throttle_backup = lambda: None

started_file.write_text(str(seconds_since_start()))
sys.argv = ["medusa", *sys.argv[3:]]
medusa.medusacli.cli()
