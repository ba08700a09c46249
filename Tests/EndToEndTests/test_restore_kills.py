"""kill -9 of whatever takes part in a restore, at each of its stages: no row that was there before
the barrier is lost, the request ends by itself or says what to do, and asked for again it
succeeds."""

import contextlib
import datetime
import itertools
import os
import signal

import pytest

import nodes
from following import Restore, agent_stopped, unremovable
from nodetool import held, on_every_node
from processes import running
from rows import same_rows
from story import Keyspace
from waiting import wait_for

# MB/s of each node: slow enough to be in the middle of its files for some seconds.
RATE = 0.5

ALL = range(1, 4)


class Saved:
    """A keyspace with about 2 MB on each node that do not compress, its backup, and its rows."""

    copies = itertools.count(1)

    def __init__(self, demo, local):
        self.keyspace = Keyspace(demo.hosts, "mortal")
        self.keyspace.create()
        # Where compaction finds the same row twice, as loads of several replicas leave it, version
        # 1.2.0 removes it from the index.
        self.keyspace.execute(
            f"ALTER TABLE {self.keyspace.name}.customers WITH compaction ="
            " {'class': 'SizeTieredCompactionStrategy', 'min_threshold': 32}")
        self.keyspace.wait_for_agreement()
        self.keyspace.load(1000, blob=6144)
        # A new keyspace does not know of that: it gets a file from each host, which are too few.
        on_every_node(demo, "flush", self.keyspace.name)
        on_every_node(demo, "compact", self.keyspace.name)
        self.rows, self.indexed = self.keyspace.dump(), self.keyspace.indexed()
        self.destination = local
        self.tag = demo.succeed(
            demo.api.run_backup([self.keyspace.name], [local]), "backup")["tag"]

    def change(self):
        """Something that is not in the backup: what lives now."""
        self.keyspace.execute(
            f"INSERT INTO {self.keyspace.name}.customers (id, name) VALUES (-1, 'later')")
        return self.keyspace.dump()

    def restore(self, demo, **options):
        return Restore(
            demo, self.tag, destination=self.destination,
            keyspaces={self.keyspace.name: {"truncate": True}}, **options)

    def restore_for(self, demo, moment):
        """A restore that comes to this moment, and the keyspace that it is to fill."""
        if moment is not making_schema:
            return self.restore(demo), self.keyspace
        # Under a name that is new.
        name = f"mortal_copy_{next(self.copies)}"
        restore = Restore(
            demo, self.tag, destination=self.destination, keyspaces={self.keyspace.name: {}},
            rename={self.keyspace.name: name})
        return restore, Keyspace(demo.hosts, name)

    def is_in(self, keyspace):
        """Row by row, and by the index."""
        same_rows(self.rows, keyspace.dump())
        assert keyspace.indexed() == self.indexed


@pytest.fixture(scope="module")
def saved(demo):
    return Saved(demo, demo.api.local_destination(str(demo.local)))


# ── Moments: each holds a restore at one stage, and yields a node that is in the middle of it ───


@contextlib.contextmanager
def planning(demo, restore):
    """Two agents have told what they know; one does not answer."""
    with agent_stopped(demo, 2):
        restore.begin()
        wait_for("the job", lambda: restore.stage() == "plan")
        restore.wait_for_operations([1, 3], "inspect-{epoch}")
        yield 2


@contextlib.contextmanager
def making_schema(demo, restore):
    """The keyspace and the first table are made, and nobody was told."""
    with after_cql(demo, restore, "CREATE TABLE", "schema") as node:
        yield node


@contextlib.contextmanager
def staging(demo, restore):
    """One node has some files and not all."""
    restore.body["throttle"] = RATE
    restore.begin()
    wait_for("the first files", lambda: restore.staged(2))
    with agent_stopped(demo, 2):
        assert restore.stage() == "staging"
        yield 2


@contextlib.contextmanager
def barrier(demo, restore):
    """All nodes but one have all files."""
    with staging(demo, restore):
        restore.wait_for_operations([1, 3], "stage:")
        assert restore.stage() == "staging"
        yield 1


@contextlib.contextmanager
def truncating(demo, restore):
    """The first table is empty, and nobody was told."""
    with after_cql(demo, restore, "TRUNCATE", "truncate") as node:
        yield node


