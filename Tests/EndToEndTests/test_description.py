"""The API's description in OpenAPI, kept true: every operation is run and its answer compared with
what is described, by hand and by schemathesis. Swift's tests compare it with the routes."""

import os
import pathlib
import re
import secrets
import subprocess
import urllib.parse

import pytest

import walled as walled_service
from description import DESCRIPTION, FILE
from waiting import wait_for

CLUSTER = "Test_Cluster"
TAG = "opscenter_adhoc_2017-03-17-15-06-09-UTC"
HOST = "11111111-2222-3333-4444-555555555555"
CACHE = pathlib.Path(
    os.environ.get("HELENUS_CACHE", pathlib.Path.home() / ".cache" / "helenus"))


@pytest.fixture(scope="module")
def service(bare):
    """An API that asks who calls, with a cluster in which there is something to be seen."""
    with walled_service.started(bare) as running:
        running.add_user("root", "--role", "admin")
        running.token = running.ctl("token", "issue", "root", "--days", "1")
        add_cluster(running, CLUSTER)
        with bare.database() as database, database.cursor() as cursor:
            cursor.execute(SEEDS)
        yield running


def add_cluster(service, name):
    answer = service.ask("POST", "/cluster-configs", {
        "name": name, "cassandra": {"seed_hosts": "127.0.0.1"}}, bearer=service.token)
    assert answer.status == 201, answer.text


SEEDS = f"""
INSERT INTO helenus.destination (cluster_id, id, provider, path, settings, location_key)
SELECT '{CLUSTER}', id, 'local', '/' || id,
    jsonb_build_object('provider', 'local', 'path', '/' || id), 'local:/' || id
FROM unnest(ARRAY['d', 'unused']) AS id;
INSERT INTO helenus.backup (cluster_id, tag, event_time)
VALUES ('{CLUSTER}', '{TAG}', '2017-03-17 15:06:09Z');
INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed, keyspaces)
SELECT '{CLUSTER}', '{TAG}', destination_id, 'success', true,
    '{{"shop": {{"cfs": ["orders"], "nodes": ["127.0.0.1"], "size": 1}}}}'
FROM unnest(ARRAY['OPSC_ON_SERVER', 'd']) AS destination_id;
"""


def test_it_is_served_as_it_is_in_the_sources(service):
    answer = service.ask("GET", "/openapi.json")
    assert answer.status == 200 and answer.text == FILE.read_text()
    assert answer.headers["Content-Type"] == "application/json"


