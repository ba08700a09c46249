"""An agent stops and starts its node by the commands that its settings name."""

import pathlib
import subprocess

from agent import Agent
from rows import same_rows
from story import Keyspace
from waiting import wait_for


def command(demo, node, name):
    return pathlib.Path(demo.environment["HELENUS_NODE_BIN"]) / str(node) / name


def is_up(demo, node):
    """By the very command that tells it to operators."""
    status = command(demo, node, "status")
    return subprocess.run([status], stdin=subprocess.DEVNULL, check=False).returncode == 0


def nodes_up(demo, node):
    """As this one sees them."""
    told = subprocess.run(
        [command(demo, node, "nodetool"), "status"], stdin=subprocess.DEVNULL, check=True,
        capture_output=True, text=True)
    return sum(line.startswith("UN ") for line in told.stdout.splitlines())


def test_a_node_is_stopped_started_and_has_its_rows(demo):
    keyspace = Keyspace(demo.hosts, "restarted")
    keyspace.create()
    keyspace.load(200)
    before = keyspace.dump()
    agent = Agent(demo, 3)
    down = agent.perform("restart_node", action="stop", drains=True, timeLimit=120)
    assert down["state"] == "succeeded", down
    assert not is_up(demo, 3)
    # What is so already is not done again.
    assert agent.perform(
        "restart_node", action="stop", drains=True, timeLimit=120)["state"] == "succeeded"
    up = agent.perform("restart_node", action="start", drains=False, timeLimit=120)
    assert up["state"] == "succeeded", up
    assert is_up(demo, 3)
    wait_for("the others to see it", lambda: nodes_up(demo, 1) == len(demo.hosts))
    same_rows(before, keyspace.dump())
