"""Resident memory of the real programs at work."""

import os
import shutil
import signal
import threading

import pytest

import nodetool
from load import Load
from processes import children, forget_peak, peak_resident, resident
from waiting import wait_for
from walled import started

MEBIBYTE = 1 << 20


def test_a_worker_after_ten_thousand_requests(demo, local):
    """One worker, so that it answers all of them."""
    master = demo.pid("api")
    resize(demo, signal.SIGTTOU, 1)
    try:
        (worker,) = demo.workers()
        cluster = f"/{demo.api.cluster}"
        paths = [
            "/cluster-configs", f"{cluster}/backups", f"{cluster}/backup-activity?count=20",
            f"{cluster}/backups/destinations", f"{cluster}/requests?count=20"]
        with Load(demo.url, paths, threads=2) as load:
            while load.answered < 10_000:
                assert demo.api.local_destination(str(demo.local)) == local
        assert load.failures == []
        assert demo.workers() == [worker]
        assert resident(worker) < 30e6, resident(worker)
    finally:
        resize(demo, signal.SIGTTIN, 4)
    assert demo.pid("api") == master


def test_workers_while_people_log_in(demo):
    """Argon2id takes 9 MiB for each password, of another process."""
    with started(demo) as walled:
        password = walled.add_user("somebody", "--role", "viewer")
        workers, statuses = walled.workers, []
        for worker in workers:
            forget_peak(worker)

        def log_in():
            for _ in range(25):
                statuses.append(walled.ask(
                    "POST", "/login", {"username": "somebody", "password": password}).status)

        threads = [threading.Thread(target=log_in) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        peaks = [peak_resident(worker) for worker in workers]
        print(f"peaks {peaks}; {statuses.count(503)} of {len(statuses)} came too many at once")
        assert walled.workers == workers
        assert set(statuses) <= {200, 503} and 200 in statuses, statuses
        assert max(peaks) < 30e6, peaks
        assert not any(children(worker) for worker in workers)
        walled.ctl("user", "remove", "somebody")


def resize(demo, name, count):
    """Tells the master until it has as many workers."""
    while len(demo.workers()) != count:
        before = len(demo.workers())
        os.kill(demo.pid("api"), name)
        wait_for("another number of workers", lambda: len(demo.workers()) != before)


# ── An upload of 2 GiB ──────────────────────────────────────────────────────────────────────────

TABLES = 1000
"""SSTables that are added to one node's snapshot; each has two files of a mebibyte."""


@pytest.fixture
def pool(demo):
    """Files of a mebibyte, no two alike, that snapshots hard-link."""
    folder = demo.directory / "pool"
    folder.mkdir()
    content = bytearray(os.urandom(MEBIBYTE))
    for number in range(2 * TABLES):
        content[:8] = number.to_bytes(8, "big")
        (folder / str(number)).write_bytes(content)
    (folder / "TOC.txt").write_text("Data.db\nIndex.db\nTOC.txt\n")
    yield folder
    shutil.rmtree(folder)


def additions(demo, keyspace, pool):
    """Shell lines that add the pool's files to the snapshot of `orders` on node 1, as SSTables of
    version 1.2."""
    folder = demo.data_directories[0] / keyspace.name / "orders" / "snapshots"
    return nodetool.on_snapshot(
        f"cd {folder}/$tag || exit 1\n"
        f"for ((number = 0; number < {TABLES}; number++)); do\n"
        f'name={keyspace.name}-orders-ib-$((100000 + number))\n'
        f"ln {pool}/$number $name-Data.db || exit 1\n"
        f"ln {pool}/$(({TABLES} + number)) $name-Index.db || exit 1\n"
        f"cp {pool}/TOC.txt $name-TOC.txt || exit 1\n"
        "done")


def test_an_agent_that_uploads_two_gibibytes(demo, keyspace, pool):
    folder = demo.directory / "backups" / "large"
    destination = demo.api.local_destination(str(folder))
    agent, executors = demo.pid("agent-1"), [demo.pid("executor-1"), demo.pid("executor-2")]
    for pid in (agent, *executors):
        forget_peak(pid)
    with nodetool.changed(demo, 1, after=additions(demo, keyspace, pool)):
        status = demo.succeed(
            demo.api.run_backup([keyspace.name], [destination]), "the large backup")
    stored = [file.stat().st_size for file in folder.glob("snapshots/*/sstables/*")]
    assert sum(size == MEBIBYTE for size in stored) == 2 * TABLES
    assert demo.pid("agent-1") == agent
    assert peak_resident(agent) < 100e6, peak_resident(agent)
    for pid in executors:
        assert peak_resident(pid) < 80e6, peak_resident(pid)
    print(f"peaks: agent {peak_resident(agent)}, executors {[*map(peak_resident, executors)]}")

    # Room for others; the deletion of so many must not grow either agent.
    for place in ("OPSC_ON_SERVER", destination):
        deleted = demo.api.wait(demo.api.call(
            "DELETE", f"/backups?tag={status['tag']}&destination={place}"))
        assert deleted["state"] == "success", deleted
    assert not list(folder.glob("snapshots/*/sstables/*"))
    assert peak_resident(agent) < 100e6, peak_resident(agent)