def test_every_operation_that_needs_no_agent_answers_as_described(bare, service):
    def ask(method, path, body=None, status=200, bearer=service.token):
        answer = service.ask(method, path, body, bearer=bearer)
        assert answer.status == status, f"{method} {path}: {answer.status} {answer.text}"
        return answer.json

    for path in ("/healthz", "/readyz", "/openapi.json", "/logout"):
        ask("GET", path)
    assert "Europe/Berlin" in ask("GET", "/meta/timezones")
    assert service.ask("GET", "/metrics", bearer=service.token).status == 200
    secret = secrets.token_urlsafe(12)
    ask("POST", "/users/one", {"password": secret, "clusters": {CLUSTER: "operator"}}, 201)
    assert set(ask("GET", "/users")) == {"root", "one"}
    assert ask("GET", "/users/one") == {"role": None, "clusters": {CLUSTER: "operator"}}
    login = {"username": "one", "password": secret}
    ask("POST", "/login", login)
    ask("GET", f"/login?{urllib.parse.urlencode(login)}")
    token = ask("POST", "/tokens", {"user": "one", "description": "test"}, 201)
    assert token["id"] in [one["id"] for one in ask("GET", "/tokens")]
    ask("DELETE", f"/tokens/{token['id']}")
    ask("PUT", "/users/one", {"role": "viewer"})
    ask("DELETE", "/users/one")
    assert ask("GET", "/audit?count=3")["next"]

    config = f"/cluster-configs/{CLUSTER}"
    assert CLUSTER in ask("GET", "/cluster-configs")
    ask("PUT", config, ask("GET", config))
    ask("PUT", f"{config}/partial", {"jmx": {"port": "7199", "password": "a secret"}})
    assert ask("GET", config)["jmx"]["password"] == "********"
    limits = {"requests_per_minute": 0, "running_jobs": None}
    assert ask("PUT", f"{config}/limits", limits) == ask("GET", f"{config}/limits") == limits
    add_cluster(service, "Gone")
    ask("DELETE", "/cluster-configs/Gone")

    at = f"/{CLUSTER}"
    token = service.ctl(
        "agent", "enroll", "--cluster", CLUSTER, "--ca", bare.directory / "etc" / "ca" / "ca.pem")
    # What follows the point is for the agent: the authority that it is to trust.
    enrolment, _ = token.split(".")
    credentials = ask(
        "POST", f"{at}/agents",
        {"host_id": HOST, "address": "127.0.0.1", "agent_url": "http://127.0.0.1:1"},
        bearer=enrolment)
    ask("PUT", f"{at}/agents/{HOST}", REPORT, bearer=credentials["token"])
    assert [node["state"] for node in ask("GET", f"{at}/nodes")] == ["down"]
    assert list(ask("GET", f"{at}/nodes/all/last_seen")) == ["127.0.0.1"]
    assert ask("GET", f"{at}/nodes/all/dc") == {"127.0.0.1": "dc1"}
    assert ask("GET", f"{at}/storage-capacity")["reporting_nodes"] == 1
    assert ask("GET", f"{at}/keyspaces") == {"shop": ask("GET", f"{at}/keyspaces/shop")}
    assert len(ask("GET", f"{at}/agents")) == 1

    assert set(ask("GET", f"{at}/backups/destinations")) == {"OPSC_ON_SERVER", "d", "unused"}
    ask("GET", f"{at}/backups/destinations/d")
    ask("DELETE", f"{at}/backups/destinations/unused")
    assert list(ask("GET", f"{at}/backups")) == list(ask("GET", f"{at}/backups/shop")) == [TAG]
    requests = [
        ask("POST", f"{at}/backups/run", {"keyspaces": ["shop"], "destinations": {"d": {}}}),
        ask("POST", f"{at}/backups/verify", {"tag": TAG, "mode": "full"}),
        *(ask("POST", f"{at}/backups/restore/{TAG}{part}", {})
          for part in ("", "/shop", "/shop/orders")),
        ask("POST", f"{at}/backups/sync", {"tag": TAG, "destinations": {"d": {}}}),
        ask("DELETE", f"{at}/backups?tag={TAG}&destination=d")]
    for request in requests:
        wait_for("a request's end", lambda: ask(
            "GET", f"/request/{request}/status")["state"] != "running")
        assert ask("GET", f"{at}/request/{request}/status")["id"] == request
    listed = ask("GET", f"{at}/requests?count=100")
    assert set(requests) <= {request["id"] for request in listed}
    with bare.database() as database, database.cursor() as cursor:
        # Two that nobody works at.
        cursor.execute(
            "INSERT INTO helenus.request (cluster_id, type) VALUES (%s, 'backup'), (%s, 'backup')"
            " RETURNING id::text", [CLUSTER, CLUSTER])
        (first,), (second,) = cursor.fetchall()
    ask("POST", f"/request/{first}/cancel")
    ask("POST", f"{at}/request/{second}/cancel")
    event = ask("GET", f"{at}/backup-activity?count=1&filter_type=backup")[0]
    ask("GET", f"{at}/backup-activity/full_status?" + urllib.parse.urlencode({
        "event_time": event["event_time"], "backup_id": event["backup_id"],
        "type": event["type"], "destination": event["destination"]["id"]}))

    schedule = ask("POST", f"{at}/job-schedules", {
        "first_run_time": "02:30:00", "interval": 1, "interval_unit": "days",
        "timezone": "Europe/Berlin", "job_params": {
            "type": "backup", "keyspaces": [], "destinations": {"d": {"keep": {"daily": 7}}}}}, 201)
    assert [one["id"] for one in ask("GET", f"{at}/job-schedules")] == [schedule]
    ask("GET", f"{at}/job-schedules/{schedule}")
    ask("PUT", f"{at}/job-schedules/{schedule}", {"interval": 2})
    review = ask("GET", f"{at}/job-schedules/{schedule}/retention")
    assert set(review["destinations"]) == {"OPSC_ON_SERVER", "d"}
    # The destination goes only when no schedule needs it any more.
    refused = ask("DELETE", f"{at}/backups/destinations/d", status=409)
    assert schedule in refused["message"]
    ask("DELETE", f"{at}/job-schedules/{schedule}")

    webhook = ask("POST", f"{at}/webhooks", {"url": "http://127.0.0.1:1"}, 201)["id"]
    message = ask("POST", f"{at}/webhooks/{webhook}/test")
    (shown,) = ask("GET", f"{at}/webhooks/{webhook}")["deliveries"]
    assert shown["id"] == message and shown["payload"]["type"] == "webhook.test"
    ask("PUT", f"{at}/webhooks/{webhook}", {"events": ["backup.late"]})
    assert [one["events"] for one in ask("GET", f"{at}/webhooks")] == [["backup.late"]]
    ask("DELETE", f"{at}/webhooks/{webhook}")


