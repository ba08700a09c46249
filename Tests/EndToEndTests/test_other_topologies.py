"""A backup of three nodes in clusters that it has never seen: one of two nodes, and one of three
with other tokens and host ids."""

import pytest

from rows import same_rows
from second_cluster import SecondCluster
from stores import add
from story import Keyspace


class Saved:
    """A keyspace of the demo's three nodes, backed up to a folder and to a bucket."""

    def __init__(self, demo, s3):
        self.keyspace = Keyspace(demo.hosts, "elsewhere")
        self.keyspace.create()
        self.keyspace.load(2000)
        self.rows, self.indexed = self.keyspace.dump(), self.keyspace.indexed()
        self.folder = str(demo.directory / "backups" / "elsewhere")
        self.places = [
            {"provider": "local", "path": self.folder}, {**s3, "path": "backups/elsewhere"}]
        self.hosts = {node["host_id"] for node in demo.api.get("/nodes")}
        self.tag = demo.succeed(
            demo.api.run_backup(
                [self.keyspace.name], [add(demo, place) for place in self.places]),
            "backup")["tag"]


@pytest.fixture(scope="module")
def saved(demo, s3_store):
    return Saved(demo, s3_store.fields)


@pytest.mark.full
@pytest.mark.parametrize("nodes", [2, 3])
def test_a_backup_goes_into_another_cluster(demo, saved, nodes):
    other = SecondCluster(demo, f"Of{nodes}", nodes)
    try:
        other.start()
        # The keyspace is made from the stored schema, and later there already.
        for number, place in enumerate(saved.places):
            restore_into(other, saved, place, truncate=number > 0)
    finally:
        other.stop()


def restore_into(other, saved, place, truncate):
    answer = other.api.post("/backups/destinations", place)
    (destination,) = answer["destination"][0]
    assert saved.tag not in other.api.get(f"/backups?destination={destination}")
    body = {"destination": destination, "keyspaces": {saved.keyspace.name: {"truncate": truncate}}}
    plan = other.api.post(f"/backups/restore/{saved.tag}", {**body, "dry_run": True})
    assert plan["possible"], plan["refusals"]
    ours = {node["host_id"] for node in other.api.get("/nodes")}
    assert len(ours) == other.nodes and not ours & saved.hosts
    changes = {one["host_id"]: one["change"] for one in plan["topology"]}
    assert changes == dict.fromkeys(saved.hosts, "gone") | dict.fromkeys(ours, "new")
    sources = [
        source["host_id"] for node in plan["nodes"] for source in node["sources"]]
    assert sorted(sources) == sorted(saved.hosts) and plan["unrestored_ranges"] == {}
    # What lies there already must not be what the restore is judged by.
    keyspace = Keyspace(other.hosts, saved.keyspace.name)
    if truncate:
        keyspace.truncate()
        keyspace.execute(f"INSERT INTO {keyspace.name}.customers (id, name) VALUES (-1, 'later')")
    status = other.api.wait(other.api.post(f"/backups/restore/{saved.tag}", body))
    assert status["state"] == "success", status
    same_rows(saved.rows, keyspace.dump())
    assert keyspace.indexed() == saved.indexed
    in_place = other.api.post(f"/backups/restore/{saved.tag}", {
        "destination": destination, "keyspaces": {keyspace.name: {}}, "truncate": True,
        "use_sstableloader": False, "dry_run": True})
    assert not in_place["possible"]
    assert "is not in the cluster any more" in " ".join(in_place["refusals"])
