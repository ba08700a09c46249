"""Backups on destinations: sent later, verified, found when somebody else put them there, deleted
without harm to others, and kept up with after failures."""

import json
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

from opscenter import rewrite
from story import ApiError, tag_of

PSQL = "/usr/lib/postgresql/15/bin/psql"


@pytest.fixture
def place(demo, request):
    """A folder of the test's own as a destination: its path and its id."""
    path = demo.directory / "backups" / re.sub("[^a-z0-9]+", "-", request.node.name)
    path.mkdir()
    return path, demo.api.local_destination(str(path))


def back_up(demo, keyspace, *destinations):
    status = demo.succeed(
        demo.api.run_backup([keyspace.name], ["OPSC_ON_SERVER", *destinations]), "backup")
    return tag_of(demo.api, status)


def sync(demo, tag, *destinations):
    return demo.api.post(
        "/backups/sync", {"tag": tag, "destinations": {one: {} for one in destinations}})


def verify(demo, tag, destination, mode, **more):
    """The request's last status."""
    return demo.api.wait(demo.api.post(
        "/backups/verify", {"tag": tag, "destination": destination, "mode": mode, **more}))


def delete(demo, tag, destination, more=""):
    return demo.api.call("DELETE", f"/backups?tag={tag}&destination={destination}{more}")


def listed(demo, tag, destination=None, list_all=False):
    """The backup as it is listed; None where it is not."""
    query = "&".join(
        ([f"destination={destination}"] if destination else [])
        + (["list_all=1"] if list_all else []))
    return demo.api.get(f"/backups?{query}").get(tag)


def events(demo, tag, kind):
    return [
        event for event in demo.api.get(f"/backup-activity?filter_type={kind}&count=1000")
        if event["backup_id"] == tag]


def data_file(path, tag):
    """The largest Data.db that the backup names."""
    files = [
        manifest.parents[1] / "sstables" / entry["name"]
        for manifest in path.glob(f"snapshots/*/{tag}/backup.json")
        for entry in json.loads(manifest.read_text())["sstables"]
        if entry["name"].endswith("-Data.db")]
    return max(files, key=lambda file: file.stat().st_size)


def digested_file(path, tag):
    """The largest Data.db that the backup names together with its digest."""
    files = []
    for manifest in path.glob(f"snapshots/*/{tag}/backup.json"):
        names = [entry["name"] for entry in json.loads(manifest.read_text())["sstables"]]
        # The file's own name follows the first dash.
        own = {name.split("-", 1)[1] for name in names}
        files += [
            manifest.parents[1] / "sstables" / name for name in names
            if name.endswith("-Data.db")
            and name.split("-", 1)[1].replace("-Data.db", "-Digest.sha1") in own]
    return max(files, key=lambda file: file.stat().st_size)


def restore_and_compare(demo, keyspace, tag, destination, before):
    keyspace.truncate()
    demo.succeed(demo.api.restore(tag, keyspace.name, destination), f"restore of {tag}")
    assert keyspace.dump() == before


def sql(demo, text):
    subprocess.run(
        [PSQL, "-qAtX", "-v", "ON_ERROR_STOP=1", demo.environment["HELENUS_DATABASE_URL"],
         "-c", f"SET helenus.clusters = '*'; {text}"], check=True, stdout=subprocess.DEVNULL)


def test_a_snapshot_is_sent_later_to_two_destinations(demo, keyspace, local, place):
    path, identifier = place
    before = keyspace.dump()
    tag = back_up(demo, keyspace)
    assert listed(demo, tag, identifier) is None
    request = sync(demo, tag, identifier, local)
    # Its events are there as soon as the call has answered.
    assert {event["destination"]["id"] for event in events(demo, tag, "sync")} == {
        identifier, local}
    demo.succeed(request, "sync")
    assert {(event["destination"]["id"], event["status"])
            for event in events(demo, tag, "sync")} == {
        (identifier, "success"), (local, "success")}
    assert sorted(listed(demo, tag)["destinations"]) == sorted(
        ["OPSC_ON_SERVER", identifier, local])
    assert list(listed(demo, tag, identifier)["keyspaces"]) == [keyspace.name]
    # Sent again, nothing is stored again.
    stored = demo.objects(path)
    demo.succeed(sync(demo, tag, identifier), "the same sync again")
    assert demo.objects(path) == stored
    # It stands on its own feet.
    demo.succeed(delete(demo, tag, "OPSC_ON_SERVER"), "deletion of the snapshot")
    restore_and_compare(demo, keyspace, tag, identifier, before)
    with pytest.raises(ApiError) as gone:
        sync(demo, tag, identifier)
    assert gone.value.status == 404 and "NoSuchBackup" in gone.value.body