@contextlib.contextmanager
def loading(demo, restore):
    """One node has loaded its first table, and nobody was told."""
    with held(demo, 2, "sstableloader", after=True) as hold:
        restore.begin()
        wait_for("the load", hold.waiting)
        assert restore.stage() == "load"
        assert restore.operation(2, "load:") == "running"
        yield 2


@contextlib.contextmanager
def clearing(demo, restore):
    """All is loaded; two nodes have cleared what they staged, one cannot."""
    with held(demo, 1, "sstableloader", after=True) as hold:
        restore.begin()
        wait_for("the load", hold.waiting)
        restore.wait_for_operations([2, 3], "load:")
        (folder,) = restore.folders(2)
        with unremovable(folder):
            hold.let_go()
            restore.wait_for_operations([1, 3], "clear")
            assert restore.stage() == "clear"
            assert not restore.folders(1) and restore.folders(2) == [folder]
            yield 2


@contextlib.contextmanager
def after_cql(demo, restore, words, stage):
    """The node that has run the first statement with these words, and waits: the operation has the
    name of the stage."""
    with contextlib.ExitStack() as stack:
        holds = {
            node: stack.enter_context(held(demo, node, "cqlsh", words, after=True)) for node in ALL}
        restore.begin()
        node = wait_for("the first table", lambda: next(
            (node for node, hold in holds.items() if hold.waiting()), None))
        assert restore.stage() == stage
        assert restore.operation(node, stage) == "running"
        yield node


MOMENTS = [planning, making_schema, staging, barrier, truncating, loading, clearing]
BEFORE_THE_BARRIER = [planning, staging, barrier]


# ── Victims ─────────────────────────────────────────────────────────────────────────────────────


def executors(demo, node):
    demo.kill("executor-1")
    demo.kill("executor-2")


def agent(demo, node):
    demo.kill(f"agent-{node}")


CASES = list(itertools.product(MOMENTS, [executors, agent]))
# One of them is part of every run, another one each day. Executors wait for a lease to lapse.
TODAY = [case for case in CASES if case[1] is agent][
    datetime.date.today().toordinal() % len(MOMENTS)]


@pytest.mark.parametrize("moment, kill", [
    pytest.param(
        *case, id=f"{case[0].__name__}-{case[1].__name__}",
        marks=[] if case == TODAY else pytest.mark.full)
    for case in CASES])
def test_a_killed_process_does_not_keep_a_restore_from_its_end(demo, saved, moment, kill):
    now = saved.change()
    restore, target = saved.restore_for(demo, moment)
    with moment(demo, restore) as node:
        kill(demo, node)
        if moment in BEFORE_THE_BARRIER:
            same_rows(now, saved.keyspace.dump())
    demo.succeed(restore.request, "restore")
    saved.is_in(target)
    if target is not saved.keyspace:
        same_rows(now, saved.keyspace.dump())
    assert not any(restore.folders(node) for node in ALL)


@pytest.mark.full
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda one: one.__name__)
def test_a_cancelled_restore_says_how_it_left_the_tables(demo, saved, moment):
    now = saved.change()
    restore, target = saved.restore_for(demo, moment)
    with moment(demo, restore):
        demo.api.post(f"/request/{restore.request}/cancel", {})
    status = demo.api.wait(restore.request)
    states = set(status["details"]["restore"]["tables"].values())
    if moment is clearing:
        assert status["state"] == "success" and states == {"restored"}, status
    else:
        assert status["state"] == "cancelled", status
        assert not states & {"unfinished"}, states
        if moment in [truncating, loading]:
            # TRUNCATE may have come to its end before anybody heard of the cancel.
            assert states & {"truncating", "emptied"}, states
            assert "goes on from there" in status["details"]["message"]
        else:
            # Before there was a plan nothing was said of any table.
            assert states <= {"untouched"}
            same_rows(now, saved.keyspace.dump())
            assert not any(restore.folders(node) for node in ALL)
        again = Restore(demo, restore.tag, **restore.body)
        again.begin()
        demo.succeed(again.request, "again")
    saved.is_in(target)
    assert not any(restore.folders(node) for node in ALL)


