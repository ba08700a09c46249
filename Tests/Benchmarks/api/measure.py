"""The loads: wrk on a server, pgbench on the database alone."""

import json
import pathlib
import re
from dataclasses import dataclass

from scratch.postgres import PROGRAMS
from scratch.processes import BenchmarkError, run

HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS = 32
BODY = json.dumps({
    "keyspaces": ["shop", "logs"],
    "destinations": {"bucket": {"compressed": True, "deleteAfterwards": False}}})


@dataclass(frozen=True)
class Measure:
    """One run of a load."""

    requests: int
    seconds: float
    # Of the latency in milliseconds; None where it was not measured.
    p50: float | None = None
    p99: float | None = None
    # Microseconds of processors for a request: of the workers, and of PostgreSQL.
    workers: float | None = None
    database: float | None = None

    @property
    def rate(self):
        return self.requests / self.seconds


@dataclass(frozen=True)
class CallOfAPI:
    """A call that is measured, asked of the clusters in turns."""

    name: str
    method: str
    path: str
    body: str | None = None
    clusters: int = 20


ACTIVITY = CallOfAPI("activity", "GET", "/bench_%d/backup-activity")
DESTINATIONS = CallOfAPI("destinations", "GET", "/bench_%d/backups/destinations")
RUN = CallOfAPI("run", "POST", "/bench_%d/backups/run", BODY)
BACKUPS = CallOfAPI("backups", "GET", "/bench_large/backups?amount=100", clusters=1)
ALONE = CallOfAPI("alone", "GET", "/alone", clusters=1)


def wrk(url, call, token, seconds):
    """Asks a server; any answer but a good one is an error of the benchmark."""
    output = run(
        "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", HERE / "requests.lua", url, "--",
        call.method, token, call.path, call.clusters, *([call.body] if call.body else []))
    found = re.search(r"^measured (\d+) (\d+) (\d+) (\d+) (\d+)$", output, re.MULTILINE)
    requests, microseconds, errors, p50, p99 = map(int, found.groups())
    if errors or not requests:
        raise BenchmarkError(f"{call.name}: {errors} of {requests} requests failed\n{output}")
    return Measure(requests, microseconds / 1e6, p50 / 1e3, p99 / 1e3)


def pgbench(postgres, statements, call, token_hash, seconds, folder):
    """The same statements in the same transaction, by as many connections as there are workers."""
    script = folder / f"{call.name}.pgbench"
    script.write_text(pgbench_script(statements, call, token_hash))
    output = run(
        "/usr/bin/env", "PGOPTIONS=-c plan_cache_mode=force_generic_plan -c timezone=UTC",
        PROGRAMS / "pgbench", "-n", "-M", "prepared", "-c", 4, "-j", 2, "-T", seconds,
        "-f", script, postgres.conninfo("helenus_api"))
    transactions = int(re.search(r"transactions actually processed: (\d+)", output).group(1))
    rate = float(re.search(r"tps = ([\d.]+) ", output).group(1))
    if re.search(r"number of failed transactions: [1-9]", output):
        raise BenchmarkError(f"{call.name}: transactions failed\n{output}")
    return Measure(transactions, transactions / rate)


def pgbench_script(statements, call, token_hash):
    """A transaction of pgbench; its variable `number` chooses the cluster."""
    cluster = "('bench_' || :number::text)"
    body = f"'{call.body}'"
    inner = {
        "activity": [("activity_rows", [cluster, "100"])],
        "destinations": [("destinations", [cluster])],
        "run": [
            ("check", [cluster, body]), ("begin", [cluster, body]),
            ("audit", [cluster, "'bench'", "'127.0.0.1'", "'none'", "'POST'", "'/'", "'200'"])],
    }[call.name]
    commands = [
        bound(statements["identify"], [f"'\\x{token_hash}'::bytea", cluster]), "BEGIN",
        f"SELECT set_config('helenus.clusters', {cluster}, true)",
        *(bound(statements[name], values) for name, values in inner), "COMMIT"]
    lines = [" ".join(command.split()) + ";" for command in commands]
    return f"\\set number random(1, {call.clusters})\n" + "\n".join(lines) + "\n"


def bound(statement, values):
    """A statement with its parameters filled in."""
    return re.sub(r"\$(\d)", lambda found: values[int(found.group(1)) - 1], statement)
