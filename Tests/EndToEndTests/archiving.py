"""What the archiving of commitlogs did, looked at from outside: on the nodes' disks, on destinations,
at the nodes' ports, in the catalog."""

import contextlib
import dataclasses
import hashlib
import json
import subprocess
import threading
import time

from processes import listens
from waiting import wait_for


@dataclasses.dataclass
class Stored:
    """A segment on a destination."""

    name: str
    document: dict
    bytes: bytes
    written: int


class Archiving:
    """Commitlog archiving of a demo's cluster."""

    def __init__(self, demo):
        self.demo = demo
        self.staging = demo.directory / "staging"
        self.nodes = range(1, len(demo.hosts) + 1)
        self.host_ids = {
            node["host_id"]: index
            for index, address in enumerate(demo.hosts, 1)
            for node in demo.api.get("/nodes") if node["node_ip"] == address}

    def enable(self, destinations, **options):
        """The request of the roll."""
        body = {"destinations": destinations, "backup_directory": str(self.staging), "sleep": 0,
                **options}
        return self.demo.api.post("/backups/pit", body)

    def disable(self, **options):
        return self.demo.api.call("DELETE", "/backups/pit", {"sleep": 0, **options})

    def properties(self, node):
        return self.demo.directory / f"cassandra/nodes/{node}/conf/commitlog_archiving.properties"

    def states(self):
        """What the agents last reported, by node."""
        return {self.host_ids[agent["host_id"]]: agent["archive_state"]
                for agent in self.demo.api.get("/agents")}

    def staged(self):
        """Files in the folders to which Cassandra archives."""
        return sorted(self.staging.glob("*/CommitLog-*"))

    def stored(self, root):
        """The segments that a folder holds, by node, in their order: each is checked to be what its
        document says."""
        found = {node: [] for node in self.nodes}
        for document in root.glob("commitlogs/*/*.json"):
            about = json.loads(document.read_text())
            name = document.name.removesuffix(".json")
            file = document.with_name(name)
            if file.exists():
                content = file.read_bytes()
            else:
                file = document.with_name(f"{name}.zst")
                content = subprocess.run(
                    ["zstd", "-dcq", file], check=True, capture_output=True).stdout
            assert len(content) == about["bytes"], name
            assert hashlib.sha256(content).hexdigest() == about["sha256"], name
            assert about["host_id"] == document.parent.name
            found[self.host_ids[about["host_id"]]].append(
                Stored(name, about, content, file.stat().st_mtime_ns))
        for segments in found.values():
            segments.sort(key=lambda segment: segment.document["sequence"])
        return found

    def on_server(self, node):
        """The folder of the segments that a node keeps itself."""
        return self.demo.directory / "agents" / str(node) / "archive"

    def ledger(self, destination):
        """The catalog's rows, by node: number, outcome, name, times."""
        rows = {node: [] for node in self.nodes}
        with contextlib.closing(self.demo.database()) as connection:
            cursor = connection.cursor()
            cursor.execute(
                "SELECT host_id, sequence, outcome, segment_name, extract(epoch FROM first_write),"
                " extract(epoch FROM last_write), follows FROM helenus.pit_segment"
                " WHERE destination_id = %s ORDER BY sequence", [destination])
            for host, *row in cursor.fetchall():
                rows[self.host_ids[host]].append(row)
        return rows

    def wait_until_shipped(self, seconds=120):
        """Nothing lies in the folders to which Cassandra archives, and the catalog knows all."""

        def is_shipped():
            return not self.staged() and all(
                state and state["waiting_segments"] == 0 for state in self.states().values())

        wait_for("all to be shipped", is_shipped, seconds, pause=0.5)

    def nodes_that_hold(self, stored, marker):
        """In how many nodes' segments these bytes are."""
        return sum(
            any(marker in segment.bytes for segment in segments) for segments in stored.values())


def assert_gapless(rows):
    """A node's rows of the catalog: none is lost, none is missing, times follow each other."""
    assert [row[1] for row in rows] == ["stored"] * len(rows)
    assert [row[0] for row in rows] == list(range(rows[0][0], rows[0][0] + len(rows)))
    for before, after in zip(rows, rows[1:]):
        assert after[3] == before[4] and after[5], (before, after)


class Watch:
    """Watches at the nodes' own ports which of them serve clients."""

    def __init__(self, demo):
        self._hosts = demo.hosts
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)
        # (host, time of the last answer, time of the next one)
        self.outages = []
        self.most_down = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def pauses(self):
        """Seconds between each return and the next stop."""
        ordered = sorted(self.outages, key=lambda outage: outage[1])
        return [after[1] - before[2] for before, after in zip(ordered, ordered[1:])]

    def _run(self):
        last = {host: time.monotonic() for host in self._hosts}
        down = {}
        while not self._ended.is_set():
            for host in self._hosts:
                now = time.monotonic()
                if listens(host, 9042):
                    if host in down:
                        self.outages.append((host, down.pop(host), now))
                    last[host] = now
                else:
                    down.setdefault(host, last[host])
            self.most_down = max(self.most_down, len(down))
            self._ended.wait(0.02)
