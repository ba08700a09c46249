"""What a restore can be told: which tables, how fast; and what it makes where a table is gone."""

import time

import pytest

from nodetool import on_every_node
from rows import same_rows
from story import ApiError, Keyspace


class Saved:
    """A keyspace, its backup on the nodes and on the local destination, and the rows in it."""

    def __init__(self, demo, local):
        self.keyspace = Keyspace(demo.hosts, "saved")
        self.keyspace.create()
        self.keyspace.load(1000)
        self.rows, self.indexed = self.keyspace.dump(), self.keyspace.indexed()
        self.tag = demo.succeed(
            demo.api.run_backup([self.keyspace.name], [local]), "backup")["tag"]

    def rows_of(self, table):
        return [row for row in self.rows if row.startswith(f"{table} ")]


@pytest.fixture(scope="module")
def saved(demo):
    return Saved(demo, demo.api.local_destination(str(demo.local)))


def restore(demo, tag, path="", **body):
    """Ends a restore well; its status."""
    request = demo.api.post(f"/backups/restore/{tag}{path}", body)
    return demo.succeed(request, f"restore {path} {body}")


@pytest.mark.parametrize("way", ["selection", "keyspace", "table"])
def test_chosen_tables_come_back_and_others_do_not(demo, saved, local, way):
    name, only = saved.keyspace.name, {"column-families": ["orders"]}
    path, body = {
        "selection": ("", {"destination": local, "keyspaces": {name: only}}),
        "keyspace": (f"/{name}", {"destination": local, **only}),
        "table": (f"/{name}/orders", {}),
    }[way]
    saved.keyspace.truncate()
    restore(demo, saved.tag, path, truncate=True, **body)
    same_rows(saved.rows_of("orders"), saved.keyspace.dump())


def test_without_truncate_other_rows_stay(demo, saved):
    name = saved.keyspace.name
    saved.keyspace.truncate()
    saved.keyspace.execute(f"INSERT INTO {name}.customers (id, name) VALUES (-1, 'later')")
    (later,) = saved.keyspace.dump()
    restore(demo, saved.tag, f"/{name}/customers")
    same_rows(sorted([*saved.rows_of("customers"), later]), saved.keyspace.dump())


def test_a_table_that_was_dropped_is_made_again(demo, saved, local):
    name = saved.keyspace.name
    saved.keyspace.execute(f"DROP TABLE {name}.customers")
    saved.keyspace.wait_for_agreement()
    # Version 1.2 would answer for the new table out of the dropped one's cache (CASSANDRA-5202).
    on_every_node(demo, "invalidatekeycache")
    restore(demo, saved.tag, destination=local, keyspaces={name: {"truncate": True}})
    same_rows(saved.rows, saved.keyspace.dump())
    assert saved.keyspace.indexed() == saved.indexed


def test_what_a_backup_does_not_hold_is_refused(demo, saved):
    name = saved.keyspace.name
    for path, body, status in [
        ("/no_such_keyspace", {}, 404),
        (f"/{name}/no_such_table", {}, 400),
        ("", {"keyspaces": {name: {"column-families": ["no_such_table"]}}}, 400),
        ("", {"destination": "no-such-destination"}, 404),
    ]:
        with pytest.raises(ApiError) as refused:
            demo.api.post(f"/backups/restore/{saved.tag}{path}", body)
        assert refused.value.status == status, refused.value


# ── Throttles ───────────────────────────────────────────────────────────────────────────────────

# MB/s for each node.
RATE = 0.5
# Bytes of a file that pass at a time.
PIECE = 256 * 1024


@pytest.fixture(scope="module")
def large(demo):
    """A keyspace with about 2 MB on each node that do not compress."""
    keyspace = Keyspace(demo.hosts, "large")
    keyspace.create()
    keyspace.load(100, blob=65536)
    return keyspace


@pytest.fixture
def destination(demo, request):
    """A local destination that has nothing yet: its folder and its id."""
    folder = demo.directory / "backups" / request.node.name
    return folder, demo.api.local_destination(str(folder))


def least_seconds(size):
    """What so many bytes take at the rate; a quarter of a second's worth passes at once."""
    return size / (RATE * 1e6) - 0.5


def test_an_upload_keeps_to_its_throttle(demo, large, destination):
    folder, identifier = destination
    tag = demo.succeed(
        demo.api.run_backup([large.name], [identifier], throttle=RATE), "backup")["tag"]
    nodes = list(folder.glob("snapshots/*"))
    assert len(nodes) == len(demo.hosts)
    for node in nodes:
        stored = [file.stat() for file in node.glob("sstables/*")]
        size = sum(file.st_size for file in stored)
        # How much a node has, its tokens decide.
        assert size > 5e5, size
        # The largest file is written last, or nearly so; before the first one is whole a piece of it went.
        first = min(file.st_mtime for file in stored)
        last = (node / tag / "backup.json").stat().st_mtime
        rest = max(file.st_size for file in stored) - PIECE
        assert last - first > rest / (RATE * 1e6) - 0.25, node


@pytest.mark.full
def test_a_restore_keeps_to_its_throttle(demo, large, destination):
    folder, identifier = destination
    before = large.dump()
    tag = demo.succeed(demo.api.run_backup([large.name], [identifier]), "backup")["tag"]
    size = max(
        sum(file.stat().st_size for file in node.iterdir())
        for node in folder.glob("snapshots/*/sstables"))
    seconds = []
    for options in ({}, {"throttle": RATE}):
        large.truncate()
        started = time.monotonic()
        restore(demo, tag, f"/{large.name}", destination=identifier, truncate=True, **options)
        seconds.append(time.monotonic() - started)
        same_rows(before, large.dump())
    unthrottled, throttled = seconds
    assert throttled - unthrottled > least_seconds(size) / 2, seconds
