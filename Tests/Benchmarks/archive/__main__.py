"""Writes to the node of a demo with archiving off and on in turns, and prints what that cost."""

import argparse
import collections
import os
import pathlib
import shlex
import statistics
import time

from story import Api, Keyspace


def settings(directory):
    lines = (directory / "env").read_text().splitlines()
    return {key: shlex.split(value)[0] for key, value in (line.split("=", 1) for line in lines)}


def write(keyspace, seconds, blob):
    """Rows per second."""
    cluster, session = keyspace.session()
    try:
        statement = session.prepare(
            f"INSERT INTO {keyspace.name}.customers (id, name, photo) VALUES (?, ?, ?)")
        photo, waiting, rows = os.urandom(blob), collections.deque(), 0
        begun = time.monotonic()
        while time.monotonic() - begun < seconds:
            waiting.append(session.execute_async(statement, (rows % 20_000, "name", photo)))
            rows += 1
            if len(waiting) >= 128:
                waiting.popleft().result()
        while waiting:
            waiting.popleft().result()
        return rows / (time.monotonic() - begun)
    finally:
        cluster.shutdown()


def settle(request, api):
    status = api.wait(request)
    assert status["state"] == "success", status


def lag(staging, api):
    """Seconds until nothing waits to be shipped any more."""
    begun = time.monotonic()
    while list(staging.glob("*/CommitLog-*")):
        assert time.monotonic() - begun < 900, "segments are not shipped"
        time.sleep(0.1)
    return time.monotonic() - begun


def main():
    parser = argparse.ArgumentParser(prog="archive.sh")
    parser.add_argument("--directory", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--blob", type=int, default=4096, help="bytes of a row")
    chosen = parser.parse_args()
    env = settings(chosen.directory)
    api = Api(env["HELENUS_URL"], env["HELENUS_CLUSTER"])
    keyspace = Keyspace(env["HELENUS_NODES"].split(), "archive")
    keyspace.create()
    destination = api.local_destination(env["HELENUS_LOCAL"])
    staging = chosen.directory / "staging"
    write(keyspace, chosen.seconds / 2, chosen.blob)
    rates, lags, shipped = {"off": [], "on": []}, [], 0
    for _ in range(chosen.rounds):
        rates["off"].append(write(keyspace, chosen.seconds, chosen.blob))
        settle(api.post("/backups/pit", {
            "destinations": {destination: {}, "OPSC_ON_SERVER": {}},
            "backup_directory": str(staging), "sleep": 0}), api)
        before = len(list(pathlib.Path(env["HELENUS_LOCAL"]).glob("commitlogs/*/*.log")))
        rates["on"].append(write(keyspace, chosen.seconds, chosen.blob))
        lags.append(lag(staging, api))
        shipped += len(list(pathlib.Path(env["HELENUS_LOCAL"]).glob("commitlogs/*/*.log"))) - before
        settle(api.call("DELETE", "/backups/pit", {"sleep": 0}), api)
    for name, found in rates.items():
        print(f"archiving {name:4} {statistics.median(found):8.0f} rows/s "
              f"({min(found):.0f}–{max(found):.0f}), "
              f"{statistics.median(found) * chosen.blob / 1e6:.1f} MB/s")
    print(f"{shipped} segments shipped, {shipped / chosen.rounds / chosen.seconds:.1f} a second; "
          f"lag at the end {', '.join(f'{one:.1f} s' for one in lags)}")
    cost = statistics.median(rates["off"]) / statistics.median(rates["on"])
    print(f"ratio archive_write_cost {cost:.3f}")
    print(f"ratio archive_lag_vs_60s {max(lags) / 60:.3f}")


main()
