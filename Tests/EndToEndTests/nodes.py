"""Cassandra nodes that come back, by the commands that operators have."""

import pathlib
import socket
import subprocess

from waiting import wait_for


def command(demo, node, name):
    return pathlib.Path(demo.environment["HELENUS_NODE_BIN"]) / str(node) / name


def kill(demo, node):
    """Until its last thread is gone, and with it the port on which it would be in its own way."""
    demo.kill(f"cassandra-{node}")
    wait_for("its end", lambda: not _listens(demo.hosts[node - 1]))


def _listens(host):
    with socket.socket() as connection:
        return connection.connect_ex((host, 7000)) == 0


def start(demo, node):
    """Until everybody sees it."""
    # What Cassandra writes later must not be waited for.
    with open(demo.directory / "log" / "restarted-cassandra.log", "ab") as log:
        subprocess.run(
            [command(demo, node, "start")], check=True, stdin=subprocess.DEVNULL, stdout=log,
            stderr=log)
    wait_for("the node's return", lambda: everybody_is_up(demo), seconds=120)


def everybody_is_up(demo):
    """As the API and as every node sees it."""
    if any(node["state"] != "up" for node in demo.api.get("/nodes")):
        return False
    return all(_seen_by(demo, node) == len(demo.hosts) for node in range(1, len(demo.hosts) + 1))


def _seen_by(demo, node):
    told = subprocess.run(
        [command(demo, node, "nodetool"), "status"], stdin=subprocess.DEVNULL, capture_output=True,
        text=True, check=False)
    return sum(line.startswith("UN ") for line in told.stdout.splitlines())
