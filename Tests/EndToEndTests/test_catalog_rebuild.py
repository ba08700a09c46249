"""The database of Helenus is lost: what lies on destinations is listed and restored again."""

import json
import shutil

import pytest

from helenusctl import Command, column
from nodetool import on_every_node
from rows import same_rows


@pytest.mark.full
def test_backups_outlive_the_catalog(demo, keyspace, tmp_path):
    before = keyspace.dump()
    place = {"provider": "local", "path": str(demo.directory / "backups" / "outlives")}
    (destination,) = demo.api.post("/backups/destinations", place)["destination"][0]
    tag = demo.succeed(demo.api.run_backup([keyspace.name], [destination]), "backup")["tag"]
    held = demo.api.get(f"/backups?destination={destination}")[tag]["keyspaces"]

    lose_the_database(demo)
    demo.up()
    assert demo.api.get("/backups") == {}
    command = Command(demo)
    file = tmp_path / "destinations.json"
    file.write_text(json.dumps([place]))
    told = command("catalog", "rebuild", str(file))
    assert column(told, "BACKUPS") == ["1"], told
    # What is known already stays as it is.
    assert command("catalog", "rebuild", str(file)) == told
    assert command("catalog", "rebuild") == told
    (destination,) = column(told, "DESTINATION")
    assert demo.api.get(f"/backups?destination={destination}")[tag]["keyspaces"] == held

    keyspace.truncate()
    status = demo.api.wait(demo.api.post(f"/backups/restore/{tag}", {
        "destination": destination, "keyspaces": {keyspace.name: {}}, "truncate": True}))
    assert status["state"] == "success", status
    same_rows(before, keyspace.dump())


def lose_the_database(demo):
    """The whole server of it. The cluster is added and its agents join anew, for nobody knows them."""
    # See nodes.stop.
    on_every_node(demo, "drain")
    demo.run("down")
    shutil.rmtree(demo.directory / "postgres")
    for credentials in demo.directory.glob("agents/*/credentials.json"):
        credentials.unlink()
    (demo.directory / "etc" / "cluster.id").unlink()
