"""An SSTable whose name comes back with other content: each backup restores its own."""

import json
import os

import pytest

from nodetool import on_every_node
from rows import same_rows
from story import Keyspace, tag_of


class Ledger(Keyspace):
    """A keyspace with one table whose files are of the same size whenever as many lines are in it,
    and have the same names whenever it is made."""

    is_made = False

    def create(self):
        self.execute(
            f"CREATE KEYSPACE {self.name} WITH replication ="
            " {'class': 'SimpleStrategy', 'replication_factor': 2}")
        self.wait_for_agreement()

    def renew(self, demo, word, lines):
        """Made anew, with so many lines of the word."""
        if self.is_made:
            self.execute(f"DROP TABLE {self.name}.ledger")
            self.wait_for_agreement()
        self.is_made = True
        self.execute(
            f"CREATE TABLE {self.name}.ledger (line int PRIMARY KEY, word text)"
            " WITH compression = {'sstable_compression': ''}")
        self.wait_for_agreement()
        # Version 1.2 would answer for the new table out of the dropped one's cache (CASSANDRA-5202).
        on_every_node(demo, "invalidatekeycache")
        self.execute(*(
            f"INSERT INTO {self.name}.ledger (line, word) VALUES ({line}, '{word}')"
            for line in range(lines)))
        on_every_node(demo, "flush", self.name)

    def dump(self):
        (rows,) = self.execute(f"SELECT line, word FROM {self.name}.ledger LIMIT 100000")
        return sorted(f"{row['line']} {row['word']}" for row in rows)


def data_files(demo, keyspace):
    """Where they lie, on all nodes."""
    return sorted(
        file for data in demo.data_directories
        for file in (data / keyspace / "ledger").glob("*-Data.db"))


def captured(demo, tag):
    """Size and SHA-256 of each Data.db in the backup, by node and the file's own name."""
    return {
        (manifest.parents[1].name, entry["file"]): (entry["size"], entry["sha256"])
        for manifest in demo.local.glob(f"snapshots/*/{tag}/backup.json")
        for entry in json.loads(manifest.read_text())["sstables"]
        if entry["file"].endswith("-Data.db")}


@pytest.mark.full
def test_each_backup_restores_what_the_name_stood_for(demo, local):
    ledger = Ledger(demo.hosts, "reused")
    ledger.create()
    tags, dumps, times = [], [], {}
    for word, lines in [("first", 300), ("other", 300), ("short", 200)]:
        ledger.renew(demo, word, lines)
        # Not even their times tell them apart.
        for file in data_files(demo, ledger.name):
            found = file.stat()
            time = times.setdefault(file, found.st_mtime_ns)
            os.utime(file, ns=(found.st_atime_ns, time))
        dumps.append(ledger.dump())
        tags.append(tag_of(demo.api, demo.succeed(
            demo.api.run_backup([ledger.name], [local]), "backup")))
    first, same_size, other_size = (captured(demo, tag) for tag in tags)
    assert first and first.keys() == same_size.keys() == other_size.keys()
    for name, (size, sha256) in first.items():
        assert same_size[name][0] == size and same_size[name][1] != sha256, name
        assert other_size[name][0] != size, name
    for tag, dump in zip(tags, dumps):
        demo.succeed(demo.api.post(
            "/backups/verify", {"tag": tag, "destination": local, "mode": "full"}), "verification")
        ledger.execute(f"TRUNCATE {ledger.name}.ledger")
        demo.succeed(demo.api.restore(tag, ledger.name, local), "restore")
        same_rows(dump, ledger.dump())
