"""What a restore says before it touches anything, and what it refuses."""

import contextlib
import json
import subprocess

import pytest

from nodetool import on_every_node
from opscenter import rewrite
from rows import same_rows
from story import ApiError, Keyspace
from waiting import wait_for


@pytest.fixture(scope="module")
def saved(demo):
    """A keyspace with about 2 MB on each node that do not compress, backed up on the nodes and on
    a destination of its own."""
    return Saved(demo, "planned")


class Saved:
    def __init__(self, demo, name):
        self.keyspace = Keyspace(demo.hosts, name)
        self.keyspace.create()
        self.keyspace.load(1000)
        self.keyspace.load(100, blob=65536)
        self.rows = self.keyspace.dump()
        self.folder = demo.directory / "backups" / name
        self.destination = demo.api.local_destination(str(self.folder))
        self.tag = demo.succeed(
            demo.api.run_backup([self.keyspace.name], [self.destination]), "backup")["tag"]

    def body(self, **options):
        return {"destination": self.destination,
                "keyspaces": {self.keyspace.name: {"truncate": True}}, **options}


def plan(demo, saved, **options):
    return demo.api.post(f"/backups/restore/{saved.tag}", saved.body(dry_run=True, **options))


def restore(demo, saved, **options):
    """The last status of a restore."""
    return demo.api.wait(demo.api.post(f"/backups/restore/{saved.tag}", saved.body(**options)))


def test_a_dry_run_answers_the_plan_and_changes_nothing(demo, saved):
    requests = demo.api.get("/requests")
    answer = plan(demo, saved)
    assert answer["possible"] and answer["refusals"] == [], answer
    assert answer["tag"] == saved.tag and answer["mode"] == "sstableloader"
    assert [node["node"] for node in answer["nodes"]] == sorted(demo.hosts)
    name = saved.keyspace.name
    assert answer["truncate"] == [f"{name}.customers", f"{name}.orders"]
    assert answer["schema"] == answer["topology"] == answer["absent"] == []
    for node in answer["nodes"]:
        (source,) = node["sources"]
        assert source["host_id"] == node["host_id"]
        folder = saved.folder / "snapshots" / source["host_id"] / saved.tag
        manifest = json.loads((folder / "backup.json").read_text())
        for table in manifest["tables"]:
            assert source["tables"][name][table["cf"]] == {
                "files": table["files"], "bytes": table["size"]}
        # Two replicas of three nodes: each gets two thirds of what all of them send.
        total = sum(one["bytes"] for one in answer["nodes"])
        assert 0.3 * total < node["data_needed_bytes"] < total
        assert node["staging_needed_bytes"] == node["bytes"] > 1_000_000
        assert node["staging_free_bytes"] > 0 and node["data_free_bytes"] > 0
    assert demo.api.get("/requests") == requests
    same_rows(saved.rows, saved.keyspace.dump())


@pytest.mark.full
def test_an_excluded_node_takes_no_part(demo, saved):
    body = {"destination": saved.destination, "keyspaces": {saved.keyspace.name: {}},
            "excluded-nodes": [demo.hosts[1]]}
    answer = demo.api.post(f"/backups/restore/{saved.tag}", {**body, "dry_run": True})
    assert demo.hosts[1] not in [node["node"] for node in answer["nodes"]]
    assert [one["node"] for one in answer["left_out"]] == [demo.hosts[1]]
    status = demo.api.wait(demo.api.post(f"/backups/restore/{saved.tag}", body))
    assert status["state"] == "partial" and demo.hosts[1] in status["details"]["message"], status
    same_rows(saved.rows, saved.keyspace.dump())


def test_a_node_without_space_refuses_with_node_and_bytes(demo, saved):
    staging = demo.directory / "agents" / "2" / "staging"
    with mounted(staging, size="1m"):
        refusals = plan(demo, saved)["refusals"]
        status = restore(demo, saved)
    assert len(refusals) == 1 and status["state"] == "error"
    for message in [refusals[0], status["details"]["message"]]:
        assert demo.hosts[1] in message and "bytes free for staging" in message, message
    same_rows(saved.rows, saved.keyspace.dump())


