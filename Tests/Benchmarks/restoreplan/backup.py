"""A backup with as many entries in its manifest as are asked for, on a local destination."""

import hashlib
import json

from datapath.agent import HOST_ID

CONTENT = b"as good as any other SSTable"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
# A file of ext4 has 65,000 names at most.
LINKS = 10_000
KEYSPACE, TABLES = "bench", 10
COMPONENTS = [
    "CompressionInfo.db", "Data.db", "Digest.crc32", "Filter.db", "Index.db", "Statistics.db",
    "Summary.db", "TOC.txt"]


class Backup:
    def __init__(self, root, entries):
        self.tag = f"bench-{entries}"
        self.entries = entries
        host = root / "snapshots" / HOST_ID
        self._objects = host / "sstables"
        self._objects.mkdir(parents=True, exist_ok=True)
        (host / self.tag).mkdir()
        with open(host / self.tag / "backup.json", "w") as file:
            file.write(json.dumps(self._header())[:-1] + ', "sstables": [')
            for number in range(entries):
                file.write(("," if number else "") + json.dumps(self._entry(number)))
            file.write("]}")

    def _entry(self, number):
        """With its object: a link, for how many bytes lie there changes nothing."""
        sstable, component = divmod(number, len(COMPONENTS))
        file = f"nb-{sstable}-big-{COMPONENTS[component]}"
        name = f"{SHA256}-{file}"
        if number % LINKS == 0:
            self._content = self._objects / name
            self._content.write_bytes(CONTENT)
        elif not (self._objects / name).exists():
            (self._objects / name).hardlink_to(self._content)
        return {
            "name": name, "uniquifier": SHA256, "keyspace": KEYSPACE,
            "cf": f"t{sstable % TABLES}", "version": "nb", "file": file, "size": len(CONTENT),
            "sha256": SHA256}

    def _header(self):
        counts = [0] * TABLES
        for number in range(self.entries):
            counts[number // len(COMPONENTS) % TABLES] += 1
        return {
            "format": 1, "tag": self.tag, "cluster": "bench", "cluster_name": "bench",
            "host_id": HOST_ID, "node": "127.0.0.1", "datacenter": "dc1", "rack": "rack1",
            "tokens": ["0"], "partitioner": "Murmur3Partitioner", "cassandra_version": "4.1.6",
            "schema_version": "", "snapshot_time": 0, "written_time": 0, "hosts": [],
            "tables": [
                {"keyspace": KEYSPACE, "cf": f"t{table}", "outcome": "success",
                 "files": count, "size": count * len(CONTENT), "new_size": 0}
                for table, count in enumerate(counts)],
            "schema": [{"keyspace": KEYSPACE, "statements": statements()}]}


def statements():
    return [
        f"CREATE KEYSPACE {KEYSPACE} WITH replication = "
        "{'class': 'SimpleStrategy', 'replication_factor': '1'}",
        *(f"CREATE TABLE {KEYSPACE}.t{table} (id int PRIMARY KEY, a text, b text)"
          for table in range(TABLES))]
