"""An agent stops and starts its node by the commands that its settings name."""

import subprocess

import pytest

from agent import Agent
from nodes import nodes_up
from rows import same_rows
from story import Keyspace
from waiting import wait_for


def is_up(demo, node):
    """By the very command that tells it to operators."""
    status = demo.node_program(node, "status")
    return subprocess.run([status], stdin=subprocess.DEVNULL, check=False).returncode == 0


@pytest.mark.full
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
