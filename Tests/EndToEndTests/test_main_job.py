"""The main job on a real cluster: a backup to the nodes and to a local destination brings back
every row, and damage is found before live data is touched."""

import hashlib

import pytest

from rows import same_rows
from story import tag_of


def back_up(demo, keyspace, local):
    status = demo.succeed(demo.api.run_backup([keyspace.name], ["OPSC_ON_SERVER", local]), "backup")
    return tag_of(demo.api, status)


def test_every_row_comes_back(demo, keyspace, local):
    before, indexed = keyspace.dump(), keyspace.indexed()
    assert len(before) == 2000
    tag = back_up(demo, keyspace, local)

    for destination in (None, local):
        keyspace.truncate()
        assert keyspace.dump() == []
        demo.succeed(
            demo.api.restore(tag, keyspace.name, destination),
            f"restore from {destination or 'on-server'}")
        same_rows(before, keyspace.dump())
        assert keyspace.indexed() == indexed

    listed = demo.api.get("/backups")
    assert keyspace.name in listed[tag]["keyspaces"]
    activity = demo.api.get("/backup-activity?count=10")
    assert any(tag in str(event) for event in activity)


def test_reports_tell_what_each_node_did(demo, keyspace, local):
    tag = back_up(demo, keyspace, local)
    with demo.database() as connection, connection.cursor() as cursor:
        cursor.execute("SET helenus.clusters = '*'")
        cursor.execute(
            "SELECT node_address, destination_id, files, bytes, seconds FROM report.node_throughput"
            " WHERE tag = %s", (tag,))
        parts = cursor.fetchall()
        cursor.execute(
            "SELECT destination_id, is_good, files, bytes FROM report.backup_history"
            " WHERE tag = %s", (tag,))
        copies = cursor.fetchall()
        cursor.execute(
            "SELECT tag, sent_tag, sent_destination_id FROM report.recovery_points"
            " WHERE keyspace_name = %s", (keyspace.name,))
        assert cursor.fetchall() == [(tag, tag, local)]
    assert {part[:2] for part in parts} == {
        (host, place) for host in demo.hosts for place in ("OPSC_ON_SERVER", local)}
    assert all(seconds > 0 for *_, seconds in parts)
    assert {place for place, *_ in copies} == {"OPSC_ON_SERVER", local}
    for place, is_good, files, size in copies:
        assert is_good
        assert sum(part[2] for part in parts if part[1] == place) == files
        assert sum(part[3] for part in parts if part[1] == place) == size


def test_stored_files_hash_to_their_names(demo, keyspace, local):
    back_up(demo, keyspace, local)
    objects = demo.objects()
    assert objects
    for file in objects:
        if file.suffix == ".zst":
            continue
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        assert file.name.startswith(f"{digest}-"), file


def test_unchanged_data_is_stored_once(demo, keyspace, local):
    back_up(demo, keyspace, local)
    first = demo.objects()
    tag = back_up(demo, keyspace, local)
    assert demo.objects() == first
    assert len(list(demo.local.glob(f"snapshots/*/{tag}/backup.json"))) == len(demo.hosts)


def test_no_snapshot_is_left_after_a_backup_to_local_alone(demo, keyspace, local):
    before = demo.snapshots()
    demo.succeed(demo.api.run_backup([keyspace.name], [local]), "backup")
    # The on-server snapshot is what a backup is made from; other tests' may be there.
    tags = {path.rsplit("/", 1)[1] for path in set(demo.snapshots()) - set(before)}
    assert len(tags) <= 1, tags


@pytest.mark.parametrize(
    "damage", ["flipped", pytest.param("cut", marks=pytest.mark.full)])
def test_damage_stops_a_restore(demo, keyspace, local, damage):
    before_backup = set(demo.objects())
    tag = back_up(demo, keyspace, local)
    before = keyspace.dump()
    file = max(
        (one for one in set(demo.objects()) - before_backup if one.name.endswith("-Data.db")),
        key=lambda one: one.stat().st_size)
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.chmod(0o600)
    if damage == "flipped":
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    else:
        file.write_bytes(whole[:-1])
    try:
        status = demo.api.wait(demo.api.restore(tag, keyspace.name, local))
        assert status["state"] == "error", status
        # The stored name is the hash and the node's own name of the file.
        assert file.name.split("-", 1)[1] in str(status["details"]), status
        same_rows(before, keyspace.dump())
    finally:
        file.write_bytes(whole)
    keyspace.truncate()
    demo.succeed(demo.api.restore(tag, keyspace.name, local), "restore of the mended file")
    same_rows(before, keyspace.dump())
