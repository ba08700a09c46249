"""Commitlogs are archived: brought to the nodes one by one, shipped whole and in order, whatever is
killed or away meanwhile; and the nodes are as they were when it is over."""

import contextlib
import os
import signal
import threading

import pytest

from archiving import Archiving, Watch, assert_gapless
from helenusctl import Command
from processes import program
from story import ApiError, Keyspace
from waiting import wait_for


@pytest.fixture
def archiving(demo):
    """Off at the begin, and at the end whatever the test did."""
    made = Archiving(demo)
    yield made
    demo.up()
    if demo.api.get("/backups/pit")["enabled"]:
        demo.succeed(made.disable(), "disabling")


def folder(demo, name):
    """A local destination of its own: its folder and its id."""
    path = demo.directory / "backups" / name
    return path, demo.api.local_destination(str(path))


class Writes:
    """Rows of 32 KiB, written one after the other, each with a marker of its own."""

    def __init__(self, demo, name):
        self.keyspace = Keyspace(demo.hosts, name)
        self.keyspace.create()
        self.markers = []

    def write(self, rows):
        cluster, session = self.keyspace.session()
        try:
            statement = session.prepare(
                f"INSERT INTO {self.keyspace.name}.customers (id, name, photo) VALUES (?, ?, ?)")
            for number in range(len(self.markers), len(self.markers) + rows):
                marker = f"<{self.keyspace.name} {number}>"
                session.execute(statement, (number, marker, os.urandom(32 << 10)))
                self.markers.append(marker)
        finally:
            cluster.shutdown()

    def assert_archived(self, archiving, stored):
        """Every row is in the segments of each of its two replicas."""
        missing = [marker for marker in self.markers
                   if archiving.nodes_that_hold(stored, marker.encode()) < 2]
        assert not missing, f"{len(missing)} of {len(self.markers)} rows, the first {missing[:3]}"


def test_commitlogs_are_archived_while_it_is_enabled(demo, archiving):
    before = {node: archiving.properties(node).read_bytes() for node in archiving.nodes}
    path, destination = folder(demo, "commitlogs")
    with pytest.raises(ApiError, match="backup_directory"):
        demo.api.post("/backups/pit", {"destinations": {destination: {}}})
    with Watch(demo) as watch:
        demo.succeed(
            archiving.enable({destination: {"compressed": True}, "OPSC_ON_SERVER": {}}),
            "enabling")
    assert watch.most_down == 1
    assert sorted(host for host, *_ in watch.outages) == sorted(demo.hosts)
    assert demo.api.get("/backups/pit")["enabled"]

    writes = Writes(demo, "archived")
    writes.write(150)
    logs = wait_for(
        "every node's logs", lambda: len(found := demo.api.get("/backups/pit/logs"))
        == len(demo.hosts) and found)
    assert set(logs) == set(demo.hosts) and all(
        isinstance(until, float) for until in logs.values())

    with Watch(demo) as watch:
        told = Command(demo)("pit", "disable", "--sleep", "0")
        assert ": success in " in told, told
    assert watch.most_down == 1
    assert {node: archiving.properties(node).read_bytes() for node in archiving.nodes} == before
    archiving.wait_until_shipped()
    stored = archiving.stored(path)
    writes.assert_archived(archiving, stored)
    for node in archiving.nodes:
        own = archiving.stored(archiving.on_server(node))[node]
        assert [(one.name, one.bytes) for one in own] == [
            (one.name, one.bytes) for one in stored[node]]
        assert_gapless(archiving.ledger(destination)[node])
        assert_gapless(archiving.ledger("OPSC_ON_SERVER")[node])
    after = demo.api.get("/backups/pit/logs")
    assert all(after[host] > logs[host] for host in demo.hosts)
    assert [event["status"] for event in demo.api.get("/backup-activity")
            if event["type"] in ("pit_enable", "pit_disable")][:2] == ["success", "success"]


