"""The operator's command, as operators and their scripts call it."""

import json
import re
import subprocess

import pytest

from helenusctl import Command, column
from processes import free_port, stopped
from rows import same_rows


@pytest.fixture
def command(demo):
    return Command(demo)


def test_a_backup_is_made_listed_planned_and_restored(demo, keyspace, command):
    before = keyspace.dump()
    path = demo.directory / "backups" / "by-command"
    identifier = command("destination", "add", "local", f"path={path}").strip()
    assert identifier in column(command("destination", "list"), "ID")
    demo.api.wait_for_keyspaces([keyspace.name])

    told = command("backup", "run", keyspace.name, "--destination", identifier, "--compressed")
    assert told.startswith("backup opscenter_adhoc_") and ": success in " in told, told
    tag = told.split()[1].rstrip(":")
    listed = command("backup", "list", "--keyspace", keyspace.name)
    assert column(listed, "TAG") == [tag]
    assert set(column(listed, "DESTINATIONS")[0].split(",")) == {"OPSC_ON_SERVER", identifier}
    assert column(command("backup", "activity", "--count", "1"), "STATUS") == ["success"]
    assert ": success in " in command("backup", "verify", tag, "--destination", identifier)

    chosen = ["restore", tag, "--destination", identifier, "--only", f"{keyspace.name}.orders",
              "--only", f"{keyspace.name}.customers", "--truncate"]
    plan = json.loads(command(*chosen, "--plan"))
    assert plan["possible"] and set(plan["truncate"]) == {
        f"{keyspace.name}.customers", f"{keyspace.name}.orders"}
    keyspace.truncate()
    request = command(*chosen, "--detach").strip()
    status = json.loads(command("request", "watch", request, "--json"))
    assert status["id"] == request and status["state"] == "success"
    same_rows(before, keyspace.dump())
    shown = command("request", "show", request)
    assert column("\n".join(shown.splitlines()[1:]), "NODE") == sorted(demo.hosts), shown

    assert ": success in " in command("backup", "delete", tag, "--destination", identifier)
    assert command("destination", "remove", identifier) == ""
    assert identifier not in command("destination", "list")


def test_it_tells_how_clusters_and_nodes_stand(demo, command):
    status = json.loads(command("status", "--json"))[demo.api.cluster]
    assert status["nodes"] == status["nodes_up"] == 3
    assert 0 < status["job_milliseconds"] < 10_000
    told, _, table = command("status").partition("\n")
    assert re.fullmatch(r"Executors take jobs: one was done in [\d.]+ ms\.", told), told
    up = dict(zip(column(table, "CLUSTER"), column(table, "NODES UP")))
    assert up[demo.api.cluster] == "3/3", table
    assert column(command("agent", "list"), "NODE") == demo.hosts
    assert demo.api.cluster in column(command("cluster", "list"), "CLUSTER")


@pytest.mark.full
def test_it_tells_that_no_executor_takes_jobs(demo, command):
    with stopped(demo.pid("executor-1")), stopped(demo.pid("executor-2")):
        told = command("status", exits=69)
    assert told.startswith("No executor takes jobs: none runs, or all are busy.\n"), told
    assert "Executors take jobs" in command("status")


def test_a_schedule_comes_from_a_file(demo, command, tmp_path):
    file = tmp_path / "schedule.json"
    file.write_text(json.dumps({
        "first_run_date": "2040-01-01", "first_run_time": "02:30:00", "timezone": "Europe/Berlin",
        "interval": 1, "interval_unit": "days", "job_params": {"type": "backup", "keyspaces": []}}))
    identifier = command("schedule", "add", file).strip()
    assert column(command("schedule", "list"), "NEXT RUN") == ["2040-01-01 01:30:00 UTC"]
    file.write_text(json.dumps({"interval": 2}))
    command("schedule", "update", identifier, file)
    assert json.loads(command("schedule", "show", identifier))["interval"] == 2
    command("schedule", "remove", identifier)
    assert command("schedule", "list").splitlines()[1:] == []


def test_exit_statuses_mean_something(demo, command, tmp_path):
    command("destination", "add", "local", "path=relative", exits=65)
    assert "path" in command.error
    command("request", "show", "55851b8b-fe06-4cf3-8981-5b81f86bb420", exits=66)
    command("status", "--url", f"http://127.0.0.1:{free_port()}", exits=69, patience=10)
    assert "does not answer" in command.error
    command("backup", "nothing", exits=64)
    command("restore", "opscenter_adhoc_2020-01-01-00-00-00-UTC", exits=66)
    assert "opscenter_adhoc_2020-01-01-00-00-00-UTC" in command.error
    completion = tmp_path / "completion.bash"
    completion.write_text(command("--generate-completion-script", "bash"))
    subprocess.run(["bash", "-n", completion], check=True)


def test_settings_are_looked_at_by_the_programs_themselves(demo, command, tmp_path):
    etc = demo.directory / "etc"
    files = {"api": etc / "api.env", "executor": etc / "executor-1.env", "agent": etc / "agent-1.yaml"}

    def check(files, exits):
        options = [word for program, file in files.items() for word in (f"--{program}", file)]
        return json.loads(command("config", "check", "--json", *options, exits=exits))

    assert check(files, 0) == {str(file): [] for file in files.values()}

    def broken(program, changes, more=""):
        """The copy of a file with other values, and what is said of it."""
        lines = files[program].read_text().splitlines()
        for key, value in changes.items():
            (at,) = [number for number, line in enumerate(lines) if line.startswith(key)]
            lines[at] = key + value
        copy = tmp_path / files[program].name
        copy.write_text("\n".join(lines) + "\n" + more)
        (problems,) = check({program: copy}, 78).values()
        return problems

    closed = tmp_path / "sealing.key"
    closed.write_text("k AAAA\n")
    closed.chmod(0o644)
    nowhere = f"host={tmp_path} dbname=helenus"
    found = broken(
        "api", {"HELENUS_DATABASE=": nowhere, "HELENUS_KEY_FILE=": str(closed)},
        "HELENUS_WROKERS=4\n")
    assert [one.split(":")[0] for one in found] == [
        "HELENUS_WROKERS", "HELENUS_KEY_FILE", "HELENUS_DATABASE"], found
    assert broken("api", {"HELENUS_WORKERS=": "many"}) == [
        "HELENUS_WORKERS: got 'many', accepted is a whole number in 1...511"]
    superuser = (files["executor"].read_text().splitlines()[0].removeprefix("HELENUS_DATABASE=")
                 .replace("user=helenus_executor", "user=postgres"))
    (found,) = broken("executor", {"HELENUS_DATABASE=": superuser})
    assert found.startswith("HELENUS_DATABASE: 'postgres' is held by no row-level security"), found
    empty = superuser.replace("dbname=helenus", "dbname=postgres")
    assert any("helenusctl migrate up" in one for one in broken(
        "executor", {"HELENUS_DATABASE=": empty, "HELENUS_CA_FOLDER=": str(tmp_path)}))
    found = broken(
        "agent", {"  nodetool:": " [/nowhere/nodetool]", "script_directory:": f" {tmp_path}/none"},
        "  nodetol: [nodetool]\n")
    assert [one.split(":")[0] for one in found] == [
        "cassandra.nodetol", "script_directory", "cassandra.nodetool"], found
    (found,) = broken("agent", {"listen:": " nowhere"})
    assert "listen: 'nowhere'" in found
    assert demo.api.get("/nodes"), "the service was not touched"
