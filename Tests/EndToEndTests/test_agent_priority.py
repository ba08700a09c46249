"""The priority that the agent's settings file asks for, as the kernel tells it of the real program
and of a tool that it starts. Nothing else runs for it."""

import os
import pathlib
import select
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("HELENUS_BIN", ROOT / ".build" / "release")) / "helenus-agent"

SETTINGS = """\
cluster: c
api: http://127.0.0.1:1
enrolment_token_file: {directory}/token
state_directory: {directory}/state
listen: 127.0.0.1:1
tls: off
roots: []
priority: {priority}
cassandra:
  address: 127.0.0.1
  data_directories: [{directory}]
  nodetool: [{tool}]
  sstableloader: [{tool}]
  cqlsh: [{tool}]
  cql: {{host: 127.0.0.1, port: 1}}
"""


def settings(directory, priority):
    """A settings file whose tools tell their own priority through a pipe."""
    tool, told = directory / "tool", directory / "told"
    tool.write_text(f"#!/bin/sh\necho \"$(nice) $(ionice)\" >{told}\nexit 1\n")
    tool.chmod(0o755)
    os.mkfifo(told)
    (directory / "token").write_text("no token\n")
    file = directory / "agent.yaml"
    file.write_text(SETTINGS.format(directory=directory, tool=tool, priority=priority))
    return file, told


def of_threads(pid):
    """The priorities of all threads: niceness and what ionice says."""
    found = set()
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        niceness = int((task / "stat").read_text().rpartition(")")[2].split()[16])
        spoken = subprocess.run(
            ["ionice", "-p", task.name], stdout=subprocess.PIPE, text=True, check=True).stdout
        found.add((niceness, spoken.strip()))
    return found


@pytest.mark.parametrize("priority, niceness, disk", [
    ("{nice: 7, io_class: best-effort, io_level: 6}", 7, "best-effort: prio 6"),
    ("{nice: 12, io_class: idle}", 12, "idle"),
])
def test_every_thread_and_every_tool_has_it(tmp_path, priority, niceness, disk):
    file, told = settings(tmp_path, priority)
    # As it runs on a node. With CAP_SYS_NICE libdispatch makes new threads as urgent as any other.
    agent = subprocess.Popen(["setpriv", "--bounding-set=-sys_nice", PROGRAM, "--config", file])
    try:
        # Both ends are opened, so that this does not wait for ever for an agent that has died.
        with os.fdopen(os.open(told, os.O_RDWR)) as pipe:
            assert select.select([pipe], [], [], 60)[0], "no tool was started"
            assert pipe.readline().strip() == f"{niceness} {disk}"
        assert of_threads(agent.pid) == {(niceness, disk)}
    finally:
        agent.kill()
        agent.wait()


def test_a_value_that_cannot_be_is_named(tmp_path):
    file, _ = settings(tmp_path, "{nice: -5}")
    done = subprocess.run(
        [PROGRAM, "--config", file], stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode != 0 and "priority.nice: -5 must be from 0 to 19" in done.stderr