def test_a_sync_asks_for_what_there_is(demo, keyspace, local):
    tag = back_up(demo, keyspace)
    for body, status, kind in [
        ({"destinations": {local: {}}}, 400, "InvalidArguments"),
        ({"tag": tag}, 400, "InvalidArguments"),
        ({"tag": tag, "destinations": {"OPSC_ON_SERVER": {}}}, 400, "InvalidArguments"),
        ({"tag": tag, "destinations": {"nowhere": {}}}, 404, "NoSuchDestination"),
        ({"tag": "opscenter_x", "destinations": {local: {}}}, 404, "NoSuchBackup"),
    ]:
        with pytest.raises(ApiError) as refused:
            demo.api.post("/backups/sync", body)
        assert (refused.value.status, json.loads(refused.value.body)["type"]) == (status, kind)


@pytest.mark.parametrize("first", ["run", "sync"])
def test_what_could_not_be_sent_is_sent_by_itself_later(demo, keyspace, place, first):
    path, identifier = place
    obstacle = path / "snapshots"
    obstacle.write_text("in the way")
    if first == "run":
        status = demo.api.wait(demo.api.run_backup([keyspace.name], [identifier]))
        tag = status["tag"]
    else:
        tag = back_up(demo, keyspace)
        status = demo.api.wait(sync(demo, tag, identifier))
    assert status["state"] in ("error", "partial"), status
    assert any(host in status["details"]["message"] for host in demo.hosts), status
    assert listed(demo, tag, identifier) is None
    obstacle.unlink()
    # Its pause is over now.
    sql(demo, "UPDATE helenus.job SET run_at = now()"
        f" WHERE kind = 'retry_sync' AND payload ->> 'tag' = '{tag}'")
    deadline = time.monotonic() + 60
    while listed(demo, tag, identifier) is None:
        assert time.monotonic() < deadline, events(demo, tag, "sync")
        time.sleep(0.25)
    assert [event["status"] for event in events(demo, tag, "sync")][0] == "success"
    assert verify(demo, tag, identifier, "full")["state"] == "success"


def test_the_next_run_sends_what_an_earlier_one_could_not(demo, keyspace, local, place):
    path, identifier = place
    obstacle = path / "snapshots"
    obstacle.write_text("in the way")
    tag = back_up(demo, keyspace)
    assert demo.api.wait(sync(demo, tag, identifier))["state"] == "error"
    obstacle.unlink()
    back_up(demo, keyspace, local)
    deadline = time.monotonic() + 60
    while listed(demo, tag, identifier) is None:
        assert time.monotonic() < deadline, events(demo, tag, "sync")
        time.sleep(0.25)


def test_a_verification_finds_a_flipped_byte_and_a_missing_object(demo, keyspace, place):
    path, identifier = place
    tag = back_up(demo, keyspace, identifier)
    for destination in (identifier, "OPSC_ON_SERVER"):
        for mode in ("manifest", "sample", "full"):
            status = verify(demo, tag, destination, mode)
            assert status["state"] == "success", status
            backup = listed(demo, tag, destination)
            assert (backup["verified_mode"], backup["problems"]) == (mode, [])
            assert abs(backup["verified_at"] - time.time()) < 60
    tables = [
        progress for node in status["details"]["subrequests"].values()
        for progress in node["details"]["sstables"][keyspace.name].values()]
    assert tables and all(one["done_files"] == one["total_files"] > 0 for one in tables)

    file = data_file(path, tag)
    whole = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    assert verify(demo, tag, identifier, "manifest")["state"] == "success"
    status = verify(demo, tag, identifier, "full")
    assert status["state"] == "error" and file.name in status["details"]["message"], status
    problems = listed(demo, tag, identifier)["problems"]
    assert [problem["file"] for problem in problems] == [file.name]
    assert problems[0]["keyspace"] == keyspace.name
    assert problems[0]["node"] in demo.hosts
    # The samples go round: one of as many as there are parts reads the file.
    states = [verify(demo, tag, identifier, "sample", parts=3)["state"] for _ in range(3)]
    assert sorted(states) == ["error", "success", "success"]

    file.unlink()
    for mode in ("manifest", "sample", "full"):
        status = verify(demo, tag, identifier, mode)
        assert status["state"] == "error" and "is missing" in status["details"]["message"], status
    # The other copy is what it was, and says so beside this one.
    verified = listed(demo, tag)["verified"]
    assert verified["OPSC_ON_SERVER"]["problems"] == []
    assert verified[identifier]["problems"]
    file.write_bytes(whole)
    assert verify(demo, tag, identifier, "full")["state"] == "success"
    assert listed(demo, tag, identifier)["problems"] == []


