"""Runs the scenarios, every tool in every round, and prints tables and ratios."""

import argparse
import os
import pathlib
import signal
import sys
import tempfile

from .agent import OperationFailed
from .dataset import FIRST_TAG, SECOND_TAG, MIB, Shape, generate
from .measure import BenchmarkError, recover, remove, settle
from .medusa import Medusa
from .ours import Helenus
from .report import Report
from .rivals import Cp, Rclone
from .s3 import HelenusS3, RcloneS3, S5cmd, Server

LARGE = Shape("large", tables=10, sstables=250, total_bytes=2048 * MIB)
SMALL = Shape("small", tables=20, sstables=2_500, total_bytes=200_000_000)
QUICK_LARGE = Shape("large", tables=4, sstables=32, total_bytes=256 * MIB)
QUICK_SMALL = Shape("small", tables=4, sstables=250, total_bytes=20_000_000)

# Name of the ratio, the scenario, and whose time is the divisor.
RATIOS = [
    ("first_vs_cp", "first", "cp -a"),
    ("first_vs_medusa", "first", "medusa"),
    ("unchanged_vs_medusa", "unchanged", "medusa"),
    ("small_vs_medusa", "small", "medusa"),
    ("s3_vs_s5cmd", "s3", "s5cmd"),
    ("restore_vs_medusa", "restore", "medusa"),
]


class Bench:
    """All that the scenarios share."""

    def __init__(self, options, work):
        self.options, self.work = options, work
        self.report = Report()
        self.peaks = []
        self.problems = []
        self._datasets = {}

    def wanted(self, *scenarios):
        return any(name in self.options.only for name in scenarios)

    def small(self):
        """First of all, because it suffers most from files that were removed before it."""
        if self.wanted("small"):
            dataset = self.dataset(QUICK_SMALL if self.options.quick else SMALL)
            steps = [("small", lambda tool: tool.backup(FIRST_TAG), "the first backup")]
            self.rounds(dataset, self.local_tools(dataset), steps)

    def large(self):
        """`first`, `unchanged` and `restore`, in this order for each round."""
        if self.wanted("first", "unchanged", "restore"):
            dataset = self.dataset(QUICK_LARGE if self.options.quick else LARGE)
            steps = [
                ("first", lambda tool: tool.backup(FIRST_TAG), "the first backup"),
                ("unchanged", lambda tool: tool.backup(SECOND_TAG),
                 "a second backup of the same files under another tag"),
                ("restore", lambda tool: tool.restore(FIRST_TAG),
                 "the files of the first backup brought back"),
            ]
            self.rounds(dataset, self.local_tools(dataset), steps, removes=True)

    def s3(self):
        """The first backup of the large files, to an S3 server."""
        if not self.wanted("s3"):
            return
        dataset = self.dataset(QUICK_LARGE if self.options.quick else LARGE)
        server = Server(self.options.rclone, self.work / "s3")
        try:
            tools = [
                HelenusS3(self.options.agent, dataset, server),
                S5cmd(self.options.s5cmd, dataset, server),
                RcloneS3(self.options.rclone, dataset, server),
            ]
            self.rounds(dataset, tools, [
                ("s3", lambda tool: tool.backup(FIRST_TAG),
                 "the first backup, to rclone's S3 server")], removes=True, server=server)
        except OperationFailed as failure:
            server.check()
            self.problems.append(f"s3: the agent's {failure}")
        finally:
            server.stop()

    def dataset(self, shape):
        if shape not in self._datasets:
            print(f"\ngenerating {shape.sstables} SSTables, {shape.total_bytes / 1e6:.0f} MB",
                  flush=True)
            self._datasets[shape] = generate(shape, self.work / f"dataset-{shape.name}")
        return self._datasets[shape]

    def local_tools(self, dataset):
        return [
            Helenus(self.options.agent, dataset),
            Cp(dataset),
            Medusa(sys.executable, dataset),
            Rclone(self.options.rclone, dataset),
        ]

    def rounds(self, dataset, tools, steps, removes=False, server=None):
        """Every tool once in every round, each time in another order.

        What a round wrote is removed after it only where the disk would become full otherwise.
        """
        steps = [step for step in steps if self.wanted(step[0]) or step[0] == "first"]
        for number in range(self.options.rounds):
            folder = self.work / f"{steps[0][0]}-{number}"
            shift = number % len(tools)
            self.round(folder, dataset, tools[shift:] + tools[:shift], steps)
            if removes and number + 1 < self.options.rounds:
                remove(folder)
                if server:
                    server.empty()
                recover()
        self.peaks += [peak for tool in tools if isinstance(tool, Helenus) for peak in tool.peaks]
        for scenario, _, title in steps:
            self.report.show(
                scenario, f"{title}; {dataset.files} files, {dataset.bytes / 1e6:.0f} MB")

    def round(self, folder, dataset, tools, steps):
        try:
            for tool in tools:
                tool.begin_round(folder / tool.name.replace(" ", ""))
            for scenario, perform, _ in steps:
                for tool in tools:
                    # A plain copy of what was copied already is no backup of its own.
                    if scenario == "unchanged" and isinstance(tool, Cp):
                        continue
                    settle(dataset.data)
                    measure = perform(tool)
                    self.report.add(scenario, tool.name, measure)
                    if self.options.verbose:
                        print(f"  {scenario} {tool.name} {measure}", flush=True)
        finally:
            for tool in tools:
                tool.end_round()

    def ratios(self):
        if self.peaks:
            print(f"\npeak memory of the agent (VmHWM): {max(self.peaks) / 1e6:.1f} MB")
        for problem in self.problems:
            print(f"FAILED {problem}")
        for name, scenario, rival in RATIOS:
            if self.wanted(scenario) and not any(
                    problem.startswith(f"{scenario}:") for problem in self.problems):
                ratio = self.report.median(scenario, "helenus") / self.report.median(
                    scenario, rival)
                print(f"ratio {name} {ratio:.3f}")


def options():
    parser = argparse.ArgumentParser(prog="datapath.sh")
    scenarios = ["small", "first", "unchanged", "restore", "s3"]
    parser.add_argument("--quick", action="store_true", help="an eighth of the data, one round")
    parser.add_argument("--rounds", type=int, help="5 if missing")
    parser.add_argument("--only", action="append", choices=scenarios, help="more than once: each")
    parser.add_argument("--verbose", action="store_true", help="print every single run")
    for program in ("agent", "rclone", "s5cmd"):
        parser.add_argument(f"--{program}", type=pathlib.Path, required=True,
                            help=argparse.SUPPRESS)
    found = parser.parse_args()
    found.only = found.only or scenarios
    found.rounds = found.rounds or (1 if found.quick else 5)
    return found


def main():
    # So that servers are stopped and files removed then too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("datapath: terminated"))
    with tempfile.TemporaryDirectory(
            prefix="helenus-bench.", dir=os.environ.get("TMPDIR", "/var/tmp")) as work:
        bench = Bench(options(), pathlib.Path(work))
        print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.2f}, "
              f"{bench.options.rounds} rounds; seconds, medians")
        try:
            bench.small()
            bench.large()
            bench.s3()
        except BenchmarkError as error:
            print(f"datapath: {error}", file=sys.stderr)
            return 1
        print(f"\nload after {os.getloadavg()[0]:.2f}")
        bench.ratios()
        return 1 if bench.problems else 0


sys.exit(main())
