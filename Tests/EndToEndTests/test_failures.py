"""What fails is told, by node and cause; nothing half done is offered for a restore, no snapshot is
left behind, and the next run succeeds."""

import subprocess

import pytest

import nodetool
from story import tag_of


def fails_without_a_trace(demo, keyspace, local, node, *words):
    """A backup fails and says why with the node and these words; nothing of it is left."""
    snapshots, listed = demo.snapshots(), demo.api.get("/backups")
    manifests = set(demo.local.glob("snapshots/*/*/backup.json"))
    status = demo.api.wait(demo.api.run_backup([keyspace.name], [local]))
    assert status["state"] == "error", status
    events = [
        event for event in demo.api.get("/backup-activity?count=10&filter_type=backup")
        if event["backup_id"] == status["tag"]]
    assert {event["destination"]["id"] for event in events} == {"OPSC_ON_SERVER", local}
    for event in events:
        assert event["status"] == "error", event
    for message in [status["details"]["message"], *(event["message"] for event in events)]:
        for word in [demo.hosts[node - 1], *words]:
            assert word in message, message
    assert demo.api.get("/backups") == listed
    assert set(demo.local.glob("snapshots/*/*/backup.json")) == manifests
    assert demo.snapshots() == snapshots


def test_a_snapshot_that_fails_on_one_node(demo, keyspace, local):
    refusal = nodetool.on_snapshot('echo "no space here" >&2; exit 1')
    with nodetool.changed(demo, 2, before=refusal):
        fails_without_a_trace(demo, keyspace, local, 2, "no space here")
    demo.succeed(demo.api.run_backup([keyspace.name], [local]), "the next run")


def test_nodetool_fails_for_one_table(demo, keyspace, local):
    # Cassandra itself cannot make the snapshot's folder, after it has made other tables'.
    obstacle = demo.data_directories[1] / keyspace.name / "orders" / "snapshots"
    obstacle.touch(exist_ok=False)
    try:
        fails_without_a_trace(demo, keyspace, local, 2, f"{keyspace.name}/orders")
    finally:
        obstacle.unlink()
    demo.succeed(demo.api.run_backup([keyspace.name], [local]), "the next run")


def test_the_snapshot_of_one_table_lacks_a_file(demo, keyspace, local):
    folder = demo.data_directories[1] / keyspace.name / "orders" / "snapshots"
    loss = nodetool.on_snapshot(f"rm {folder}/$tag/*-Statistics.db")
    with nodetool.changed(demo, 2, after=loss):
        fails_without_a_trace(
            demo, keyspace, local, 2, f"{keyspace.name}.orders", "Statistics.db", "missing")
    before = keyspace.dump()
    tag = tag_of(demo.api, demo.succeed(
        demo.api.run_backup([keyspace.name], [local]), "the next run"))
    keyspace.truncate()
    demo.succeed(demo.api.restore(tag, keyspace.name, local), "restore")
    assert keyspace.dump() == before


@pytest.fixture
def small(demo, cause):
    """A local destination of 3 MB, on a file system of its own."""
    path = demo.directory / "backups" / f"small-{cause}"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", path], check=True)
    try:
        identifier = demo.api.local_destination(str(path))
        yield path, identifier
        for tag in demo.api.get(f"/backups?destination={identifier}"):
            demo.succeed(demo.api.call(
                "DELETE", f"/backups?tag={tag}&destination={identifier}"), "deletion")
    finally:
        subprocess.run(["umount", path], check=True)
        path.rmdir()


@pytest.mark.parametrize("cause", ["full", pytest.param("read-only", marks=pytest.mark.full)])
def test_a_destination_that_takes_nothing(demo, keyspace, small, cause):
    path, identifier = small
    words, cured = {
        "full": ("space", "size=200m"), "read-only": ("read-only", "rw")}[cause]
    if cause == "full":
        keyspace.load(400, blob=65536)
    else:
        subprocess.run(["mount", "-o", "remount,ro", path], check=True)
    status = demo.api.wait(demo.api.run_backup([keyspace.name], [identifier]))
    assert status["state"] in ("error", "partial"), status
    message = status["details"]["message"]
    assert any(host in message for host in demo.hosts) and identifier in message, message
    assert words in message.lower(), message
    assert demo.api.get(f"/backups?destination={identifier}") == {}
    assert not list(path.glob("snapshots/*/*/backup.json"))
    # It was in the middle, and what did not fit has left nothing.
    assert bool(demo.objects(path)) == (cause == "full")
    assert not list(path.glob(".helenus-staging/*"))
    subprocess.run(["mount", "-o", f"remount,{cured}", path], check=True)
    before = keyspace.dump()
    tag = tag_of(demo.api, demo.succeed(
        demo.api.run_backup([keyspace.name], [identifier]), "the next run"))
    demo.succeed(
        demo.api.post("/backups/verify", {"tag": tag, "destination": identifier, "mode": "full"}),
        "verification")
    keyspace.truncate()
    demo.succeed(demo.api.restore(tag, keyspace.name, identifier), "restore")
    assert keyspace.dump() == before


def test_a_node_that_came_back_since_its_agents_last_report_takes_part(demo, keyspace, local):
    demo.api.wait_for_keyspaces([keyspace.name])
    # What the agent last told before the node was up again.
    with demo.database() as database, database.cursor() as cursor:
        cursor.execute(
            "UPDATE helenus.node SET node_state = 'down' WHERE address = %s", (demo.hosts[2],))
        assert cursor.rowcount == 1
    demo.succeed(demo.api.run_backup([keyspace.name], [local]), "backup")


def test_two_runs_at_once_both_end_well(demo, keyspace, local):
    requests = [demo.api.run_backup([keyspace.name], [local]) for _ in range(2)]
    ended = [demo.succeed(request, "one of two runs") for request in requests]
    first, second = sorted(ended, key=lambda status: status["finished"])
    assert tag_of(demo.api, first) != tag_of(demo.api, second)
    for status in ended:
        tag = tag_of(demo.api, status)
        assert len(list(demo.local.glob(f"snapshots/*/{tag}/backup.json"))) == len(demo.hosts)