def test_the_catalog_follows_what_lies_on_a_destination(demo, keyspace, place):
    path, identifier = place
    before = keyspace.dump()
    tag = back_up(demo, keyspace, identifier)
    assert listed(demo, tag, identifier, list_all=True) == listed(demo, tag, identifier)
    # Taken away behind its back, and put back.
    parts = list(path.glob(f"snapshots/*/{tag}"))
    assert len(parts) == len(demo.hosts)
    for part in parts:
        part.rename(demo.directory / (part.parent.name + ".away"))
    assert listed(demo, tag, identifier)
    assert listed(demo, tag, identifier, list_all=True) is None
    assert listed(demo, tag)["destinations"] == ["OPSC_ON_SERVER"]
    event = next(one for one in events(demo, tag, "backup")
                 if one["destination"]["id"] == identifier)
    assert event["deleted_at"]
    for part in parts:
        (demo.directory / (part.parent.name + ".away")).rename(part)
    found = listed(demo, tag, list_all=True)
    assert identifier in found["destinations"]
    restore_and_compare(demo, keyspace, tag, identifier, before)


def test_a_backup_of_another_service_is_found_and_restored(demo, keyspace, place):
    path, identifier = place
    before = keyspace.dump()
    tag = back_up(demo, keyspace, identifier)
    other = "opscenter_adhoc_2019-01-02-03-04-05-UTC"
    for manifest in list(path.glob(f"snapshots/*/{tag}/backup.json")):
        document = json.loads(manifest.read_text())
        document.update(tag=other, cluster="Elsewhere", cluster_name="Else where",
                        snapshot_time=1546398245)
        folder = manifest.parents[1] / other
        shutil.copytree(manifest.parent, folder)
        (folder / "backup.json").write_text(json.dumps(document))
    assert listed(demo, other) is None
    found = listed(demo, other, identifier, list_all=True)
    assert found["cluster"] == "Elsewhere" and found["written_by"] == "Helenus"
    assert found["time"] == 1546398245 and len(found["hosts"]) == len(demo.hosts)
    assert set(found["keyspaces"]) == {keyspace.name}
    assert listed(demo, tag, identifier).get("cluster") is None
    assert verify(demo, other, identifier, "full")["state"] == "success"
    restore_and_compare(demo, keyspace, other, identifier, before)


def test_a_backup_of_opscenter_is_found_and_restored(demo, keyspace, place):
    path, identifier = place
    # Version 1.2 writes a digest for what it does not compress. Nothing is on disk yet.
    keyspace.execute(
        f"ALTER TABLE {keyspace.name}.customers WITH compression = {{'sstable_compression': ''}}")
    before = keyspace.dump()
    tag = back_up(demo, keyspace, identifier)
    theirs = "opscenter_4a269167-96c1-40c7-84b7-b070c6bcd0cd_2016-05-05-15-35-00-UTC"
    rewrite(path, tag, theirs)
    # Only theirs is left, and deleting ours has not touched it.
    demo.succeed(delete(demo, tag, identifier), "deletion of our own copy")
    found = listed(demo, theirs, identifier, list_all=True)
    assert found["written_by"] == "OpsCenter" and found["time"] == 1462462500
    assert found["id"] == "4a269167-96c1-40c7-84b7-b070c6bcd0cd"
    assert found["keyspaces"][keyspace.name]["size"] > 0
    status = verify(demo, theirs, identifier, "full")
    assert status["state"] == "success", status
    assert listed(demo, theirs, identifier)["unverified"] > 0
    restore_and_compare(demo, keyspace, theirs, identifier, before)
    # Cassandra's own digest finds damage where there is no hash.
    file = digested_file(path, theirs)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    status = verify(demo, theirs, identifier, "full")
    assert status["state"] == "error" and file.name in status["details"]["message"], status