@pytest.mark.full
def test_sleep_and_drain_first_are_heeded(demo, archiving):
    _, destination = folder(demo, "heeded")

    def drained():
        return [
            (demo.directory / f"cassandra/nodes/{node}/log/system.log").read_text(errors="replace")
            .count("DRAINED") for node in archiving.nodes]

    before = drained()
    with Watch(demo) as watch:
        demo.succeed(archiving.enable({destination: {}}, sleep=7, drain_first=False), "enabling")
    assert len(watch.pauses()) == 2 and min(watch.pauses()) >= 7
    assert drained() == before
    # Other destinations alone are no reason to restart anything.
    with Watch(demo) as watch:
        demo.succeed(archiving.enable({destination: {}, "OPSC_ON_SERVER": {}}), "changing")
    assert watch.outages == [] and watch.most_down == 0
    demo.succeed(archiving.disable(drain_first=True), "disabling")
    assert drained() == [count + 1 for count in before]


@pytest.mark.full
def test_a_node_that_does_not_start_stops_the_roll(demo, archiving):
    _, destination = folder(demo, "stopped")
    start = demo.node_program(2, "start")
    whole = start.read_text()
    start.write_text("#!/bin/bash\necho 'node 2 is broken' >&2\nexit 3\n")
    try:
        with Watch(demo) as watch:
            status = demo.api.wait(archiving.enable({destination: {}}))
            assert status["state"] == "error"
        message = status["details"]["message"]
        assert demo.hosts[1] in message and "node 2 is broken" in message
        assert message.endswith("1 of 3 nodes are done.")
        assert watch.most_down == 1
        assert [host for host, *_ in watch.outages] == [demo.hosts[0]]
        assert archiving.properties(3).read_text().startswith("archive_command=\n")
        # Nobody is stopped while it is down.
        wait_for("the node to be known as down", lambda: demo.api.get("/nodes")[1]["state"]
                 == "down")
        with Watch(demo) as watch:
            status = demo.api.wait(archiving.enable({destination: {}}))
        assert status["state"] == "error" and demo.hosts[1] in status["details"]["message"]
        assert watch.most_down == 1 and watch.outages == []
    finally:
        start.write_text(whole)
    demo.up()
    wait_for("the node to be up", demo.knows_all_up)
    with Watch(demo) as watch:
        demo.succeed(archiving.enable({destination: {}}), "enabling again")
    # The first is as it should be, and the second has read its properties as it started.
    assert [host for host, *_ in watch.outages] == [demo.hosts[2]]


@pytest.mark.full
def test_executors_that_are_killed_in_the_roll_go_on_with_it(demo, archiving):
    _, destination = folder(demo, "rolled")
    with Watch(demo) as watch:
        request = archiving.enable({destination: {}}, sleep=2)
        for count in range(1, 4):
            wait_for(f"outage {count}", lambda: len(watch.outages) >= count - 1
                     and watch.most_down or None, 120)
            demo.kill("executor-1")
            demo.kill("executor-2")
            wait_for("the next", lambda: len(watch.outages) >= count, 180)
        demo.succeed(request, "enabling")
    assert watch.most_down == 1
    assert {host for host, *_ in watch.outages} == set(demo.hosts)


@contextlib.contextmanager
def killing(archiving, agents):
    """Kills archive programs in the middle of their work, and an agent now and then."""
    ended, killed = threading.Event(), {"agent": 0, "helenus-archive": 0}

    def run():
        turn = 0
        while not ended.wait(0.0005):
            for part in archiving.staging.glob("*/.part-*"):
                pid = int(part.name.split("-")[1])
                with contextlib.suppress(OSError):
                    if program(pid).name == "helenus-archive" and turn % 3 != 2:
                        os.kill(pid, signal.SIGKILL)
                        killed["helenus-archive"] += 1
                turn += 1

    def run_agents():
        while not ended.wait(3):
            agents(killed["agent"])
            killed["agent"] += 1

    threads = [threading.Thread(target=work) for work in (run, run_agents)]
    for thread in threads:
        thread.start()
    try:
        yield killed
    finally:
        ended.set()
        for thread in threads:
            thread.join()


