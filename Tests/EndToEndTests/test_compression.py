"""Backups whose files are stored in zstd, read with the system's own zstd, and restored."""

import hashlib
import json
import re
import subprocess

import pytest

from rows import same_rows
from story import tag_of


@pytest.fixture
def place(demo, request):
    """A folder of the test's own as a destination: its path and its id."""
    path = demo.directory / "backups" / re.sub("[^a-z0-9]+", "-", request.node.name)
    path.mkdir()
    return path, demo.api.local_destination(str(path))


@pytest.fixture
def uncompressed(keyspace):
    """A keyspace one of whose tables Cassandra does not compress. Nothing of it is on disk yet."""
    keyspace.execute(
        f"ALTER TABLE {keyspace.name}.customers WITH compression = {{'sstable_compression': ''}}")
    return keyspace


def entries(path, tag):
    """The manifest's entries of all nodes, each with its object's path."""
    return [
        (entry, manifest.parents[1] / "sstables" / entry["name"])
        for manifest in path.glob(f"snapshots/*/{tag}/backup.json")
        for entry in json.loads(manifest.read_text())["sstables"]]


def content(entry, file):
    """The file's own bytes."""
    if entry.get("compression") is None:
        return file.read_bytes()
    return subprocess.run(
        ["zstd", "-d", "-c", "-q", file], stdout=subprocess.PIPE, check=True).stdout


def check_objects(path, tag):
    """Every object holds the file whose hash it is named for; answers those that are compressed."""
    compressed = []
    for entry, file in entries(path, tag):
        own = content(entry, file)
        digest = hashlib.sha256(own).hexdigest()
        assert digest == entry["sha256"] and entry["size"] == len(own), entry
        if entry.get("compression") is None:
            assert file.name == f"{digest}-{entry['file']}" and "stored_size" not in entry
        else:
            assert entry["compression"] == "zstd"
            assert file.name == f"{digest}-{entry['file']}.zst"
            assert entry["stored_size"] == file.stat().st_size < len(own) * 7 / 8 + 1
            compressed.append(entry)
    return compressed


def stored_bytes(demo, tag, destination):
    with demo.database() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT stored_bytes FROM helenus.backup_copy WHERE tag = %s AND destination_id = %s",
            (tag, destination))
        return cursor.fetchone()[0]


def verify_fully(demo, tag, destination):
    demo.succeed(
        demo.api.post(
            "/backups/verify", {"tag": tag, "destination": destination, "mode": "full"}),
        f"verification of {tag} on {destination}")


def restore_and_compare(demo, keyspace, tag, destination, before):
    keyspace.truncate()
    assert keyspace.dump() == []
    demo.succeed(demo.api.restore(tag, keyspace.name, destination), f"restore of {tag}")
    same_rows(before, keyspace.dump())


def test_a_compressed_backup_is_restored_row_for_row(demo, uncompressed, place):
    path, identifier = place
    before = uncompressed.dump()
    status = demo.succeed(
        demo.api.run_backup([uncompressed.name], ["OPSC_ON_SERVER", identifier],
                            compressed="True"), "backup")
    tag = tag_of(demo.api, status)
    compressed = check_objects(path, tag)
    data = {entry["cf"] for entry in compressed if entry["file"].endswith("-Data.db")}
    # What Cassandra compressed is stored as it is.
    assert data == {"customers"}, compressed
    objects = {file: file.stat().st_size for _, file in entries(path, tag)}
    assert stored_bytes(demo, tag, identifier) == sum(objects.values())
    verify_fully(demo, tag, identifier)
    restore_and_compare(demo, uncompressed, tag, identifier, before)


@pytest.mark.full
def test_a_sync_with_and_one_without_compression_do_not_harm_each_other(
        demo, uncompressed, place):
    path, identifier = place
    before = uncompressed.dump()
    tags = [
        tag_of(demo.api, demo.succeed(
            demo.api.run_backup([uncompressed.name], ["OPSC_ON_SERVER"]), "backup"))
        for _ in range(2)]
    for tag, compressed in zip(tags, (True, False)):
        demo.succeed(demo.api.post(
            "/backups/sync",
            {"tag": tag, "destinations": {identifier: {"compressed": compressed}}}), "sync")
    zipped, plain = ({file for _, file in entries(path, tag)} for tag in tags)
    assert check_objects(path, tags[0]) and not check_objects(path, tags[1])
    assert set(demo.objects(path)) == zipped | plain and zipped - plain and plain - zipped
    demo.succeed(
        demo.api.call("DELETE", f"/backups?tag={tags[1]}&destination={identifier}"), "deletion")
    assert set(demo.objects(path)) == zipped
    verify_fully(demo, tags[0], identifier)
    restore_and_compare(demo, uncompressed, tags[0], identifier, before)
