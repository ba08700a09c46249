"""Two clusters on one service: each has its own turn."""

import pathlib

import pytest

from nodetool import held_snapshots
from rows import same_rows
from second_cluster import SecondCluster
from story import Keyspace
from waiting import wait_for


@pytest.fixture(scope="module")
def second(demo):
    cluster = SecondCluster(demo)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def test_two_clusters_at_the_same_time(demo, keyspace, local, second):
    other = Keyspace(second.hosts, "other")
    other.create()
    other.load(400)
    rows = {one: one.dump() for one in (keyspace, other)}
    folder = pathlib.Path(demo.directory / "backups" / "second")
    destination = second.api.local_destination(str(folder))

    with held_snapshots(demo, 2) as hold:
        first = demo.api.run_backup([keyspace.name], [local])
        wait_for("the first cluster's snapshot", hold.waiting)
        ended = second.api.wait(second.api.run_backup([other.name], [destination]))
        assert ended["state"] == "success", ended
        assert demo.api.status(first)["state"] == "running"
        assert hold.waiting()
    status = demo.succeed(first, "the first cluster's backup")

    # Each cluster lists what is its own, and restores it.
    tags = {demo.api: status["tag"], second.api: ended["tag"]}
    assert ended["tag"] not in demo.api.get(f"/backups/{keyspace.name}")
    for api, one, place in [(demo.api, keyspace, local), (second.api, other, destination)]:
        assert list(api.get(f"/backups/{one.name}")) == [tags[api]]
        one.truncate()
        restored = api.wait(api.restore(tags[api], one.name, place))
        assert restored["state"] == "success", restored
        same_rows(rows[one], one.dump())
