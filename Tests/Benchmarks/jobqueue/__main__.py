"""Runs the benchmark; see queue.sh."""

import argparse
import os
import pathlib
import random
import select
import signal
import statistics
import sys
import tempfile
import time

import psycopg

from scratch.postgres import Postgres
from scratch.processes import BenchmarkError

from .ours import Helenus
from .rivals import LeaseLoop, PGQueuer, Procrastinate

PROCESSES = (1, 4)
# Seconds in which a queue must have done everything.
PATIENCE = 300


class Bench:
    def __init__(self, options, work):
        self._options = options
        self._postgres = Postgres(work / "postgres")
        try:
            self._ours = Helenus(self._postgres, options.programs, work / "helenus")
            folder = work / "rivals"
            self._procrastinate = Procrastinate(self._postgres, folder)
            self._queues = [
                self._ours, self._procrastinate,
                PGQueuer(self._postgres, folder, 10), PGQueuer(self._postgres, folder, 100)]
            self._lease_loop = LeaseLoop(self._postgres, folder)
        except BaseException:
            self._postgres.stop()
            raise
        # (name, processes) → jobs per second of each round; name → milliseconds of each job.
        self._rates, self._delays = {}, {}

    def close(self):
        for queue in self._queues:
            queue.stop()
        for queue in self._queues[1:]:
            queue.close()
        self._postgres.stop()

    def run(self):
        for number in range(self._options.rounds):
            for processes in PROCESSES:
                self._round(number, processes)
            for queue in turned(self._queues[:3], number):
                self._pick_up(queue)
            self._listen()

    def _round(self, number, processes):
        jobs = self._options.jobs
        for queue in turned([*self._queues, self._lease_loop], number):
            if queue is self._lease_loop:
                seconds = queue.seconds(jobs, processes)
            else:
                seconds = self._drain(queue, processes, jobs)
            if self._options.verbose:
                print(f"  {queue.name} {processes}: {jobs / seconds:.0f}", flush=True)
            self._rates.setdefault((queue.name, processes), []).append(jobs / seconds)

    def _drain(self, queue, processes, jobs):
        """Seconds from the moment at which the processes may begin until the last end is stored."""
        queue.empty()
        queue.start(processes)
        try:
            with psycopg.connect(
                    self._postgres.conninfo("postgres", queue.database), autocommit=True) as watch:
                for process in queue.processes:
                    process.hold()
                queue.fill(jobs)
                began = time.monotonic()
                for process in queue.processes:
                    process.release()
                while watch.execute(queue.left, prepare=True).fetchone()[0]:
                    if time.monotonic() - began > PATIENCE:
                        raise BenchmarkError(f"{queue.name} has not ended in {PATIENCE} s")
                    time.sleep(0.01)
                seconds = time.monotonic() - began
        finally:
            for process in queue.processes:
                process.release()
            queue.stop()
        queue.check(jobs)
        return seconds

    def _pick_up(self, queue):
        """Milliseconds from a job's commit until a waiting process begins it and says so."""
        queue.empty()
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb", buffering=0) as lines:
            queue.start(1, output=writing)
            os.close(writing)
            try:
                delays = [self._pick_up_once(queue, lines) for _ in range(self._options.pickups)]
            finally:
                queue.stop()
        self._delays.setdefault(queue.name, []).extend(delays[len(delays) // 10:])

    @staticmethod
    def _pick_up_once(queue, lines):
        # So long that the process waits again.
        time.sleep(random.uniform(0.03, 0.06))
        while select.select([lines], [], [], 0)[0]:
            lines.read(65_536)
        queue.enqueue()
        committed = time.monotonic()
        text = ""
        while not queue.began(text):
            if not select.select([lines], [], [], 30)[0]:
                raise BenchmarkError(f"{queue.name} did not begin a job")
            text += lines.read(65_536).decode(errors="replace")
        return 1_000 * (time.monotonic() - committed)

    def _listen(self):
        """The least that is possible: a bare NOTIFY to a bare LISTEN."""
        conninfo = self._postgres.conninfo("postgres", "postgres")
        delays = []
        with psycopg.connect(conninfo, autocommit=True) as ear, \
                psycopg.connect(conninfo, autocommit=True) as mouth:
            ear.execute("LISTEN bench")
            for _ in range(self._options.pickups):
                time.sleep(0.02)
                mouth.execute("NOTIFY bench")
                committed = time.monotonic()
                list(ear.notifies(timeout=10, stop_after=1))
                delays.append(1_000 * (time.monotonic() - committed))
        self._delays.setdefault("plain LISTEN", []).extend(delays)

    def report(self):
        print(f"\njobs per second, {self._options.jobs} jobs\n"
              f"  {'':<16}" + "".join(f"{n:>9}{'least':>9}{'most':>9}" for n in PROCESSES))
        for name in dict.fromkeys(name for name, _ in self._rates):
            line = f"  {name:<16}"
            for processes in PROCESSES:
                rates = sorted(self._rates[name, processes])
                line += f"{statistics.median(rates):>9.0f}{rates[0]:>9.0f}{rates[-1]:>9.0f}"
            print(line)
        print(f"\nfrom a job's commit to its begin, ms\n  {'':<16}{'p50':>9}{'p99':>9}{'most':>9}")
        for name, delays in self._delays.items():
            print(f"  {name:<16}{quantile(delays, 0.5):>9.2f}{quantile(delays, 0.99):>9.2f}"
                  f"{max(delays):>9.2f}")

    def ratios(self):
        for rival in ("procrastinate", "lease loop", "pgqueuer-10", "pgqueuer-100"):
            name = rival.replace(" ", "_").replace("-", "_")
            ratios = {
                processes: self._rate(rival, processes) / self._rate(self._ours.name, processes)
                for processes in PROCESSES}
            print(f"ratio queue_vs_{name} {max(ratios.values()):.3f}")
            for processes, ratio in ratios.items():
                print(f"ratio queue_vs_{name}_{processes} {ratio:.3f}")
        for rival in ("procrastinate", "pgqueuer-10"):
            for share in (0.5, 0.99):
                ratio = (quantile(self._delays[self._ours.name], share)
                         / quantile(self._delays[rival], share))
                name = rival.split("-", maxsplit=1)[0]
                print(f"ratio pickup_p{share * 100:.0f}_vs_{name} {ratio:.3f}")

    def _rate(self, name, processes):
        return statistics.median(self._rates[name, processes])


def turned(queues, number):
    """Another one first in each round."""
    shift = number % len(queues)
    return queues[shift:] + queues[:shift]


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def options():
    parser = argparse.ArgumentParser(prog="queue.sh")
    parser.add_argument("--quick", action="store_true", help="2,000 jobs, one round: no result")
    parser.add_argument("--rounds", type=int, help="5 if missing")
    parser.add_argument("--verbose", action="store_true", help="print every single run")
    parser.add_argument("--programs", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    found = parser.parse_args()
    found.rounds = found.rounds or (1 if found.quick else 5)
    found.jobs = 2_000 if found.quick else 10_000
    found.pickups = 100 if found.quick else 300
    return found


def main():
    # So that servers are stopped and files removed then too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("queue: terminated"))
    with tempfile.TemporaryDirectory(
            prefix="helenus-queue.", dir=os.environ.get("TMPDIR", "/var/tmp")) as work:
        os.chmod(work, 0o755)
        found = options()
        print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.2f}", flush=True)
        try:
            bench = Bench(found, pathlib.Path(work))
            try:
                bench.run()
            finally:
                bench.close()
        except BenchmarkError as error:
            print(f"FAILED {error}")
            return 1
        bench.report()
        print(f"\nload after {os.getloadavg()[0]:.2f}")
        bench.ratios()
        return 0


sys.exit(main())
