"""The demo's tour: loads a keyspace, backs it up on the nodes and to a local destination, loses
it twice, restores it from each, and compares every row. Exits with 0 for PASS, 1 for FAIL."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from story import Api, ApiError, Keyspace, tag_of, transferred


def say(text):
    print(f"{time.strftime('%T')}  {text}", flush=True)


def follow(api, what, request):
    say(f"{what}: request {request}")
    shown = None

    def progress(status):
        nonlocal shown
        files, of_files, size, of_size = transferred(status)
        line = f"    {status['state']}: {files} of {of_files} files, {size} of {of_size} bytes"
        if line != shown:
            shown = line
            print(line, flush=True)

    status = api.wait(request, progress)
    message = status.get("details", {}).get("message")
    say(f"{what}: {status['state']}{f' – {message}' if message else ''}")
    if status["state"] != "success":
        raise RuntimeError(f"{what} ended with {status['state']}: {message}")
    return status


def differences(expected, found):
    missing, extra = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    for sign, lines in (("-", missing), ("+", extra)):
        for line in lines[:5]:
            print(f"    {sign} {line}")
    return len(missing) + len(extra) + abs(len(expected) - len(found))


def compare(keyspace, before, indexed, dump_file, what):
    after = keyspace.dump()
    with open(dump_file, "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in after)
    if differences(before, after) or keyspace.indexed() != indexed:
        say(f"FAIL  after the restore from {what} the rows differ")
        return False
    say(f"PASS  all {len(after)} rows are back from {what}, compared one by one ({dump_file})")
    return True


def wait_for_agents(api, seconds=60):
    """Until each has reported: of a demo that rested the catalog knows how it was before."""
    began = time.time()
    while min(api.get("/nodes/all/last_seen").values()) < began:
        if time.time() > began + seconds:
            raise TimeoutError(f"an agent does not report: {api.get('/nodes/all/last_seen')}")
        time.sleep(0.5)


def report(name):
    """Shows a file of sql/reports, as psql answers it, over all clusters."""
    say(f"psql -f sql/reports/{name}.sql")
    file = pathlib.Path(__file__).parents[2] / "sql" / "reports" / f"{name}.sql"
    subprocess.run(
        ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", file, os.environ["HELENUS_DATABASE_URL"]],
        env={**os.environ, "PGOPTIONS": "-c helenus.clusters=*"}, check=True)


def main():
    api = Api(os.environ["HELENUS_URL"], os.environ["HELENUS_CLUSTER"])
    keyspace = Keyspace(os.environ["HELENUS_NODES"].split())
    folder = tempfile.mkdtemp(prefix="helenus-tour-")

    say("making the keyspace demo with two tables and a secondary index, loading 2,000 rows")
    keyspace.create()
    keyspace.load(2000)
    before, indexed = keyspace.dump(), keyspace.indexed()
    with open(f"{folder}/before", "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in before)
    say(f"{len(before)} rows, written to {folder}/before")

    wait_for_agents(api)
    local = api.local_destination(os.environ["HELENUS_LOCAL"])
    say(f"destination {local}: {os.environ['HELENUS_LOCAL']}")
    status = follow(api, "backup on the nodes and to the local destination",
                    api.run_backup(["demo"], [local]))
    tag = tag_of(api, status)
    say(f"the backup's tag: {tag}")
    say("GET /backup-activity?count=3")
    print(json.dumps(api.get("/backup-activity?count=3"), indent=2), flush=True)
    report("what_would_we_lose_now")

    passed = True
    for what, destination in (("the nodes", None), ("the local destination", local)):
        say("truncating both tables")
        keyspace.truncate()
        left = len(keyspace.dump())
        say(f"{left} rows left")
        follow(api, f"restore from {what}", api.restore(tag, "demo", destination))
        passed = compare(
            keyspace, before, indexed, f"{folder}/after-{destination or 'on-server'}", what
        ) and left == 0 and passed
    print("PASS" if passed else "FAIL", flush=True)
    return 0 if passed else 1


try:
    sys.exit(main())
except (ApiError, OSError, RuntimeError, subprocess.CalledProcessError, TimeoutError) as error:
    print(f"{error}\nFAIL", flush=True)
    sys.exit(1)
