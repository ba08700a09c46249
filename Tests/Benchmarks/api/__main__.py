"""Runs the benchmark; see api.sh."""

import argparse
import hashlib
import os
import pathlib
import signal
import sys
import tempfile
import time
from dataclasses import replace

from scratch.postgres import Postgres
from scratch.processes import BenchmarkError, processor_seconds, resident_bytes, run

from .measure import ACTIVITY, ALONE, BACKUPS, DESTINATIONS, RUN, pgbench, wrk
from .report import Report
from .servers import REFERENCES, Servers

HERE = pathlib.Path(__file__).resolve().parent
CLUSTERS = 20
DATABASE = "database"
# Who answers which call, beside the database alone.
RIVALS = {
    ACTIVITY: ["ours", "uncached", "c-rows", "c-agg", "c-document", "uwsgi", "php"],
    DESTINATIONS: ["ours", "c-rows", "uwsgi", "php"],
    BACKUPS: ["ours", "uncached"],
    RUN: ["ours", "c-rows", "uwsgi", "php"],
}


class Bench:
    """All that is measured, in this order."""

    def __init__(self, options, work):
        self._options, self._work = options, work
        self._report = Report()
        self._ratios = []
        self._base = int(time.time()) - 3_600
        self._events = 0
        self._asked = 0
        self._postgres = self._servers = None

    def run(self):
        try:
            self._start()
            self._small()
            self._grow(self._options.events)
            self._reads()
            self._memory()
            self._runs()
            if self._options.huge:
                self._huge()
        finally:
            if self._servers:
                self._servers.stop()
            if self._postgres:
                self._postgres.stop()

    def ratios(self):
        for name, value in self._ratios:
            print(f"ratio {name} {value:.3f}")

    def _start(self):
        programs = self._options.programs
        self._postgres = Postgres(self._work / "postgres")
        self._postgres.migrate(programs / "helenusctl")
        self._postgres.load(
            HERE / "clusters.sql", role="helenus_owner", clusters=CLUSTERS, base=self._base)
        owner = self._postgres.conninfo("helenus_owner")
        run(programs / "helenusctl", "user", "add", "bench", "--role", "operator", "--database",
            owner, input="a password of the benchmark\n")
        self._token = run(
            programs / "helenusctl", "token", "issue", "bench", "--database", owner).strip()
        self._servers = Servers(self._work / "servers", programs, self._postgres)

    def _grow(self, events):
        if events > self._events:
            print(f"\nloading {events - self._events} events", flush=True)
            self._postgres.load(
                HERE / "events.sql", role="helenus_owner", clusters=CLUSTERS, base=self._base,
                first=self._events, last=events)
            self._postgres.sql("VACUUM ANALYZE")
            self._postgres.sql("CHECKPOINT")
            self._events = events

    def _small(self):
        """Ten thousand events first, for the growth of what is read: a page from a cache costs the same
        whatever there is."""
        self._grow(10_000)
        self._warm_up(ACTIVITY)
        for _ in self._rounds():
            self._measure(ACTIVITY, "uncached", "activity, 10,000 events")
        self._report.show("activity, 10,000 events")

    def _warm_up(self, *calls):
        """Each server once, uncounted: connections, plans and caches are there then."""
        for call in calls:
            for server in RIVALS[call]:
                wrk(self._servers.urls[server], call, self._token, 1)

    def _reads(self):
        self._warm_up(ACTIVITY, DESTINATIONS, BACKUPS)
        for number in self._rounds():
            for call in (ACTIVITY, DESTINATIONS):
                for server in turned(RIVALS[call] + [DATABASE], number):
                    self._measure(call, server)
            for server in turned(RIVALS[BACKUPS], number):
                self._measure(BACKUPS, server)
            self._measure(ALONE, "c-rows")
        for call in (ACTIVITY, DESTINATIONS, BACKUPS, ALONE):
            self._report.show(call.name)
        variants = [f"c-{name}" for name in REFERENCES]
        for name, server in (("activity", "ours"), ("activity_uncached", "uncached")):
            rate = self._rate(ACTIVITY, server)
            self._add(f"{name}_vs_c", max(self._rate(ACTIVITY, one) for one in variants) / rate)
            for other in (*variants, "uwsgi", "php", DATABASE):
                self._add(f"{name}_vs_{other.replace('-', '_')}", self._rate(ACTIVITY, other) / rate)
        self._compare(DESTINATIONS, "c-rows", "uwsgi", "php", DATABASE)
        self._add("backups_vs_activity", self._rate(ACTIVITY, "ours") / self._rate(BACKUPS, "ours"))
        self._add("backups_vs_activity_uncached",
                  self._rate(ACTIVITY, "uncached") / self._rate(BACKUPS, "uncached"))
        self._add("activity_growth", self._report.rate("activity, 10,000 events", "uncached")
                  / self._rate(ACTIVITY, "uncached"))

    def _memory(self):
        """Of our workers, when each has answered 100,000 requests (a tenth with --quick)."""
        wanted = 40_000 if self._options.quick else 400_000
        while self._asked < wanted:
            self._measure(ACTIVITY, "ours", "memory")
        memory = [resident_bytes(pid) / 1e6 for pid in self._servers.workers("ours")]
        sizes = ", ".join(f"{one:.1f}" for one in sorted(memory))
        print(f"\nmemory of our workers after {self._asked} requests, MB: {sizes}")
        self._add("memory_vs_30mb", max(memory) / 30)

    def _runs(self):
        # As with an executor that waits: every run notifies.
        self._postgres.sql(
            "INSERT INTO helenus.job_listener VALUES ('bench', now() + interval '1 day')")
        self._warm_up(RUN)
        self._reset()
        # Short and often: processors of a shared machine change from second to second.
        for number in range(3 * self._options.rounds):
            for server in turned(RIVALS[RUN] + [DATABASE], number):
                self._measure(RUN, server, seconds=2)
                self._await_quiet()
                if server != DATABASE:
                    self._check_rows(server)
                self._reset()
        self._report.show(RUN.name)
        self._compare(RUN, "c-rows", "uwsgi", "php", DATABASE)

    def _reset(self):
        self._await_quiet()
        self._postgres.load(HERE / "reset.sql")

    def _await_quiet(self):
        """What was asked for last is still answered when wrk has ended."""
        busy = ("SELECT count(*) FROM pg_stat_activity"
                " WHERE usename = 'helenus_api' AND state <> 'idle'")
        quiet = 0
        while quiet < 5:
            time.sleep(0.1)
            quiet = quiet + 1 if self._postgres.sql(busy) == "0" else 0

    def _check_rows(self, server):
        """That each call left all its rows, whoever answered it."""
        found = self._postgres.sql("""
            SELECT concat_ws(' ', (SELECT count(*) FROM helenus.request),
                (SELECT count(*) FROM helenus.job), (SELECT count(*) FROM helenus.audit_log),
                (SELECT count(*) / 2 FROM helenus.activity_event WHERE status = 'running'),
                (SELECT count(*) / 2 FROM helenus.backup_copy WHERE status = 'running'))""")
        if len(set(found.split())) != 1 or found.startswith("0 "):
            raise BenchmarkError(f"{server} wrote other rows: {found}")

    def _huge(self):
        self._grow(10_000_000)
        for _ in self._rounds():
            self._measure(ACTIVITY, "uncached", "activity, 10,000,000 events")
        self._report.show("activity, 10,000,000 events")
        self._add("activity_growth_huge",
                  self._report.rate("activity, 10,000 events", "uncached")
                  / self._report.rate("activity, 10,000,000 events", "uncached"))

    def _measure(self, call, server, name=None, seconds=None):
        options, seconds = self._options, seconds or self._options.seconds
        if server == DATABASE:
            digest = hashlib.sha256(self._token.encode()).hexdigest()
            measure = pgbench(self._postgres, self._servers.statements, call, digest, seconds,
                              self._work)
            if call is RUN:
                # One that found its second taken has begun none, and cannot look again.
                begun = int(self._postgres.sql("SELECT count(*) FROM helenus.request"))
                measure = replace(measure, requests=begun)
        else:
            measure = self._wrk(call, server, seconds)
        if server == "ours":
            self._asked += measure.requests
        if options.verbose:
            print(f"  {name or call.name} {server} {measure.rate:.0f}", flush=True)
        self._report.add(name or call.name, server, measure)

    def _wrk(self, call, server, seconds):
        """With what the server's workers and PostgreSQL used of processors meanwhile."""
        processes = [self._servers.workers(server), self._postgres.processes()]
        before = [processor_seconds(pids) for pids in processes]
        try:
            measure = wrk(self._servers.urls[server], call, self._token, seconds)
        except BenchmarkError as error:
            words = self._servers.last_words(server)
            raise BenchmarkError(f"{server}: {error}\n{words}") from error
        workers, database = (
            1e6 * sum(seconds - used[pid] for pid, seconds in processor_seconds(used).items())
            / measure.requests for used in before)
        return replace(measure, workers=workers, database=database)

    def _rounds(self):
        return range(self._options.rounds)

    def _rate(self, call, server):
        return self._report.rate(call.name, server)

    def _compare(self, call, *servers):
        for server in servers:
            name = "c" if server == "c-rows" else server
            self._add(f"{call.name}_vs_{name}", self._rate(call, server) / self._rate(call, "ours"))

    def _add(self, name, value):
        self._ratios.append((name, value))


