"""The real executor with the job that does nothing."""

import psycopg

from scratch.processes import BenchmarkError, Service, plain_environment, run, wait_for
from scratch.statements import statements

CLUSTERS = 20
KIND = "probe"
PAYLOAD = "{}"


class Helenus:
    """Executors with their defaults, but for the jobs of one cluster at once: any number."""

    name = database = "helenus"
    # Whether any job has not ended yet.
    left = """
        SELECT EXISTS (SELECT FROM helenus.job WHERE state IN ('available', 'retryable'))
            OR EXISTS (SELECT FROM helenus.job WHERE state = 'running')"""

    def __init__(self, postgres, programs, folder):
        self._postgres, self._programs, self._folder = postgres, programs, folder
        self._statements = statements("queue")
        self.processes = []
        folder.mkdir()
        postgres.migrate(programs / "helenusctl")
        postgres.sql(
            "INSERT INTO helenus.cluster (cluster_id, name) SELECT 'bench_' || number,"
            f" 'Bench ' || number FROM generate_series(1, {CLUSTERS}) AS number")
        run(programs / "helenusctl", "key", "create", folder / "sealing.key")
        run(programs / "helenusctl", "ca", "create", folder / "ca")
        self._api = psycopg.connect(
            postgres.conninfo("helenus_api"), autocommit=True, cursor_factory=psycopg.RawCursor)

    def start(self, count, output=None):
        """Starts executors and waits until all of them wait for jobs."""
        settings = self._folder / "executor.env"
        settings.write_text(
            f"HELENUS_DATABASE={self._postgres.conninfo('helenus_executor')}\n"
            f"HELENUS_KEY_FILE={self._folder}/sealing.key\nHELENUS_CA_FOLDER={self._folder}/ca\n"
            f"HELENUS_CLUSTER_JOBS=0\nHELENUS_LOG_LEVEL={'info' if output else 'warning'}\n")
        self.processes = [
            Service(self._programs / "helenus-executor", "--settings", settings,
                    log=self._folder / "executor.log", output=output,
                    environment=plain_environment())
            for _ in range(count)]
        waiting = "SELECT count(*) FROM helenus.job_listener WHERE waiting_until > now()"
        wait_for(lambda: int(self._postgres.sql(waiting)) == count, "the executors to wait")

    def stop(self):
        for executor in self.processes:
            executor.stop()
        self.processes = []

    def empty(self):
        self._postgres.sql("TRUNCATE helenus.job, helenus.job_count, helenus.job_listener")
        self._postgres.sql("VACUUM helenus.job")

    def fill(self, count):
        """All in one transaction, which wakes the executors; analyzed, as autovacuum does it."""
        self._postgres.sql(
            "BEGIN; INSERT INTO helenus.job (cluster_id, kind, payload)"
            f" SELECT 'bench_' || number % {CLUSTERS} + 1, '{KIND}', '{PAYLOAD}'"
            f" FROM generate_series(1, {count}) AS number;"
            " SELECT helenus.announce_job() FROM (VALUES (1)) AS once; COMMIT")
        self._postgres.sql("ANALYZE helenus.job")

    def check(self, count):
        done = self._postgres.sql("SELECT count(*) FROM helenus.job WHERE state = 'succeeded'")
        if int(done) != count:
            raise BenchmarkError(f"{done} of {count} jobs of ours succeeded")

    def enqueue(self):
        """One job, as the API does; it is committed when this returns."""
        with self._api.transaction():
            self._api.execute("SET LOCAL helenus.clusters = 'bench_1'")
            self._api.execute(self._statements["job_enqueue"], (
                "bench_1", None, KIND, PAYLOAD, None, 0, 0.0, None, False), prepare=True)
            self._api.execute(self._statements["job_notify"], prepare=True)

    def began(self, line):
        """Whether a line of the executor's log says that a job begins."""
        return f"begin {KIND}" in line
