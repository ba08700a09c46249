"""Deletion of a backup's copies, one by one, also of what lies on a node that is down."""

import os
import signal

import pytest

from processes import is_alive
from rows import same_rows
from waiting import wait_for


def delete(demo, tag, destination="OPSC_ON_SERVER"):
    return demo.api.wait(demo.api.call(
        "DELETE", f"/backups?tag={tag}&destination={destination}"))


def snapshots(demo, node, tag):
    return list(demo.data_directories[node - 1].glob(f"*/*/snapshots/{tag}"))


def places(demo, tag):
    return demo.api.get("/backups").get(tag, {}).get("destinations", [])


def deleted_at(demo, tag, destination):
    (event,) = [
        event for event in demo.api.get("/backup-activity?count=50&filter_type=backup")
        if event["backup_id"] == tag and event["destination"]["id"] == destination]
    return event["deleted_at"]


def test_each_copy_is_deleted_by_itself(demo, keyspace, local):
    before = keyspace.dump()
    old, new = (
        demo.succeed(demo.api.run_backup([keyspace.name], [local]), "backup")["tag"]
        for _ in range(2))
    assert all(snapshots(demo, node, old) for node in (1, 2, 3))

    assert delete(demo, old)["state"] == "success"
    assert not any(snapshots(demo, node, old) for node in (1, 2, 3))
    assert places(demo, old) == [local] and deleted_at(demo, old, "OPSC_ON_SERVER")
    assert deleted_at(demo, old, local) is None

    stored = demo.objects()
    assert delete(demo, old, local)["state"] == "success"
    assert places(demo, old) == [] and deleted_at(demo, old, local)
    assert not list(demo.local.glob(f"snapshots/*/{old}"))
    # The newer backup names every file of the older one.
    assert demo.objects() == stored
    keyspace.truncate()
    demo.succeed(demo.api.restore(new, keyspace.name, local), "restore of the other backup")
    same_rows(before, keyspace.dump())

    assert delete(demo, new, local)["state"] == "success"
    names = {file.name for file in demo.objects()}
    assert not any(f"-{keyspace.name}-" in name for name in names), names


def stop_agent(demo, node):
    """As an operator stops it; it is not started again by itself."""
    pid = demo.pid(f"agent-{node}")
    os.kill(pid, signal.SIGTERM)
    wait_for("the agent's end", lambda: not is_alive(pid))
    # As if the time had passed after which it counts as away.
    with demo.database() as database, database.cursor() as cursor:
        cursor.execute(
            "UPDATE helenus.node SET last_seen = now() - interval '1 minute' WHERE address = %s",
            [demo.hosts[node - 1]])


def follow_up(demo):
    """As if the pause before the next attempt had passed."""
    with demo.database() as database, database.cursor() as cursor:
        cursor.execute(
            "UPDATE helenus.job SET run_at = now()"
            " WHERE kind = 'delete_backup' AND state IN ('available', 'retryable')")


@pytest.mark.full
def test_nodes_that_are_down_follow_when_they_are_back(demo, keyspace, local):
    before = keyspace.dump()
    old, new = (
        demo.succeed(demo.api.run_backup([keyspace.name], [local]), "backup")["tag"]
        for _ in range(2))
    stop_agent(demo, 2)
    demo.stop_cassandra(3)
    try:
        on_server = delete(demo, old)
        assert on_server["state"] == "partial", on_server
        for host in demo.hosts[1:]:
            assert host in on_server["details"]["message"], on_server
        assert demo.hosts[0] not in on_server["details"]["message"], on_server
        assert not snapshots(demo, 1, old)
        assert snapshots(demo, 2, old) and snapshots(demo, 3, old)
        assert places(demo, old) == [local]
        # Another node's agent may reach the destination.
        assert delete(demo, old, local)["state"] in ("success", "partial")
        assert places(demo, old) == []
    finally:
        demo.up()
    wait_for("the nodes' return", lambda: all(
        one["state"] == "up" for one in demo.api.get("/nodes")))

    def is_gone():
        # An attempt that was under way when the nodes came back leaves another one.
        follow_up(demo)
        return not any(snapshots(demo, node, old) for node in (2, 3)) and not list(
            demo.local.glob(f"snapshots/*/{old}"))

    wait_for("what is left of the backup to go", is_gone, pause=1)
    assert all(snapshots(demo, node, new) for node in (1, 2, 3))
    keyspace.truncate()
    demo.succeed(demo.api.restore(new, keyspace.name, local), "restore of the other backup")
    same_rows(before, keyspace.dump())
