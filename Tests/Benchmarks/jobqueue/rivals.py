"""Other queues in PostgreSQL, their workers in processes of their own."""

import re
import sys

import procrastinate
import psycopg
from pgqueuer.adapters.drivers.psycopg import SyncPsycopgDriver
from pgqueuer.queries import SyncQueries

from scratch.postgres import PROGRAMS
from scratch.processes import BenchmarkError, Service, plain_environment, run

BEGAN = "job begins"


class Rival:
    """A queue of a Python package; its workers are `worker.py`."""

    name = database = ""
    # SQL: whether any job has not ended yet, and how many have ended well.
    left = done = ""

    def __init__(self, postgres, folder):
        self._postgres, self._folder = postgres, folder
        self.processes = []
        self.conninfo = postgres.conninfo("postgres", self.database)
        folder.mkdir(exist_ok=True)

    def arguments(self):
        """Of the worker, after the connection string."""
        return []

    def start(self, count, output=None):
        """Starts workers and waits until all of them wait for jobs."""
        command = [sys.executable, "-m", "jobqueue.worker", self.database, self.conninfo,
                   "tell" if output else "quiet", *self.arguments()]
        ready = [self._folder / f"{self.database}-{number}.ready" for number in range(count)]
        for file in ready:
            file.unlink(missing_ok=True)
        self.processes = [
            Service(*command, log=self._folder / f"{self.database}.log", output=output,
                    environment=plain_environment(BENCHMARK_READY=str(file)))
            for file in ready]
        for worker, file in zip(self.processes, ready):
            worker.await_file(file)

    def stop(self):
        for worker in self.processes:
            worker.stop()
        self.processes = []

    def check(self, count):
        done = self._postgres.sql(self.done, database=self.database)
        if int(done) != count:
            raise BenchmarkError(f"{done} of {count} jobs of {self.name} succeeded")

    def began(self, line):
        return BEGAN in line


class Procrastinate(Rival):
    """With its defaults, but for as many jobs at once in a process as ours does."""

    name = database = "procrastinate"
    left = "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing'))"
    done = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'succeeded'"

    def __init__(self, postgres, folder):
        super().__init__(postgres, folder)
        postgres.sql("CREATE DATABASE procrastinate", database="postgres")
        self._app = procrastinate.App(
            connector=procrastinate.SyncPsycopgConnector(conninfo=self.conninfo))
        self._task = self._app.task(name="nothing")(lambda: None)
        self._app.open()
        self._app.schema_manager.apply_schema()

    def empty(self):
        self._postgres.sql("TRUNCATE procrastinate_jobs CASCADE", database=self.database)
        self._postgres.sql("VACUUM", database=self.database)

    def fill(self, count):
        self._task.batch_defer(*[{}] * count)
        self._postgres.sql("ANALYZE", database=self.database)

    def enqueue(self):
        self._task.defer()

    def close(self):
        self._app.close()


class PGQueuer(Rival):
    """With asyncpg, in batches as its own benchmark has them."""

    database = "pgqueuer"
    left = "SELECT EXISTS (SELECT FROM pgqueuer)"
    done = "SELECT count(*) FROM pgqueuer_log WHERE status = 'successful'"

    def __init__(self, postgres, folder, batch):
        super().__init__(postgres, folder)
        self.name = f"pgqueuer-{batch}"
        self._batch = batch
        exists = "SELECT count(*) FROM pg_database WHERE datname = 'pgqueuer'"
        if postgres.sql(exists, database="postgres") == "0":
            postgres.sql("CREATE DATABASE pgqueuer", database="postgres")
            host = re.search(r"host=(\S+)", self.conninfo).group(1)
            run("/usr/bin/env", f"PGHOST={host}", "PGUSER=postgres", "PGDATABASE=pgqueuer",
                sys.executable, "-m", "pgqueuer", "install")
        self._connection = psycopg.connect(self.conninfo, autocommit=True)
        self._queries = SyncQueries(SyncPsycopgDriver(self._connection))

    def arguments(self):
        return [str(self._batch)]

    def empty(self):
        self._postgres.sql("TRUNCATE pgqueuer, pgqueuer_log", database=self.database)
        self._postgres.sql("VACUUM", database=self.database)

    def fill(self, count):
        self._queries.enqueue(["nothing"] * count, [None] * count, [0] * count)
        self._postgres.sql("ANALYZE", database=self.database)

    def enqueue(self):
        self._queries.enqueue("nothing", None)

    def close(self):
        self._connection.close()


class LeaseLoop:
    """pgbench: each client claims one job under a lease, commits, ends it, commits."""

    name = "lease loop"

    SCRIPT = """
UPDATE lease SET state = 'running', expires_at = now() + interval '30 seconds'
WHERE id = (
    SELECT id FROM lease WHERE state = 'available' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id \\gset
UPDATE lease SET state = 'succeeded', expires_at = NULL, finished_at = now()
WHERE id = :id AND state = 'running';
"""

    def __init__(self, postgres, folder):
        self._postgres = postgres
        self._script = folder / "lease.pgbench"
        self._script.write_text(
            " ".join(self.SCRIPT.split()).replace("\\gset ", "\\gset\n") + "\n")
        postgres.sql("CREATE DATABASE lease", database="postgres")
        postgres.sql(
            "CREATE TABLE lease (id bigint PRIMARY KEY, state text NOT NULL DEFAULT 'available',"
            " expires_at timestamptz, finished_at timestamptz) WITH (fillfactor = 70);"
            " CREATE INDEX lease_available ON lease (id) WHERE state = 'available'",
            database="lease")

    def seconds(self, count, clients):
        """How long so many clients take for so many jobs together."""
        self._postgres.sql(
            "TRUNCATE lease; INSERT INTO lease (id) SELECT generate_series(1, "
            f"{count})", database="lease")
        self._postgres.sql("VACUUM ANALYZE lease", database="lease")
        output = run(
            PROGRAMS / "pgbench", "-n", "-M", "prepared", "-c", clients, "-j", clients,
            "-t", count // clients, "-f", self._script,
            self._postgres.conninfo("postgres", "lease"))
        done = self._postgres.sql(
            "SELECT count(*) FROM lease WHERE state = 'succeeded'", database="lease")
        if int(done) != count:
            raise BenchmarkError(f"{done} of {count} leases ended\n{output}")
        return count / float(re.search(r"tps = ([\d.]+) ", output).group(1))
