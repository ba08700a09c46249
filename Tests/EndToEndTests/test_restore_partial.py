"""A restore that goes on without a node which holds rows that no other holds: exactly the rows of
the live nodes come back, and the ranges of the others are named."""

import contextlib
import struct

import pytest

import nodes
from cassandra import ConsistencyLevel, Unavailable
from cassandra.cluster import NoHostAvailable
from cassandra.metadata import Murmur3Token
from cassandra_session import connect
from rows import same_rows
from story import SCHEMA, Keyspace

KEYS = {"customers": "id", "orders": "customer"}


class Lonely:
    """A keyspace of which each row has one replica, and its backup."""

    def __init__(self, demo, name, destination):
        self.keyspace = Keyspace(demo.hosts, name)
        for statement in SCHEMA:
            self.keyspace.execute(statement.format(name, 1))
            self.keyspace.wait_for_agreement()
        self.keyspace.load(600)
        self.rows = self.keyspace.dump()
        self.parts = {table: self.read(demo, table)[0] for table in KEYS}
        self.tag = demo.succeed(
            demo.api.run_backup([name], [destination] if destination else []), "backup")["tag"]
        self.body = {"keyspaces": {name: {}}, "force": True}
        if destination:
            self.body["destination"] = destination
        self.keyspace.truncate()

    def read(self, demo, table):
        """Partition key → its rows, as far as a live node holds them; and the keys of the others."""
        cluster, session = connect([demo.hosts[0]], consistency=ConsistencyLevel.ONE)
        held, lost = {}, set()
        try:
            for key in range({"customers": 300, "orders": 30}[table]):
                try:
                    held[key] = list(session.execute(
                        f"SELECT * FROM {self.keyspace.name}.{table} WHERE {KEYS[table]} = {key}"))
                except (Unavailable, NoHostAvailable):
                    lost.add(key)
        finally:
            cluster.shutdown()
        return held, lost


@pytest.fixture
def lonely(demo, local):
    """One whose backup lies on the nodes alone, and one of which the live nodes reach all of it."""
    return [Lonely(demo, "lonely_on_nodes", None), Lonely(demo, "lonely_in_folder", local)]


@contextlib.contextmanager
def node_down(demo):
    demo.stop_cassandra(3)
    try:
        yield
    finally:
        nodes.start(demo, 3)


def is_in(ranges, key):
    """Whether a partition lies in one of these, each from after its start to its end."""
    token = Murmur3Token.hash_fn(struct.pack(">i", key))
    return any(
        int(start) < token <= int(end) if int(start) < int(end)
        else token > int(start) or token <= int(end)
        for start, end in ranges)


@pytest.mark.full
def test_what_comes_back_is_exactly_what_the_live_nodes_hold(demo, lonely):
    with node_down(demo):
        for one in lonely:
            path = f"/backups/restore/{one.tag}"
            refused = demo.api.post(path, {**one.body, "force": False, "dry_run": True})
            assert not refused["possible"] and demo.hosts[2] in " ".join(refused["refusals"])
            status = demo.api.wait(demo.api.post(path, one.body))
            assert status["state"] == "partial", status
            name = one.keyspace.name
            ranges = status["details"]["restore"]["unrestored_ranges"][name]
            assert ranges and all(start in status["details"]["message"] for start, _ in ranges)
            for table, before in one.parts.items():
                held, lost = one.read(demo, table)
                assert lost == {key for key in before if is_in(ranges, key)}
                assert 0 < len(lost) < len(before)
                assert held == {key: rows for key, rows in before.items() if key not in lost}
    for one in lonely:
        # The node that was away was emptied with the others, and nothing came back to it.
        now = one.keyspace.dump()
        assert set(now) < set(one.rows)
        demo.succeed(
            demo.api.post(f"/backups/restore/{one.tag}", {**one.body, "force": False}), "restore")
        same_rows(one.rows, one.keyspace.dump())
