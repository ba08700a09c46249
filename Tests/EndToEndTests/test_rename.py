"""A keyspace that comes back under another name, beside the one that lives; and restore drills,
which come back, are counted, and are gone again."""

import pytest

from following import Restore
from nodetool import held
from processes import is_alive
from rows import same_rows
from story import ApiError, Keyspace
from waiting import wait_for


class Saved:
    def __init__(self, demo, local):
        self.keyspace = Keyspace(demo.hosts, "original")
        self.keyspace.create()
        self.keyspace.load(800)
        self.rows, self.indexed = self.keyspace.dump(), self.keyspace.indexed()
        self.tag = demo.succeed(
            demo.api.run_backup([self.keyspace.name], [local]), "backup")["tag"]
        # What is in the backup and what lives differ from here on.
        self.keyspace.execute("DELETE FROM original.customers WHERE id = 3")
        self.now = self.keyspace.dump()


@pytest.fixture(scope="module")
def saved(demo):
    return Saved(demo, demo.api.local_destination(str(demo.local)))


def restore(demo, tag, path="", **body):
    return demo.api.post(f"/backups/restore/{tag}{path}", body)


def keyspaces(demo, saved):
    return {
        row["keyspace_name"]
        for row in saved.keyspace.execute("SELECT keyspace_name FROM system.schema_keyspaces")[0]}


def test_a_copy_beside_the_original(demo, saved, local):
    copy = Keyspace(demo.hosts, "the_copy")
    demo.succeed(
        restore(demo, saved.tag, destination=local, keyspaces={"original": {}},
                rename={"original": copy.name}), "restore")
    same_rows(saved.rows, copy.dump())
    assert copy.indexed() == saved.indexed
    same_rows(saved.now, saved.keyspace.dump())


def test_a_keyspace_that_is_somebodys_is_refused(demo, saved, local):
    other = Keyspace(demo.hosts, "somebodys")
    other.create()
    other.execute("CREATE TABLE somebodys.own (id int PRIMARY KEY)")
    other.wait_for_agreement()
    status = demo.api.wait(
        restore(demo, saved.tag, destination=local, keyspaces={"original": {}},
                rename={"original": other.name}))
    assert status["state"] == "error", status
    assert "rename.original" in status["details"]["message"], status
    assert other.dump() == []


@pytest.mark.parametrize("name", ["", "with-dash", "system", "k" * 49, "a b"])
def test_names_that_are_none_are_refused(demo, saved, name):
    with pytest.raises(ApiError) as refused:
        restore(demo, saved.tag, keyspaces={"original": {}}, rename={"original": name})
    assert refused.value.status == 400 and "rename.original" in refused.value.body


def drill(demo, saved, local):
    return demo.api.wait(demo.api.post(
        f"/backups/restore/{saved.tag}?drill=1",
        {"destination": local, "keyspaces": {"original": {}}}))


def nothing_is_left(demo, saved):
    assert not [one for one in keyspaces(demo, saved) if "_drill_" in one]
    assert not [one for data in demo.data_directories for one in data.glob("*_drill_*")]
    assert not [
        one for node in range(1, 4)
        for one in (demo.directory / "agents" / str(node) / "staging").glob("*/*")]
    same_rows(saved.now, saved.keyspace.dump())


def test_a_drill_proves_the_backup_and_leaves_nothing(demo, saved, local):
    status = drill(demo, saved, local)
    assert status["state"] == "success", (status, demo.logs())
    nothing_is_left(demo, saved)
    backup = demo.api.get(f"/backups?destination={local}")[saved.tag]
    proof = backup["drill"]
    assert proof["outcome"] == "success" and proof["time"] > backup["time"]
    rows = {table: len([row for row in saved.rows if row.startswith(f"{table} ")])
            for table in ("customers", "orders")}
    for table in proof["tables"]:
        assert table["rows"] == rows[table["cf"]], proof
        assert table["files"] > 0 and table["size"] > 0, proof
    live = {table["cf"]: table["live_rows"] for table in proof["tables"]}
    assert live == {"customers": rows["customers"] - 1, "orders": rows["orders"]}
    assert status["details"]["drill"]["tables"] == proof["tables"]


# ── Drills that do not get to their end ─────────────────────────────────────────────────────────


def proof(demo, saved, local):
    return demo.api.get(f"/backups?destination={local}")[saved.tag]["drill"]


@pytest.fixture
def drilling(demo, saved, local):
    """A drill."""
    return Restore(demo, saved.tag, destination=local, keyspaces={"original": {}})


def begin(demo, saved, drilling, hold):
    """Begins it, and waits until one node has loaded a table of it, and nobody was told."""
    drilling.begin(drill=True)
    pid, *_ = wait_for("the load", hold.waiting)
    assert drilling.stage() == "load"
    assert [one for one in keyspaces(demo, saved) if "_drill_" in one]
    return pid


@pytest.mark.full
def test_a_drill_that_is_cancelled_leaves_nothing(demo, saved, local, drilling):
    with held(demo, 2, "sstableloader", after=True) as hold:
        begin(demo, saved, drilling, hold)
        demo.api.post(f"/request/{drilling.request}/cancel", {})
        status = demo.api.wait(drilling.request)
    assert status["state"] == "cancelled", status
    nothing_is_left(demo, saved)
    assert proof(demo, saved, local)["outcome"] == "cancelled"


@pytest.mark.full
def test_a_drill_outlives_the_executors(demo, saved, local, drilling):
    with held(demo, 2, "sstableloader", after=True) as hold:
        begin(demo, saved, drilling, hold)
        demo.kill("executor-1")
        demo.kill("executor-2")
    demo.succeed(drilling.request, "drill")
    nothing_is_left(demo, saved)
    assert proof(demo, saved, local)["outcome"] == "success"


@pytest.mark.full
def test_a_drill_outlives_an_agent_and_its_orphan_leaves_nothing(demo, saved, local, drilling):
    with held(demo, 2, "sstableloader", after=True) as hold:
        orphan = begin(demo, saved, drilling, hold)
        demo.kill("agent-2")
        # The restarted agent loads the same again, beside the loader of the one before it.
        wait_for("another load", lambda: len(hold.waiting()) > 1)
        hold.let_go(orphan)
        wait_for("the orphan's end", lambda: not is_alive(orphan))
    demo.succeed(drilling.request, "drill")
    nothing_is_left(demo, saved)
    assert proof(demo, saved, local)["outcome"] == "success"


@pytest.mark.full
def test_a_drill_that_is_killed_while_it_drops_leaves_nothing(demo, saved, local, drilling):
    with held(demo, 1, "cqlsh", "DROP KEYSPACE", after=True) as hold:
        drilling.begin(drill=True)
        wait_for("the drop", hold.waiting)
        assert drilling.stage() == "dropDrill"
        demo.kill("agent-1")
        demo.kill("executor-1")
        demo.kill("executor-2")
    demo.succeed(drilling.request, "drill")
    nothing_is_left(demo, saved)
    assert proof(demo, saved, local)["outcome"] == "success"
