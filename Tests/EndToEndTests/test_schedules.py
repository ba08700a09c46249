"""Backups by the clock: they begin when they are due, once, whoever was away meanwhile; their scripts
run; what their rules let go goes, but never the last good one."""

import datetime
import os
import signal

import pytest

import nodetool
from processes import is_alive
from story import ApiError
from waiting import wait_for


def in_seconds(demo, seconds):
    """A moment by the database's clock, as a schedule names it: without the part of its second. One
    that has passed before the schedule is made is a day away."""
    with demo.database() as database, database.cursor() as cursor:
        cursor.execute("SELECT now() AT TIME ZONE 'Asia/Kolkata'")
        moment = cursor.fetchone()[0] + datetime.timedelta(seconds=seconds)
    return {"first_run_date": moment.strftime("%Y-%m-%d"),
            "first_run_time": moment.strftime("%H:%M:%S"), "timezone": "Asia/Kolkata"}


@pytest.fixture
def schedule(demo, keyspace):
    """Makes schedules, and removes them."""
    made = []

    def make(seconds=3, interval=1, unit="days", **parameters):
        demo.api.wait_for_keyspaces([keyspace.name])
        made.append(demo.api.post("/job-schedules", {
            **in_seconds(demo, seconds), "interval": interval, "interval_unit": unit,
            "job_params": {"type": "backup", "keyspaces": [keyspace.name], **parameters}}))
        return made[-1]

    yield make
    for listed in demo.api.get("/job-schedules"):
        if listed["id"] in made:
            demo.api.call("DELETE", f"/job-schedules/{listed['id']}")


def show(demo, identifier):
    return demo.api.get(f"/job-schedules/{identifier}")


def again(demo, identifier):
    """Has a schedule run again in a moment."""
    demo.api.call("PUT", f"/job-schedules/{identifier}", in_seconds(demo, 3))


def runs(demo, identifier):
    """The events of a schedule's on-server backups, the newest first."""
    return [
        event for event in demo.api.get("/backup-activity?count=100&filter_type=backup")
        if f"_{identifier}_" in event["backup_id"]
        and event["destination"]["id"] == "OPSC_ON_SERVER"]


def ended(demo, identifier, count=1):
    """The schedule's newest request, once it is its count-th and has ended."""
    wait_for("the run", lambda: len(runs(demo, identifier)) == count)
    request = wait_for("its request", lambda: show(demo, identifier)["last_request_id"])
    return demo.api.wait(request)


def backups(demo, identifier):
    return demo.api.get(f"/backups?match={identifier}")


def settled(demo):
    """Nothing is in the queue but what other tests left there for later, such as owed copies."""
    def is_empty():
        with demo.database() as database, database.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM helenus.job"
                " WHERE finished_at IS NULL AND run_at < now() + interval '1 minute'")
            return cursor.fetchone()[0] == 0
    wait_for("the end of all jobs", is_empty, seconds=120)


def script(demo, name, *lines):
    path = demo.directory / "scripts" / name
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


