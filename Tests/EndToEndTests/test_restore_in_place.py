"""Restores that put files into the nodes' own data directories: whole backups, keyspaces, tables;
what fails is taken out again; what is killed goes on."""

import pytest

from nodetool import changed, held, on_every_node
from placing import placed
from rows import same_rows
from story import ApiError, Keyspace
from waiting import wait_for

IN_PLACE = {"use_sstableloader": False, "truncate": True}


class Saved:
    """A keyspace of two SSTables or more for each table, its backup, and the rows in it."""

    def __init__(self, demo, local):
        self.keyspace = Keyspace(demo.hosts, "in_place")
        self.keyspace.create()
        self.keyspace.load(600)
        demo.succeed(demo.api.run_backup([self.keyspace.name], []), "flush")
        self.keyspace.load(1000)
        self.rows, self.indexed = self.keyspace.dump(), self.keyspace.indexed()
        self.tag = demo.succeed(
            demo.api.run_backup([self.keyspace.name], [local]), "backup")["tag"]

    def rows_of(self, table):
        return [row for row in self.rows if row.startswith(f"{table} ")]

    def change(self):
        """Newer rows, changed rows and tombstones: none of them survives a restore in place."""
        name = self.keyspace.name
        self.keyspace.execute(
            f"DELETE FROM {name}.customers WHERE id = 3",
            f"UPDATE {name}.customers SET name = 'changed' WHERE id = 5",
            f"INSERT INTO {name}.customers (id, name) VALUES (-1, 'later')",
            f"DELETE FROM {name}.orders WHERE customer = 1")


@pytest.fixture(scope="module")
def saved(demo):
    return Saved(demo, demo.api.local_destination(str(demo.local)))


def restore(demo, tag, path="", **body):
    return demo.api.post(f"/backups/restore/{tag}{path}", {**IN_PLACE, **body})


def whole(demo, saved):
    same_rows(saved.rows, saved.keyspace.dump())
    assert saved.keyspace.indexed() == saved.indexed
    assert not placed(demo, saved.keyspace.name)


@pytest.mark.parametrize("source", ["local", "nodes"])
def test_all_rows_come_back_as_they_were(demo, saved, local, source):
    saved.change()
    body = {"destination": local} if source == "local" else {}
    demo.succeed(restore(demo, saved.tag, f"/{saved.keyspace.name}", **body), "restore")
    whole(demo, saved)


def test_a_whole_backup(demo, saved, local):
    saved.keyspace.truncate()
    demo.succeed(restore(demo, saved.tag, destination=local), "restore")
    whole(demo, saved)


def test_one_table_and_not_the_other(demo, saved, local):
    name = saved.keyspace.name
    saved.keyspace.truncate()
    demo.succeed(restore(demo, saved.tag, f"/{name}/orders", destination=local), "restore")
    same_rows(saved.rows_of("orders"), saved.keyspace.dump())
    demo.succeed(restore(demo, saved.tag, f"/{name}/customers", destination=local), "restore")
    whole(demo, saved)


@pytest.mark.parametrize("what", [
    "TABLE in_place.customers", pytest.param("KEYSPACE in_place", marks=pytest.mark.full)])
def test_what_was_dropped_is_made_again(demo, saved, local, what):
    saved.keyspace.execute(f"DROP {what}")
    saved.keyspace.wait_for_agreement()
    # Version 1.2 would answer for the new table out of the dropped one's cache (CASSANDRA-5202).
    on_every_node(demo, "invalidatekeycache")
    demo.succeed(restore(demo, saved.tag, destination=local), "restore")
    whole(demo, saved)


def test_what_cassandra_refuses_is_taken_out_again(demo, saved, local):
    refusal = (
        'if [[ " $* " == *" refresh "* ]]; then\n'
        'echo "error: it does not want to" >&2; exit 2\nfi')
    with changed(demo, 1, before=refusal):
        status = demo.api.wait(
            restore(demo, saved.tag, f"/{saved.keyspace.name}", destination=local))
    assert status["state"] == "error", status
    message = status["details"]["message"]
    assert "it does not want to" in message and "taken out again" in message, message
    assert not placed(demo, saved.keyspace.name)
    demo.succeed(
        restore(demo, saved.tag, f"/{saved.keyspace.name}", destination=local), "again")
    whole(demo, saved)


@pytest.mark.parametrize("after", [False, True])
def test_an_agent_that_is_killed_puts_nothing_twice(demo, saved, local, after):
    """Before: all files are put and none is taken in. After: they are, and nobody was told."""
    saved.change()
    with held(demo, 1, "nodetool", " refresh ", after=after) as hold:
        request = restore(demo, saved.tag, f"/{saved.keyspace.name}", destination=local)
        wait_for("the refresh", hold.waiting)
        demo.kill("agent-1")
    demo.succeed(request, "restore")
    whole(demo, saved)


@pytest.mark.parametrize("body", [
    {"use_sstableloader": False},
    {"use_sstableloader": False, "truncate": False},
    {**IN_PLACE, "rename": {"in_place": "elsewhere"}},
])
def test_in_place_means_truncated_and_under_its_name(demo, saved, body):
    with pytest.raises(ApiError) as refused:
        demo.api.post(f"/backups/restore/{saved.tag}/{saved.keyspace.name}", body)
    assert refused.value.status == 400, refused.value
    assert "use_sstableloader" in refused.value.body
