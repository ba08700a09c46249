"""The database of Helenus is lost: what lies on destinations is listed and restored again."""

import json
import shutil

import pytest

from archiving import Archiving, assert_gapless
from helenusctl import Command, column
from moments import Past
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


@pytest.mark.full
def test_the_way_back_to_a_moment_outlives_the_catalog(demo, tmp_path):
    past = Past(demo, Archiving(demo), "outlived")
    ledger = past.archiving.ledger(past.local)

    lose_the_database(demo)
    demo.up()
    archiving = Archiving(demo)
    file = tmp_path / "destinations.json"
    file.write_text(json.dumps([{"provider": "local", "path": str(past.path)}]))
    (local,) = column(Command(demo)("catalog", "rebuild", str(file)), "DESTINATION")
    learned = archiving.ledger(local)
    for node in archiving.nodes:
        # What was archived by the nodes' stop may be there as well.
        assert ledger[node] == learned[node][:len(ledger[node])]
        assert_gapless(learned[node])

    demo.succeed(archiving.enable({local: {}}), "archiving again")
    told = demo.api.post("/backups/pit_check", {"pit": past.second, "destination": local})
    assert (told["type"], told["tag"]) == ("PointInTimeOK", past.tag), told
    # And what is archived from now on follows.
    archiving.wait_until_shipped()
    for node, rows in archiving.ledger(local).items():
        assert_gapless(rows)
        assert len(rows) >= len(learned[node])
    demo.succeed(
        demo.api.post("/backups/pit/run/", {
            "pit": past.second, "destination": local, "restart_pause": 0}),
        "restore to a moment")
    past.is_back(past.second_rows)
    demo.succeed(archiving.disable(), "disabling")


def lose_the_database(demo):
    """The whole server of it. The cluster is added and its agents join anew, for nobody knows them."""
    # See nodes.stop.
    on_every_node(demo, "drain")
    demo.run("down")
    shutil.rmtree(demo.directory / "postgres")
    for credentials in demo.directory.glob("agents/*/credentials.json"):
        credentials.unlink()
    (demo.directory / "etc" / "cluster.id").unlink()