@contextlib.contextmanager
def mounted(folder, size):
    """A file system of its own on a folder."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_node_that_is_down_refuses_and_is_gone_on_without_only_when_forced(demo, saved):
    before = saved.keyspace.dump()
    demo.stop_cassandra(3)
    try:
        status = restore(demo, saved)
        assert status["state"] == "error" and demo.hosts[2] in status["details"]["message"]
        with pytest.raises(ApiError) as conflict:
            restore(demo, saved, force=True)
        assert conflict.value.status == 409 and demo.hosts[2] in conflict.value.body
        body = {"keyspaces": {saved.keyspace.name: {}}, "force": True}
        answer = demo.api.post(f"/backups/restore/{saved.tag}", {**body, "dry_run": True})
        assert [one["node"] for one in answer["left_out"]] == [demo.hosts[2]]
        # Two replicas: of every range one of the two other nodes holds one.
        assert answer["possible"] and answer["unrestored_ranges"] == {}
        status = demo.api.wait(demo.api.post(f"/backups/restore/{saved.tag}", body))
        assert status["state"] == "partial", status["details"]["message"]
        assert demo.hosts[2] in status["details"]["message"]
    finally:
        demo.up()
        wait_for("the node's return", demo.knows_all_up)
    same_rows(before, saved.keyspace.dump())


def test_schema_differences_are_named_and_forced_where_cassandra_takes_them(demo):
    saved = Saved(demo, "drift")
    name = saved.keyspace.name
    saved.keyspace.execute(
        f"ALTER TABLE {name}.customers ADD added int",
        f"ALTER TABLE {name}.customers ALTER name TYPE blob")
    # Made again, without a column.
    saved.keyspace.execute(f"DROP TABLE {name}.orders")
    saved.keyspace.wait_for_agreement()
    saved.keyspace.execute(
        f"CREATE TABLE {name}.orders (customer int, number int, total decimal,"
        " lines map<text, int>, PRIMARY KEY (customer, number))")
    saved.keyspace.wait_for_agreement()
    answer = plan(demo, saved)
    assert not answer["possible"]
    assert [(one["cf"], one["name"], one["kind"], one["verdict"]) for one in answer["schema"]] == [
        ("customers", "added", "column_added", "needs_force_schema"),
        ("customers", "name", "column_type_changed", "needs_force_schema"),
        ("orders", "note", "column_dropped", "needs_force_schema"),
    ], answer["schema"]
    status = restore(demo, saved)
    assert status["state"] == "error", status
    for word in ["added", "column name", "column note", "force_schema"]:
        assert word in status["details"]["message"], status
    assert plan(demo, saved, force_schema=True)["possible"]
    status = restore(demo, saved, force_schema=True)
    assert status["state"] == "success", status
    rows = saved.keyspace.dump()
    assert len(rows) == len(saved.rows)
    # What Cassandra itself would refuse is refused, whatever is forced.
    saved.keyspace.execute(f"DROP TABLE {name}.orders")
    saved.keyspace.wait_for_agreement()
    saved.keyspace.execute(f"CREATE TABLE {name}.orders (customer text PRIMARY KEY, number text)")
    saved.keyspace.wait_for_agreement()
    answer = plan(demo, saved, force_schema=True)
    kinds = {one["kind"] for one in answer["schema"] if one["verdict"] == "refused"}
    assert kinds == {"primary_key_changed", "column_type_changed"} and not answer["possible"]
    assert restore(demo, saved, force_schema=True)["state"] == "error"


def test_a_bucket_of_opscenter_is_restored_without_being_listed_first(demo, saved):
    theirs = "opscenter_4a269167-96c1-40c7-84b7-b070c6bcd0cd_2017-05-05-15-35-00-UTC"
    rewrite(saved.folder, saved.tag, theirs)
    assert theirs not in demo.api.get("/backups")
    saved.keyspace.execute(f"DROP KEYSPACE {saved.keyspace.name}")
    saved.keyspace.wait_for_agreement()
    # Version 1.2 would answer out of the dropped tables' caches (CASSANDRA-5202).
    on_every_node(demo, "invalidatekeycache")
    status = demo.api.wait(demo.api.post(f"/backups/restore/{theirs}", saved.body()))
    assert status["state"] == "success", status
    assert "proven neither" in status["details"]["message"]
    assert status["details"]["restore"]["unverified"] > 0
    same_rows(saved.rows, saved.keyspace.dump())


def test_cancelled_while_it_stages_it_leaves_live_rows_alone(demo, saved):
    request = demo.api.post(f"/backups/restore/{saved.tag}", saved.body(throttle=0.1))
    staging = [demo.directory / "agents" / str(node) / "staging" for node in range(1, 4)]
    wait_for("the staging", lambda: all(list(one.glob("*/*/*/*/*.db")) for one in staging))

    def estimated():
        details = demo.api.status(request)["details"]
        return details if "eta" in details else None

    details = wait_for("an estimate of the end", estimated)
    nodes = [node["details"] for node in details["subrequests"].values()]
    assert details["rate"] == sum(node.get("rate", 0) for node in nodes)
    assert details["eta"] == max(node["eta"] for node in nodes if "eta" in node)
    demo.api.post(f"/request/{request}/cancel", {})
    status = demo.api.wait(request)
    assert status["state"] == "cancelled", status
    assert set(status["details"]["restore"]["tables"].values()) == {"untouched"}
    assert not [file for one in staging for file in one.glob("*/*")]
    same_rows(saved.rows, saved.keyspace.dump())


def test_a_failed_load_goes_on_where_it_ended(demo, saved):
    name = saved.keyspace.name
    loader = demo.node_program(2, "sstableloader")
    whole = loader.read_text()
    # Of one node the second table cannot be loaded.
    real = loader.with_name("sstableloader.real")
    real.write_text(whole)
    real.chmod(0o755)
    broken = loader.with_name("sstableloader.new")
    broken.write_text(
        f'#!/bin/bash\n[[ "$*" == */orders ]] && {{ echo "no more" >&2; exit 1; }}\n'
        f'exec {real} "$@"\n')
    broken.chmod(0o755)
    broken.rename(loader)
    saved.keyspace.execute(f"INSERT INTO {name}.customers (id, name) VALUES (-1, 'later')")
    try:
        status = restore(demo, saved)
        assert status["state"] == "error" and demo.hosts[1] in status["details"]["message"]
        tables = status["details"]["restore"]["tables"]
        assert tables == {f"{name}.customers": "restored", f"{name}.orders": "emptied"}, tables
    finally:
        broken.write_text(whole)
        broken.chmod(0o755)
        broken.rename(loader)
    answer = plan(demo, saved)
    assert answer["done"] == [f"{name}.customers"] and answer["truncate"] == [f"{name}.orders"]
    # What was written after the first attempt stays: that table is not touched again.
    saved.keyspace.execute(f"INSERT INTO {name}.customers (id, name) VALUES (-2, 'later still')")
    status = restore(demo, saved)
    assert status["state"] == "success", status
    rows = saved.keyspace.dump()
    added = [row for row in rows if '"later still"' in row]
    assert len(added) == 1
    same_rows(saved.rows, [row for row in rows if row not in added])
    saved.keyspace.execute(f"DELETE FROM {name}.customers WHERE id = -2")
    assert plan(demo, saved)["done"] == []