def turned(servers, number):
    """Another one first in each round."""
    shift = number % len(servers)
    return servers[shift:] + servers[:shift]


def options():
    parser = argparse.ArgumentParser(prog="api.sh")
    parser.add_argument("--quick", action="store_true", help="less of everything: no result")
    parser.add_argument("--rounds", type=int, help="5 if missing")
    parser.add_argument("--huge", action="store_true", help="10,000,000 events at the end as well")
    parser.add_argument("--verbose", action="store_true", help="print every single run")
    parser.add_argument("--programs", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    found = parser.parse_args()
    found.rounds = found.rounds or (1 if found.quick else 5)
    found.seconds = 2 if found.quick else 5
    found.events = 100_000 if found.quick else 1_000_000
    return found


def main():
    # So that servers are stopped and files removed then too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("api: terminated"))
    with tempfile.TemporaryDirectory(
            prefix="helenus-api.", dir=os.environ.get("TMPDIR", "/var/tmp")) as work:
        os.chmod(work, 0o755)
        bench = Bench(options(), pathlib.Path(work))
        print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.2f}", flush=True)
        failed = False
        try:
            bench.run()
        except BenchmarkError as error:
            print(f"FAILED {error}")
            failed = True
        print(f"\nload after {os.getloadavg()[0]:.2f}")
        bench.ratios()
        return 1 if failed else 0


sys.exit(main())
