"""Cassandra nodes that come back, by the commands that operators have."""

import subprocess

from processes import listens
from waiting import wait_for


def kill(demo, node):
    """Until its last thread is gone, and with it the port on which it would be in its own way."""
    demo.kill(f"cassandra-{node}")
    wait_for("its end", lambda: not listens(demo.hosts[node - 1], 7000))


def stop(demo, node):
    """As an operator stops it. Drained, since version 1.2 cannot start over a commitlog with rows of
    a table that changed later."""
    for command in (["nodetool", "drain"], ["stop"]):
        subprocess.run(
            [demo.node_program(node, command[0]), *command[1:]], check=True,
            stdin=subprocess.DEVNULL)


def start(demo, node):
    """Until everybody sees it."""
    # What Cassandra writes later must not be waited for.
    with open(demo.directory / "log" / "restarted-cassandra.log", "ab") as log:
        subprocess.run(
            [demo.node_program(node, "start")], check=True, stdin=subprocess.DEVNULL, stdout=log,
            stderr=log)
    wait_for("the node's return", lambda: everybody_is_up(demo), seconds=120)


def everybody_is_up(demo):
    """As the API and as every node sees it."""
    count = len(demo.hosts)
    return demo.knows_all_up() and all(
        nodes_up(demo, node) == count for node in range(1, count + 1))


def nodes_up(demo, node):
    """As this one sees them; none where it does not answer."""
    told = subprocess.run(
        [demo.node_program(node, "nodetool"), "status"], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False)
    return sum(line.startswith("UN ") for line in told.stdout.splitlines())
