"""The operator's command, as operators and their scripts call it."""

import json
import re
import subprocess

import pytest

from helenusctl import Command, column
from processes import free_port, stopped
from rows import same_rows
from stores import add

# What changes something, by its name in the API's description, and the command that does it. Logins are
# part of every command; an agent's calls are the agent's.
COMMANDS = {
    "addCluster": "cluster add", "changeCluster": "cluster update", "replaceCluster": "call",
    "removeCluster": "cluster remove", "setLimits": "cluster limits",
    "addUser": "user add", "changeUser": "user roles", "removeUser": "user remove",
    "issueToken": "token issue", "revokeToken": "token revoke",
    "putDestinations": "destination add", "removeDestination": "destination remove",
    "runBackup": "backup run", "syncBackup": "backup sync", "verifyBackup": "backup verify",
    "deleteBackup": "backup delete", "restoreBackup": "restore", "restoreKeyspace": "restore",
    "restoreTable": "restore", "enableArchiving": "pit enable", "disableArchiving": "pit disable",
    "checkPointInTime": "pit check", "restorePointInTime": "pit run",
    "addSchedule": "schedule add", "changeSchedule": "schedule update",
    "removeSchedule": "schedule remove", "addWebhook": "webhook add",
    "changeWebhook": "webhook update", "removeWebhook": "webhook remove",
    "testWebhook": "webhook test",
    "cancelRequest": "request cancel", "cancelRequestOfCluster": "request cancel"}


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


def test_everything_that_the_api_changes_has_a_command(demo, command):
    changes = {
        operation["operationId"]
        for path in json.loads(command("call", "GET", "openapi.json"))["paths"].values()
        for method, operation in path.items()
        if method in ("post", "put", "delete") and operation["x-helenus-role"] not in ("nobody", "agent")}
    assert changes == set(COMMANDS)
    for words in sorted(set(COMMANDS.values())):
        assert f"USAGE: helenusctl {words}" in command("help", *words.split()), words


def test_any_call_can_be_made(demo, command, tmp_path):
    keyspaces = json.loads(command("call", "GET", "{cluster}/keyspaces"))
    assert keyspaces == demo.api.get("/keyspaces")
    events = json.loads(command(
        "call", "GET", "/{cluster}/backup-activity", "--query", "count=1", "--cluster",
        demo.api.cluster))
    assert len(events) <= 1
    file = tmp_path / "body.json"
    file.write_text("{}")
    command("call", "POST", "{cluster}/webhooks", file, exits=65)
    assert "url" in command.error
    command("call", "GET", "{cluster}/nothing", exits=66)
    command("call", "BREW", "{cluster}/keyspaces", exits=64)


def test_a_cluster_is_configured_and_limited(demo, command, tmp_path):
    name = command("cluster", "add", "By Command", "--seeds", "127.0.0.9").strip()
    try:
        file = tmp_path / "cluster.json"
        file.write_text(json.dumps({"cassandra": {"username": "helenus", "password": "quite secret"}}))
        command("cluster", "update", name, file)
        shown = json.loads(command("cluster", "show", name))["cassandra"]
        assert shown["seed_hosts"] == "127.0.0.9" and shown["username"] == "helenus"
        assert shown["password"] == "********"
        assert column(command("cluster", "limits", name), "AT MOST") == ["default", "default"]
        command("cluster", "limits", name, "--requests-per-minute", "600", "--running-jobs", "0")
        told = command("cluster", "limits", name, "--requests-per-minute", "default")
        assert dict(zip(column(told, "LIMIT"), column(told, "AT MOST"))) == {
            "requests per minute": "default", "running jobs": "no limit"}
        assert json.loads(command("cluster", "limits", name, "--json")) == {
            "requests_per_minute": None, "running_jobs": 0}
        command("cluster", "limits", name, "--running-jobs", "-1", exits=64)
        audited = command("audit", "--cluster", name, "--count", "2")
        assert column(audited, "CALL") == [f"PUT /cluster-configs/{name}/limits"] * 2, audited
    finally:
        command("cluster", "remove", name)
    assert name not in column(command("cluster", "list"), "CLUSTER")


def test_a_destination_is_changed_and_keeps_its_secret(demo, command, s3_store, tmp_path):
    identifier = add(demo, s3_store.at("by-command"))
    path = "backups/by-command/moved"
    command("destination", "update", identifier, f"path={path}", "throttle_bytes_per_second=1048576")
    shown = demo.api.get(f"/backups/destinations/{identifier}")
    assert shown["path"] == path and shown["access_secret"] == "********", shown
    assert float(shown["throttle_bytes_per_second"]) == 1 << 20, shown
    # An agent tries it with what is given, so that a wrong one is no change.
    wrong = tmp_path / "secret"
    wrong.write_text("wrong\n")
    wrong.chmod(0o600)
    command("destination", "update", identifier, "--secret", f"access_secret={wrong}", exits=65)
    command("destination", "update", identifier, "region=eu-central-1")
    after = demo.api.get(f"/backups/destinations/{identifier}")
    assert after == {**shown, "region": "eu-central-1"}
    command("destination", "update", "none", "path=/x", exits=66)
    command("destination", "update", identifier, "path", exits=64)
    command("destination", "remove", identifier)


def test_one_table_is_backed_up_and_a_node_left_out_of_the_plan(demo, keyspace, command, local):
    demo.api.wait_for_keyspaces([keyspace.name])
    told = command(
        "backup", "run", f"{keyspace.name}.orders", "--destination", local, "--throttle", "50")
    tag = told.split()[1].rstrip(":")
    (listed,) = demo.api.get(f"/backups/{keyspace.name}?destination={local}").values()
    assert listed["keyspaces"][keyspace.name]["cfs"] == ["orders"]
    assert ": success in " in command(
        "backup", "verify", tag, "--destination", local, "--mode", "sample", "--parts", "2")
    plan = json.loads(command(
        "restore", tag, "--destination", local, "--without", demo.hosts[2], "--plan"))
    assert [one["node"] for one in plan["left_out"]] == [demo.hosts[2]], plan


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
