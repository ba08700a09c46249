"""kill -9 of whatever takes part in a backup, in the middle of an upload or of a snapshot: the same
request ends in success, and what it made restores row for row."""

import os
import signal

import pytest

from nodetool import held_snapshots
from processes import is_alive
from rows import same_rows
from story import Keyspace, tag_of
from waiting import wait_for

# MB/s of each node: slow enough to be in the middle for some seconds.
RATE = 0.5


@pytest.fixture(scope="module")
def keyspace(demo):
    """About 2 MB on each node that do not compress, the same for all tests of this file."""
    made = Keyspace(demo.hosts, "kills")
    made.create()
    made.load(2000)
    made.load(100, blob=65536)
    return made


@pytest.fixture
def empty(demo, request):
    """A local destination that has nothing yet: its folder and its id."""
    folder = demo.directory / "backups" / request.node.name.translate(str.maketrans("[] ", "___"))
    return folder, demo.api.local_destination(str(folder))


def is_uploading(demo, folder):
    """Every node has stored something there, and none has a backup there."""
    nodes = {file.parent.parent for file in folder.glob("snapshots/*/sstables/*")}
    return len(nodes) == len(demo.hosts) and not manifests(folder)


def manifests(folder):
    return list(folder.glob("snapshots/*/*/backup.json"))


def kill_executors(demo):
    demo.kill("executor-1")
    demo.kill("executor-2")


def kill_workers(demo):
    for worker in demo.workers():
        os.kill(worker, signal.SIGKILL)


@pytest.mark.parametrize(
    "kill",
    [
        pytest.param(kill_executors, id="executors", marks=pytest.mark.full),
        pytest.param(lambda demo: demo.kill("agent-1"), id="agent", marks=pytest.mark.full),
        pytest.param(lambda demo: demo.kill("postgres"), id="PostgreSQL"),
        pytest.param(kill_workers, id="workers", marks=pytest.mark.full),
        pytest.param(lambda demo: demo.kill("api"), id="master", marks=pytest.mark.full),
    ])
def test_in_the_middle_of_an_upload(demo, keyspace, empty, kill):
    folder, destination = empty
    before = keyspace.dump()
    request = demo.api.run_backup([keyspace.name], [destination], throttle=RATE)
    wait_for("the upload", lambda: is_uploading(demo, folder))
    kill(demo)
    assert is_uploading(demo, folder), "the upload was over before the kill"
    # PostgreSQL is the one that nobody starts again by itself.
    demo.up()
    status = demo.succeed(request, "backup")
    assert len(manifests(folder)) == len(demo.hosts)
    keyspace.truncate()
    demo.succeed(
        demo.api.restore(tag_of(demo.api, status), keyspace.name, destination), "restore")
    same_rows(before, keyspace.dump())


def test_a_snapshot_that_outlives_its_agent(demo, keyspace, local):
    before = keyspace.dump()
    with held_snapshots(demo, 1) as hold:
        request = demo.api.run_backup([keyspace.name], [local])
        (orphan,) = wait_for("the snapshot", hold.waiting)
        demo.kill("agent-1")
        # The restarted agent has ended it, or has begun a snapshot of its own.
        wait_for("the agent", lambda: len(hold.waiting()) > 1 or not is_alive(orphan))
        hold.let_go(orphan)
        wait_for("the orphan's end", lambda: not is_alive(orphan), seconds=120)
        hold.let_go()
        status = demo.succeed(request, "backup")
    keyspace.truncate()
    demo.succeed(demo.api.restore(tag_of(demo.api, status), keyspace.name, local), "restore")
    same_rows(before, keyspace.dump())
