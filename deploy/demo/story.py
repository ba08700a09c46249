"""The demo's story in steps, for the tour and the end-to-end tests: an HTTP client of the API, a
keyspace with rows in it, and a dump of all its rows. Reads the settings of the demo's D/env from
the environment."""

import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.request
from decimal import Decimal

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cassandra"))
from cassandra import ConsistencyLevel, OperationTimedOut, Unavailable, WriteTimeout  # noqa: E402
from cassandra_session import connect  # noqa: E402

SCHEMA = [
    """CREATE KEYSPACE {0} WITH replication =
         {{'class': 'SimpleStrategy', 'replication_factor': {1}}}""",
    """CREATE TABLE {0}.customers (id int PRIMARY KEY, name text, country text, photo blob)""",
    """CREATE INDEX {0}_customers_country ON {0}.customers (country)""",
    """CREATE TABLE {0}.orders (customer int, number int, total decimal, note text,
         lines map<text, int>, PRIMARY KEY (customer, number))""",
]
TABLES = ["customers", "orders"]


class ApiError(Exception):
    def __init__(self, method, path, status, body):
        super().__init__(f"{method} {path}: {status} {body}")
        self.status, self.body = status, body


class Api:
    """Calls of one cluster's API; answers are decoded JSON."""

    def __init__(self, url, cluster):
        self.url, self.cluster = url, cluster

    def call(self, method, path, body=None):
        status, answer = self.exchange(method, path, body)
        if status >= 400:
            raise ApiError(method, path, status, answer)
        return json.loads(answer)

    def exchange(self, method, path, body=None):
        """The answer's status and text."""
        request = urllib.request.Request(
            f"{self.url}/{self.cluster}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={} if body is None else {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body):
        return self.call("POST", path, body)

    def request_id(self, answer):
        """Calls that start something answer the request's id as a string, or in an object."""
        return answer if isinstance(answer, str) else answer["request_id"]

    def local_destination(self, path):
        """The id of the local destination with this path, made if it is missing."""
        answer = self.post("/backups/destinations", {"provider": "local", "path": path})
        (identifier,) = answer["destination"][0].keys()
        return identifier

    def wait_for_keyspaces(self, keyspaces, seconds=60):
        """Until the API knows them: the agents report every ten seconds."""
        deadline = time.monotonic() + seconds
        while not set(keyspaces) <= set(self.get("/keyspaces")):
            if time.monotonic() > deadline:
                raise TimeoutError(f"no agent reports {keyspaces}: {self.get('/keyspaces')}")
            time.sleep(0.25)

    def run_backup(self, keyspaces, destinations, **options):
        """Options, such as `throttle`, are for every destination."""
        self.wait_for_keyspaces(keyspaces)
        return self.request_id(
            self.post(
                "/backups/run",
                {"keyspaces": keyspaces, "destinations": {one: options for one in destinations}},
            )
        )

    def restore(self, tag, keyspace, destination=None, truncate=True):
        body = {"keyspaces": {keyspace: {"truncate": truncate}}}
        if destination:
            body["destination"] = destination
        return self.request_id(self.post(f"/backups/restore/{tag}", body))

    def status(self, request):
        return self.get(f"/request/{request}/status")

    def wait(self, request, progress=lambda status: None, seconds=600, until=None):
        """The request's last status: when it has ended, or `until` holds for it."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                status = self.status(request)
            except (ApiError, OSError) as error:
                if isinstance(error, ApiError) and error.status < 500:
                    raise
                status = None
            if status:
                progress(status)
                if status["state"] != "running" or (until and until(status)):
                    return status
            if time.monotonic() > deadline:
                raise TimeoutError(f"request {request} has not ended: {json.dumps(status)}")
            time.sleep(0.25)


def transferred(status):
    """Files and bytes of a request: done, of."""
    counts = [0, 0, 0, 0]
    for node in (status.get("details", {}).get("subrequests") or {}).values():
        for tables in (node.get("details", {}).get("sstables") or {}).values():
            for table in tables.values():
                for index, key in enumerate(["done_files", "total_files", "done_size", "total_size"]):
                    counts[index] += table.get(key) or 0
    return counts


def tag_of(api, status):
    """The tag of a backup request that has ended."""
    tag = status.get("tag") or status.get("details", {}).get("tag")
    if not tag:
        backups = api.get("/backups")
        tag = max(backups, key=lambda one: (backups[one]["time"], one))
    return tag


class Keyspace:
    """A keyspace of the demo's cluster: an indexed table, and one with a collection."""

    def __init__(self, hosts, name="demo"):
        self.hosts, self.name = hosts, name

    def session(self, **options):
        return connect(self.hosts, consistency=ConsistencyLevel.ALL, **options)

    def execute(self, *statements, **options):
        cluster, session = self.session(**options)
        try:
            return [list(session.execute(statement) or []) for statement in statements]
        finally:
            cluster.shutdown()

    def create(self):
        """Makes the keyspace, or empties it. (It is not dropped: Cassandra 1.2 may answer for a
        table that is made again out of the caches of the dropped one, CASSANDRA-5202.)"""
        exists = self.execute("SELECT keyspace_name FROM system.schema_keyspaces")[0]
        if any(row["keyspace_name"] == self.name for row in exists):
            return self.truncate()
        copies = min(2, len(self.hosts))
        for statement in SCHEMA:
            # Gossip would take a second to tell what the nodes themselves tell at once.
            self.execute(statement.format(self.name, copies), agreement=0)
            self.wait_for_agreement()

    def wait_for_agreement(self, seconds=60):
        """Every node tells the same version of the schema. (The driver asks one node only, which
        leaves out those that it takes for down.)"""
        deadline = time.monotonic() + seconds
        sessions = [connect([host]) for host in self.hosts]
        try:
            while True:
                versions = {
                    str(session.execute("SELECT schema_version FROM system.local").one())
                    for _, session in sessions}
                if len(versions) == 1:
                    return
                if time.monotonic() > deadline:
                    raise TimeoutError(f"the nodes do not agree on the schema: {versions}")
                time.sleep(0.1)
        finally:
            for cluster, _ in sessions:
                cluster.shutdown()

    def load(self, rows=2000, blob=64):
        """Half of the rows into each table; blob: bytes of each photo."""
        cluster, session = self.session()
        try:
            customer = session.prepare(
                f"INSERT INTO {self.name}.customers (id, name, country, photo) VALUES (?, ?, ?, ?)")
            order = session.prepare(
                f"INSERT INTO {self.name}.orders (customer, number, total, note, lines)"
                " VALUES (?, ?, ?, ?, ?)")
            waiting = []
            patience = 5 if blob <= 4096 else 90

            def insert(statement, values):
                waiting.append((
                    session.execute_async(statement, values, timeout=patience), statement, values))

            def settle():
                for future, statement, values in waiting:
                    try:
                        future.result()
                    except (OperationTimedOut, WriteTimeout, Unavailable):
                        # A connection between nodes that broke loses what is sent first, and the
                        # nodes would wait for it for 20 s; the same row may be written again.
                        session.execute(statement, values)
                waiting.clear()

            for index in range(rows // 2):
                country = ["AT", "BR", "CH", "DE", "EG"][index % 5]
                photo = (index.to_bytes(4, "big") * (blob // 4 + 1))[:blob]
                if blob > 4096:
                    photo = os.urandom(blob)
                insert(customer, (index, f"Customer {index} – Größe", country, photo))
                insert(order, (index // 10, index % 10, Decimal(index) / 4, f"order '{index}'",
                               {"apples": index % 7, "pears": index % 3}))
                if len(waiting) >= 64:
                    settle()
            settle()
        finally:
            cluster.shutdown()

    def dump(self):
        """Every row of every table, as replicas agree on it at consistency ALL: sorted lines."""
        lines = []
        answers = self.execute(
            *(f"SELECT * FROM {self.name}.{table} LIMIT 1000000" for table in TABLES))
        for table, rows in zip(TABLES, answers):
            for row in rows:
                plain = {
                    key: value.hex() if isinstance(value, bytes)
                    else dict(value) if hasattr(value, "items")
                    else value
                    for key, value in row.items()
                }
                lines.append(f"{table} {json.dumps(plain, sort_keys=True, default=str)}")
        return sorted(lines)

    def indexed(self, country="CH"):
        """How many customers the secondary index finds."""
        return len(self.execute(
            f"SELECT id FROM {self.name}.customers WHERE country = '{country}' LIMIT 1000000")[0])

    def truncate(self):
        self.execute(*(f"TRUNCATE {self.name}.{table}" for table in TABLES))
