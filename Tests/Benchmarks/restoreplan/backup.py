"""A backup with as many entries in its manifest as are asked for, on a local destination."""

import hashlib
import json

from datapath.agent import HOST_ID

CONTENT = b"as good as any other SSTable"
KEYSPACE, TABLES = "bench", 10
COMPONENTS = [
    "CompressionInfo.db", "Data.db", "Digest.crc32", "Filter.db", "Index.db", "Statistics.db",
    "Summary.db", "TOC.txt"]


class Backup:
    def __init__(self, root, entries):
        self.tag = f"bench-{entries}"
        self.entries = entries
        host = root / "snapshots" / HOST_ID
        sha256 = hashlib.sha256(CONTENT).hexdigest()
        (host / "sstables").mkdir(parents=True, exist_ok=True)
        (host / "sstables" / f"{sha256}-any").write_bytes(CONTENT)
        (host / self.tag).mkdir()
        with open(host / self.tag / "backup.json", "w") as file:
            file.write(json.dumps(self._header())[:-1] + ', "sstables": [')
            for number in range(entries):
                file.write(("," if number else "") + json.dumps(self._entry(number, sha256)))
            file.write("]}")

    def _entry(self, number, sha256):
        sstable, component = divmod(number, len(COMPONENTS))
        return {
            "name": f"{sha256}-any", "uniquifier": sha256, "keyspace": KEYSPACE,
            "cf": f"t{sstable % TABLES}", "version": "nb",
            "file": f"nb-{sstable}-big-{COMPONENTS[component]}", "size": len(CONTENT),
            "sha256": sha256}

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
