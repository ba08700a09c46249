"""What fails is told, by node and cause; nothing half done is offered for a restore, no snapshot is
left behind, and the next run succeeds."""

import contextlib
import pathlib
import subprocess

import pytest

from story import tag_of


@contextlib.contextmanager
def failing_snapshots(demo, node):
    """The node's nodetool refuses to take snapshots."""
    command = pathlib.Path(demo.environment["HELENUS_NODE_BIN"]) / str(node) / "nodetool"
    whole = command.read_text()
    refusal = 'if [[ " $* " == *" snapshot "* ]]; then echo "no space here" >&2; exit 1; fi\n'
    lines = whole.splitlines(keepends=True)
    command.write_text("".join([lines[0], refusal, *lines[1:]]))
    try:
        yield
    finally:
        command.write_text(whole)


def test_a_snapshot_that_fails_on_one_node(demo, keyspace, local):
    snapshots, listed = demo.snapshots(), set(demo.api.get("/backups"))
    with failing_snapshots(demo, 2):
        status = demo.api.wait(demo.api.run_backup([keyspace.name], [local]))
    assert status["state"] in ("error", "partial"), status
    message = status["details"]["message"]
    assert demo.hosts[1] in message and "no space here" in message, message
    event = demo.api.get("/backup-activity?count=1")[0]
    assert demo.hosts[1] in str(event) and "no space here" in str(event), event
    if status["state"] == "error":
        assert set(demo.api.get("/backups")) == listed
        assert demo.snapshots() == snapshots
    demo.succeed(demo.api.run_backup([keyspace.name], [local]), "the next run")


@pytest.fixture
def small(demo):
    """A local destination of 3 MB, on a file system of its own."""
    path = demo.directory / "backups" / "small"
    path.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", path], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        identifier = demo.api.local_destination(str(path))
        yield path, identifier
    finally:
        subprocess.run(["umount", path], check=True)
        path.rmdir()


@pytest.mark.parametrize("cause", ["full", "read-only"])
def test_a_destination_that_takes_nothing(demo, keyspace, local, small, cause):
    path, identifier = small
    if cause == "full":
        keyspace.load(400, blob=65536)
    else:
        subprocess.run(["mount", "-o", "remount,ro", path], check=True)
    status = demo.api.wait(demo.api.run_backup([keyspace.name], [identifier]))
    assert status["state"] in ("error", "partial"), status
    message = status["details"]["message"]
    assert any(host in message for host in demo.hosts), message
    words = {"full": "space", "read-only": "read-only"}
    assert words[cause] in message.lower(), message
    assert demo.api.get(f"/backups?destination={identifier}") == {}
    assert not list(path.glob("snapshots/*/*/backup.json"))
    # The same data to a destination that works.
    before = keyspace.dump()
    tag = tag_of(demo.api, demo.succeed(
        demo.api.run_backup([keyspace.name], [local]), "the next run"))
    keyspace.truncate()
    demo.succeed(demo.api.restore(tag, keyspace.name, local), "restore")
    assert keyspace.dump() == before


def test_two_runs_at_once_both_end_well(demo, keyspace, local):
    requests = [demo.api.run_backup([keyspace.name], [local]) for _ in range(2)]
    ended = [demo.succeed(request, "one of two runs") for request in requests]
    first, second = sorted(ended, key=lambda status: status["finished"])
    assert tag_of(demo.api, first) != tag_of(demo.api, second)
    for status in ended:
        tag = tag_of(demo.api, status)
        assert len(list(demo.local.glob(f"snapshots/*/{tag}/backup.json"))) == len(demo.hosts)