@pytest.mark.full
def test_killed_agents_and_archive_programs_lose_no_segment(demo, archiving):
    path, destination = folder(demo, "killed")
    demo.succeed(archiving.enable({destination: {}}), "enabling")
    writes = Writes(demo, "killed")
    with killing(archiving, lambda turn: demo.kill(f"agent-{turn % 3 + 1}")) as killed:
        while killed["helenus-archive"] < 5 or killed["agent"] < 4 or len(writes.markers) < 900:
            writes.write(100)
            assert len(writes.markers) < 20_000, killed
    demo.up()
    demo.succeed(archiving.disable(), "disabling")
    archiving.wait_until_shipped()
    stored = archiving.stored(path)
    writes.assert_archived(archiving, stored)
    for node in archiving.nodes:
        rows = archiving.ledger(destination)[node]
        assert_gapless(rows)
        assert [row[2] for row in rows] == [segment.name for segment in stored[node]]
    left = [file for file in archiving.staging.glob("*/*") if not file.name.startswith(".part-")]
    assert not left


@pytest.mark.full
def test_a_destination_that_is_away_costs_disk_and_nothing_else(demo, archiving):
    path, away = folder(demo, "away")
    demo.succeed(archiving.enable({away: {}, "OPSC_ON_SERVER": {}}), "enabling")
    writes = Writes(demo, "away")
    writes.write(100)
    wait_for("every node's logs", lambda: len(demo.api.get("/backups/pit/logs")) == 3)
    archiving.wait_until_shipped()
    # A file where the folder was: nothing can be written below it.
    path.rename(path.with_name("elsewhere"))
    path.write_text("")
    try:
        writes.write(300)
        wait_for("the problem to be told", lambda: all(
            state["destinations"][away]["problem"] and state["waiting_segments"] > 2
            for state in archiving.states().values()), 90, pause=0.5)
        assert archiving.staged()
        safe = demo.api.get("/backups/pit/logs")
        there = demo.api.get("/backups/pit/logs?destination=OPSC_ON_SERVER")
        assert all(there[host] > safe[host] for host in demo.hosts)
    finally:
        path.unlink()
        path.with_name("elsewhere").rename(path)
    archiving.wait_until_shipped(180)
    demo.succeed(archiving.disable(), "disabling")
    archiving.wait_until_shipped()
    stored = archiving.stored(path)
    writes.assert_archived(archiving, stored)
    for node in archiving.nodes:
        assert_gapless(archiving.ledger(away)[node])
        times = [segment.written for segment in stored[node]]
        assert times == sorted(times)


@pytest.mark.full
def test_segments_that_no_snapshot_needs_are_removed(demo, archiving):
    path, destination = folder(demo, "trimmed")
    demo.succeed(archiving.enable({destination: {}, "OPSC_ON_SERVER": {}}), "enabling")
    writes = Writes(demo, "trimmed")
    tags = []
    for _ in range(2):
        writes.write(100)
        wait_for("all to be shipped", lambda: not archiving.staged(), 60)
        status = demo.succeed(demo.api.run_backup(["trimmed"], []), "a backup")
        tags.append(status["tag"])
    demo.succeed(archiving.disable(), "disabling")
    archiving.wait_until_shipped()
    # Three hours later: all that was is as much older, but for the second snapshot.
    with contextlib.closing(demo.database()) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "UPDATE helenus.pit_segment SET first_write = first_write - interval '3 hours',"
            " last_write = last_write - interval '3 hours'")
        cursor.execute(
            "UPDATE helenus.backup_copy SET backup_time = backup_time - interval '6 hours'"
            " WHERE tag = %s", [tags[0]])
    kept = archiving.ledger(destination)
    assert all(kept.values())
    for tag in [event["backup_id"] for event in demo.api.get("/backup-activity?filter_live=1")
                if event["type"] == "backup" and event["backup_id"] not in tags]:
        with contextlib.suppress(ApiError):
            demo.api.wait(demo.api.call("DELETE", f"/backups?tag={tag}"))
    demo.api.wait(demo.api.call("DELETE", f"/backups?tag={tags[0]}"))
    wait_for("the segments to be removed", lambda: not any(
        archiving.ledger(destination).values()), 60)
    wait_for("those on the nodes too", lambda: not any(
        archiving.ledger("OPSC_ON_SERVER").values()), 60)
    assert not list(path.glob("commitlogs/*/*"))
    for node in archiving.nodes:
        assert not list(archiving.on_server(node).glob("commitlogs/*/*"))