def test_a_schedule_from_its_first_run_to_its_end(demo, keyspace, schedule, local):
    listing = demo.directory / "files"
    script(demo, "before", "echo frozen as $HELENUS_TAG")
    script(demo, "after", f'sort >{listing}."$$"; echo "$# arguments" >&2')
    identifier = schedule(
        destinations={local: {"keep": {"last": 1}}}, keep={"last": 1},
        pre_snapshot_script="before", post_snapshot_script="after")
    assert show(demo, identifier)["last_run"] is None

    # Two executors run; one of them begins it, once.
    status = ended(demo, identifier)
    assert status["state"] == "success", status
    first = status["tag"]
    (event,) = runs(demo, identifier)
    shown = show(demo, identifier)
    assert event["backup_id"] == first and event["status"] == "success"
    assert shown["next_run"] - event["event_time"] == 86400
    backup = backups(demo, identifier)[first]
    assert backup["id"] == identifier
    assert set(backup["destinations"]) == {"OPSC_ON_SERVER", local}
    for node in status["details"]["subrequests"].values():
        said = node["details"]["scripts"]
        assert said["pre_snapshot_script"]["output"] == f"frozen as {first}\n", said
        assert said["post_snapshot_script"]["output"] == "0 arguments\n", said
    names = {
        line for file in demo.directory.glob("files.*") for line in file.read_text().splitlines()}
    snapshots = {
        str(file) for data in demo.data_directories
        for file in data.glob(f"{keyspace.name}/*/snapshots/{first}/*") if file.is_file()
        # Secondary indexes are no part of a backup.
        and "_customers_country" not in file.name and file.name != "manifest.json"}
    assert names == snapshots and names

    # The second lets the first one go, from the nodes and from the destination.
    again(demo, identifier)
    status = ended(demo, identifier, 2)
    assert status["state"] == "success", status
    second = status["tag"]
    wait_for("the first one's end", lambda: list(backups(demo, identifier)) == [second], seconds=120)
    settled(demo)
    assert not list(demo.local.glob(f"snapshots/*/{first}"))
    assert not [path for path in demo.snapshots() if path.endswith(first)]
    (old,) = [event for event in runs(demo, identifier) if event["backup_id"] == first]
    assert old["deleted_at"] is not None
    deletions = demo.api.get("/backup-activity?count=20&filter_type=delete")
    assert {event["destination"]["id"] for event in deletions if event["backup_id"] == first} == {
        "OPSC_ON_SERVER", local}

    # A script that fails before the snapshot fails the run; that counts for nothing, and the next
    # one is not held up by it.
    script(demo, "before", "echo it is too hot", "exit 3")
    again(demo, identifier)
    status = ended(demo, identifier, 3)
    assert status["state"] == "error", status
    for word in ("pre_snapshot_script before", "exit status 3", "it is too hot", *demo.hosts):
        assert word in status["details"]["message"], status
    settled(demo)
    assert list(backups(demo, identifier)) == [second]
    review = demo.api.get(f"/job-schedules/{identifier}/retention?dry_run=1")
    for place in ("OPSC_ON_SERVER", local):
        (copy,) = review["destinations"][place]["stays"]
        assert copy["tag"] == second and "it is the last good backup" in copy["why"], review
        assert review["destinations"][place]["goes"] == []

    # One that fails afterwards is told; the backup is there. And a rule of age lets the last good
    # one go only when there is another.
    script(demo, "before", "exit 0")
    script(demo, "after", "echo no thanks >&2; exit 4")
    demo.api.call("PUT", f"/job-schedules/{identifier}", {**in_seconds(demo, 3), "job_params": {
        "type": "backup", "keyspaces": [keyspace.name], "cleanup_age": 1,
        "cleanup_age_unit": "hours", "post_snapshot_script": "after"}})
    with demo.database() as database, database.cursor() as cursor:
        # As if the time had passed.
        cursor.execute(
            "UPDATE helenus.backup SET event_time = event_time - interval '1 day' WHERE tag = %s",
            [second])
    status = ended(demo, identifier, 4)
    assert status["state"] == "partial", status
    assert "post_snapshot_script after: exit status 4: no thanks" in status["details"]["message"]
    assert runs(demo, identifier)[0]["status"] == "success"
    wait_for("the old one's end", lambda: {
        tag: backup["destinations"] for tag, backup in backups(demo, identifier).items()
    } == {status["tag"]: ["OPSC_ON_SERVER"], second: [local]}, seconds=120)
    settled(demo)

    demo.api.call("DELETE", f"/job-schedules/{identifier}")
    with pytest.raises(ApiError) as gone:
        show(demo, identifier)
    assert gone.value.status == 404
    assert set(backups(demo, identifier)) == {status["tag"], second}


def test_what_was_missed_runs_once(demo, keyspace, schedule):
    executors = [demo.pid(f"executor-{number}") for number in (1, 2)]
    for pid in executors:
        os.kill(pid, signal.SIGTERM)
    try:
        wait_for("the executors' end", lambda: not any(map(is_alive, executors)))
        # Not due by itself however soon they are back.
        identifier = schedule(seconds=1_800, interval=1, unit="hours")
        with demo.database() as database, database.cursor() as cursor:
            # As if they had been away for an hour.
            cursor.execute(
                "UPDATE helenus.schedule SET first_run_date = first_run_date - 1,"
                " next_run = now() - interval '1 hour' WHERE id = %s", [identifier])
        assert runs(demo, identifier) == []
    finally:
        demo.up()
    status = ended(demo, identifier)
    assert status["state"] == "success", status
    # Once, and at the next full hour from then on it is due again.
    demo.api.call("PUT", f"/job-schedules/{identifier}", in_seconds(demo, 86400))
    assert len(runs(demo, identifier)) == 1
    demo.api.call("DELETE", f"/backups?tag={status['tag']}")
    settled(demo)


def test_a_run_that_is_due_waits_for_the_one_before(demo, keyspace, schedule):
    with nodetool.held_snapshots(demo, 1) as hold:
        identifier = schedule(seconds=3)
        wait_for("the first run's snapshot", hold.waiting)
        again(demo, identifier)
        due = show(demo, identifier)["next_run"]

        def is_over():
            with demo.database() as database, database.cursor() as cursor:
                cursor.execute("SELECT extract(epoch FROM now()) > %s + 3", [due])
                return cursor.fetchone()[0]
        wait_for("its time, and a few ticks more", is_over)
        assert len(runs(demo, identifier)) == 1
        assert show(demo, identifier)["next_run"] == due
        hold.let_go()
        wait_for("the second run", lambda: len(runs(demo, identifier)) == 2)
    assert ended(demo, identifier, 2)["state"] == "success"
    for tag in backups(demo, identifier):
        demo.api.call("DELETE", f"/backups?tag={tag}")
    settled(demo)
