"""Runs the benchmark; see restoreplan.sh."""

import argparse
import os
import pathlib
import statistics
import tempfile
from types import SimpleNamespace

from datapath.agent import HOST_ID, Agent

from .backup import KEYSPACE, Backup, statements


def main():
    parser = argparse.ArgumentParser(prog="restoreplan.sh")
    parser.add_argument("--agent", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    sizes = [1_000, 10_000] if arguments.quick else [1_000, 10_000, 100_000]
    with tempfile.TemporaryDirectory(
            prefix="restoreplan.", dir=os.environ.get("TMPDIR", "/var/tmp")) as folder:
        report(sizes, measure(pathlib.Path(folder), sizes, arguments))


def measure(folder, sizes, arguments):
    """(step, entries) → the runs' measures. Each size has an agent of its own, so that its memory
    is not that of a larger one before it."""
    root = folder / "backups"
    backups = {size: Backup(root, size) for size in sizes}
    schema = folder / "schema.cql"
    schema.write_text(";\n".join(statements()) + ";\n")
    dataset = SimpleNamespace(data=folder / "data", schema=schema)
    dataset.data.mkdir()
    runs = {}
    for number in range(arguments.rounds):
        for size in sizes:
            agent = Agent(arguments.agent, folder / f"agent-{number}-{size}", dataset, [root])
            try:
                for step, work in steps(agent, root, backups[size]):
                    runs.setdefault((step, size), []).append(agent.measured(work))
                agent.perform("clear_staging", {"stagingID": "bench"})
            finally:
                agent.stop()
    return runs


def steps(agent, root, backup):
    location = {"id": "d", "location": {"local": {"_0": {"path": str(root)}}}}
    source = {"destination": {"_0": location, "host": HOST_ID}}
    common = {
        "stagingID": "bench", "tag": backup.tag, "selection": {"keyspaces": {KEYSPACE: []}}}
    yield "plan", lambda: agent.perform("inspect_restore", {
        **common, "sources": [source], "comparesSchema": True, "rename": {}})
    yield "stage", lambda: agent.perform("stage", {**common, "source": source})


def report(sizes, runs):
    print(f"{'step':6} {'entries':>8} {'seconds':>9} {'least':>9} {'most':>9} {'peak MB':>8}")
    seconds, memory = {}, {}
    for (step, size), measures in sorted(runs.items()):
        times = [one.seconds for one in measures]
        seconds[step, size] = statistics.median(times)
        memory[step, size] = max(one.peak_bytes for one in measures)
        print(f"{step:6} {size:8} {seconds[step, size]:9.3f} {min(times):9.3f} {max(times):9.3f}"
              f" {memory[step, size] / 1e6:8.1f}")
    for step in ["plan", "stage"]:
        growth = seconds[step, sizes[-1]] / seconds[step, sizes[-2]] / 10
        print(f"ratio {step}_time_linear {growth:.2f}")
        print(f"ratio {step}_memory_flat {memory[step, sizes[-1]] / memory[step, sizes[0]]:.2f}")


if __name__ == "__main__":
    main()