def test_list_all_says_why_a_destination_cannot_be_read(demo, keyspace, place):
    path, identifier = place
    tag = back_up(demo, keyspace, identifier)
    with pytest.raises(ApiError) as unknown:
        demo.api.get("/backups?list_all=1&destination=nowhere")
    assert unknown.value.status == 404
    # As if it were not mounted: that does not mean that the backups are gone.
    away = path.rename(path.with_name(path.name + ".away"))
    with pytest.raises(ApiError) as missing:
        demo.api.get(f"/backups?list_all=1&destination={identifier}")
    assert missing.value.status == 400 and str(path) in missing.value.body
    assert listed(demo, tag, identifier)
    # The other destinations are read all the same.
    assert listed(demo, tag, list_all=True)
    away.rename(path)
    assert listed(demo, tag, identifier, list_all=True)


def names(path, tag):
    """The objects that a backup names, over all nodes."""
    return {
        manifest.parents[1] / "sstables" / entry["name"]
        for manifest in path.glob(f"snapshots/*/{tag}/backup.json")
        for entry in json.loads(manifest.read_text())["sstables"]}


@pytest.mark.full
def test_one_of_three_backups_is_deleted_without_harm_to_the_others(demo, keyspace, place):
    path, identifier = place
    tags, dumps = [], []
    for _ in range(3):
        keyspace.load(300)
        dumps.append(keyspace.dump())
        tags.append(back_up(demo, keyspace, identifier))
    held = [names(path, tag) for tag in tags]
    only = held[1] - held[0] - held[2]
    demo.succeed(delete(demo, tags[1], identifier), "deletion")
    assert listed(demo, tags[1], identifier) is None
    assert [event["status"] for event in events(demo, tags[1], "delete")] == ["success"]
    assert set(demo.objects(path)) == held[0] | held[2]
    assert not any(file.exists() for file in only)
    for tag, dump in ((tags[0], dumps[0]), (tags[2], dumps[2])):
        assert verify(demo, tag, identifier, "full")["state"] == "success"
        restore_and_compare(demo, keyspace, tag, identifier, dump)
    # The last two take the destination's entry with them.
    demo.succeed(delete(demo, tags[0], identifier), "deletion")
    demo.succeed(delete(demo, tags[2], identifier, "&remove_destination=true"), "deletion")
    assert identifier not in demo.api.get("/backups/destinations")
    assert demo.objects(path) == {}


def test_a_manifest_that_cannot_be_read_stops_a_deletion(demo, keyspace, place):
    path, identifier = place
    first, second = (back_up(demo, keyspace, identifier) for _ in range(2))
    ruined = next(path.glob(f"snapshots/*/{second}/backup.json"))
    whole = ruined.read_text()
    ruined.chmod(0o600)
    ruined.write_text(whole[:-40])
    objects = demo.objects(path)
    status = demo.api.wait(delete(demo, first, identifier))
    assert status["state"] == "partial", status
    assert f"{second}/backup.json" in status["details"]["message"], status
    assert demo.objects(path) == objects
    assert (ruined.parents[1] / first / "backup.json").exists()
    ruined.write_text(whole)
    assert verify(demo, second, identifier, "full")["state"] == "success"


def test_an_agent_that_is_killed_in_a_deletion_harms_nothing(demo, keyspace, place):
    path, identifier = place
    first, second = (back_up(demo, keyspace, identifier) for _ in range(2))
    before = keyspace.dump()
    host = next(
        node["host_id"] for node in demo.api.get("/nodes") if node["node_ip"] == demo.hosts[0])
    garbage = path / "snapshots" / host / "sstables"
    for number in range(40_000):
        os.close(os.open(garbage / f"{number:064x}-nb-{number}-big-Data.db", os.O_CREAT, 0o600))
    manifest = path / "snapshots" / host / first / "backup.json"
    pid = demo.pid("agent-1")
    request = delete(demo, first, identifier)
    deadline = time.monotonic() + 60
    while manifest.exists():
        assert time.monotonic() < deadline, demo.status(request)
    os.kill(pid, signal.SIGKILL)
    left = sum(1 for _ in garbage.iterdir())
    assert left > 1_000, "it was done already"
    for one in path.glob(f"snapshots/*/{second}/backup.json"):
        for entry in json.loads(one.read_text())["sstables"]:
            assert (one.parents[1] / "sstables" / entry["name"]).exists(), entry
    demo.succeed(request, "a deletion whose agent was killed")
    assert set(demo.objects(path)) == names(path, second)
    assert verify(demo, second, identifier, "full")["state"] == "success"
    restore_and_compare(demo, keyspace, second, identifier, before)