REPORT = {
    "address": "127.0.0.1", "agent_url": "http://127.0.0.1:1", "datacenter": "dc1", "rack": "r1",
    "tokens": ["1"], "partitioner": "Murmur3Partitioner", "schema_version": "x",
    "cassandra_version": "4.1.0", "agent_version": "1", "node_state": "down",
    "data_directories": [], "free_bytes": 1, "total_bytes": 2, "used_bytes": 1,
    "staging_free_bytes": 1, "keyspaces": {"shop": {"tables": ["orders"], "replication": {
        "class": "SimpleStrategy", "replication_factor": "1"}}}}


def test_every_operation_that_asks_agents_or_executors_answers_as_described(demo, keyspace, local):
    tag = demo.succeed(demo.api.run_backup([keyspace.name], [local]), "backup")["tag"]
    assert tag in demo.api.get(f"/backups?destination={local}&list_all=1")
    for place in (local, "OPSC_ON_SERVER"):
        assert demo.api.get(f"/backups/graphs/{tag}/{place}") == {}
    plan = demo.api.post(f"/backups/restore/{tag}", {
        "destination": local, "dry_run": True, "keyspaces": {keyspace.name: {"truncate": True}}})
    assert plan["possible"] and plan["tag"] == tag
    assert 0 < demo.api.get("/probe")["milliseconds"] < 10_000


def test_no_operation_is_left_out():
    """By the two tests above."""
    missing = DESCRIPTION.operations - DESCRIPTION.answered
    # A point in time's calls, and what else agents ask, have tests of their own.
    elsewhere = ("/backups/pit", "/certificate", "/archive", "/segments")
    assert not {one for one in missing if not any(word in one[1] for word in elsewhere)}, missing


# ── schemathesis ────────────────────────────────────────────────────────────────────────────────

SEED = 20
"""Names the calls of a run; with another one they are others."""


def run_schemathesis(service, examples):
    """Has it try every operation; answers how many calls it made."""
    for name in ("Limited", "Gone"):
        add_cluster(service, name)
    log = service.directory / "logs" / "access.log"
    before = len(log.read_text().splitlines())
    done = subprocess.run(
        [CACHE / "venv-schemathesis" / "bin" / "schemathesis", "--no-color",
         "--config-file", pathlib.Path(__file__).with_name("schemathesis.toml"), "run",
         f"{service.url}/openapi.json", "--seed", str(SEED), "--max-examples", str(examples),
         "--header", f"Authorization: Bearer {service.token}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=1800, cwd=service.directory)
    print(f"seed {SEED}:", done.stdout[-3000:])
    assert done.returncode == 0, done.stdout[-20000:]
    generated = int(re.search(r"(\d+) generated", done.stdout).group(1))
    # Each of them came to nginx.
    assert len(log.read_text().splitlines()) - before >= generated
    return generated


def test_schemathesis_finds_nothing(service):
    assert run_schemathesis(service, examples=5) > 1000


@pytest.mark.full
def test_schemathesis_finds_nothing_in_five_thousand_calls(service):
    assert run_schemathesis(service, examples=70) >= 5000
