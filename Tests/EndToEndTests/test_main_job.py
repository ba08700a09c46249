"""The main job on a real cluster: a backup to the nodes and to a local destination brings back
every row, damage is found before live data is touched, and killed processes are made up for."""

import contextlib
import hashlib
import os
import pathlib
import shlex
import signal

import pytest

from story import tag_of


def same_rows(before, after):
    """Row by row, so that a failure names the rows."""
    missing, extra = sorted(set(before) - set(after)), sorted(set(after) - set(before))
    assert not missing, f"{len(missing)} rows are missing, the first: {missing[:3]}"
    assert not extra, f"{len(extra)} rows are too many, the first: {extra[:3]}"
    assert after == before


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


@pytest.mark.parametrize("damage", ["flipped", "cut"])
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


@contextlib.contextmanager
def held_snapshot(demo, node):
    """The node's nodetool stops before it takes a snapshot; yields what tells that it has come so
    far, and what lets it go on."""
    command = pathlib.Path(demo.environment["HELENUS_NODE_BIN"]) / str(node) / "nodetool"
    whole = command.read_text()
    hold, reached = demo.directory / "hold", demo.directory / "reached"
    wait = (
        f'if [[ " $* " == *" snapshot "* ]]; then touch {shlex.quote(str(reached))}\n'
        f"while [ -e {shlex.quote(str(hold))} ]; do sleep 0.1; done; fi\n")
    lines = whole.splitlines(keepends=True)
    hold.touch()
    command.write_text("".join([lines[0], wait, *lines[1:]]))
    try:
        yield reached.exists, hold.unlink
    finally:
        hold.unlink(missing_ok=True)
        reached.unlink(missing_ok=True)
        command.write_text(whole)


@pytest.mark.parametrize("victims", [["executor-1", "executor-2"], ["agent-1"]])
def test_a_kill_in_the_middle_is_made_up_for(demo, keyspace, local, victims):
    keyspace.load(200)
    before = keyspace.dump()
    with held_snapshot(demo, 2) as (has_come_so_far, let_go):
        request = demo.api.run_backup([keyspace.name], [local])
        status = demo.api.wait(request, until=lambda status: has_come_so_far())
        assert status["state"] == "running", f"ended before the kill: {status}"
        for victim in victims:
            os.kill(demo.pid(victim), signal.SIGKILL)
        let_go()
        status = demo.succeed(request, f"backup with {victims} killed")
    keyspace.truncate()
    demo.succeed(demo.api.restore(tag_of(demo.api, status), keyspace.name, local), "restore")
    same_rows(before, keyspace.dump())