@pytest.mark.full
def test_a_loader_that_is_killed_ends_the_restore_which_says_what_to_do(demo, saved):
    saved.change()
    # The loader takes whole megabits.
    restore = saved.restore(demo, throttle=0.125)
    restore.begin()
    name = saved.keyspace.name

    def in_the_middle():
        """Of the first table on node 2, whose size counts twice: staged and loaded."""
        details = demo.api.status(restore.request)["details"]
        node = details["subrequests"].get(demo.hosts[1], {"details": {}})
        table = node["details"].get("sstables", {}).get(name, {}).get("customers")
        is_loading = table and restore.stage() == "load" and (
            table["total_size"] / 2 < table["done_size"] < table["total_size"])
        return is_loading and details

    details = wait_for("progress within the table", in_the_middle)
    assert details["rate"] > 0 and details["eta"] > 0, details
    loaders = running("BulkLoader", str(demo.directory / "agents" / "2" / "staging"))
    assert loaders, "the load was over before the kill"
    for pid in loaders:
        os.kill(pid, signal.SIGKILL)
    status = demo.api.wait(restore.request)
    assert status["state"] == "error", status
    message = status["details"]["message"]
    assert demo.hosts[1] in message and "goes on from there" in message, message
    tables = status["details"]["restore"]["tables"]
    assert tables[f"{name}.customers"] == "emptied", tables
    again = saved.restore(demo)
    again.begin()
    demo.succeed(again.request, "again")
    saved.is_in(saved.keyspace)
    assert not any(again.folders(node) for node in ALL)


# ── In place, and a Cassandra node ──────────────────────────────────────────────────────────────


@contextlib.contextmanager
def refreshing(demo, restore):
    """In place: all files of a node lie beside Cassandra's own, and it was not asked to take them."""
    restore.body["use_sstableloader"] = False
    with held(demo, 3, "nodetool", " refresh ") as hold:
        restore.begin()
        wait_for("the refresh", hold.waiting)
        assert restore.stage() == "load"
        assert restore.operation(3, "place:") == "running"
        yield 3


@contextlib.contextmanager
def refreshed(demo, restore):
    """In place: a node has taken a table's files in, and nobody was told."""
    restore.body["use_sstableloader"] = False
    with held(demo, 3, "nodetool", " refresh ", after=True) as hold:
        restore.begin()
        wait_for("the refresh", hold.waiting)
        assert restore.operation(3, "place:") == "running"
        yield 3


# That an agent is killed there is part of every run: see test_restore_in_place.py.
@pytest.mark.full
@pytest.mark.parametrize("moment", [refreshing, refreshed], ids=lambda one: one.__name__)
def test_killed_executors_do_not_keep_a_restore_in_place_from_its_end(demo, saved, moment):
    saved.change()
    restore = saved.restore(demo)
    with moment(demo, restore) as node:
        executors(demo, node)
    demo.succeed(restore.request, "restore")
    saved.is_in(saved.keyspace)
    assert not any(restore.folders(node) for node in ALL)


@pytest.fixture
def mortal_node(demo):
    """Node 3, with a commitlog of this test's own."""
    demo.stop_cassandra(3)
    nodes.start(demo, 3)
    try:
        yield
    finally:
        nodes.start(demo, 3)


@pytest.mark.full
@pytest.mark.parametrize(
    "moment", [*MOMENTS, refreshing, refreshed], ids=lambda one: one.__name__)
def test_a_killed_cassandra_node_costs_no_row(demo, saved, mortal_node, moment):
    now = saved.change()
    restore, target = saved.restore_for(demo, moment)
    with moment(demo, restore):
        nodes.kill(demo, 3)
    # As its service manager does. A loader goes on trying to reach it for minutes.
    nodes.start(demo, 3)
    status = demo.api.wait(restore.request)
    if moment is clearing:
        assert status["state"] == "success", status
    tables = set(status["details"]["restore"]["tables"].values())
    if status["state"] == "success":
        # After a kill version 1.2.0 replays from its commitlog what TRUNCATE took away.
        later = set(now) - set(saved.rows)
        same_rows(saved.rows, [row for row in target.dump() if row not in later])
    elif tables == {"untouched"}:
        same_rows(now, saved.keyspace.dump())
    else:
        assert status["state"] == "error", status
        assert "goes on from there" in status["details"]["message"], status
    if target is saved.keyspace or status["state"] == "error":
        again = Restore(demo, restore.tag, **restore.body)
        again.begin()
        demo.succeed(again.request, "again")
    saved.is_in(target)
    assert not any(restore.folders(node) for node in ALL)
