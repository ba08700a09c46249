"""What public clients of the original do, as it stands in their code: forms of login, bodies, the
fields that they read, and the two traps that one of them sets. The letters are those of our list of
clients. The Nagios plugins' habit, HTTP Basic at every call, is in test_access.py."""

import json
import subprocess
import urllib.parse

import pytest

from nodetool import held_snapshots
from rows import same_rows
from waiting import wait_for
from walled import started


@pytest.fixture(scope="module")
def service(demo):
    """An API that asks who calls, and its only user."""
    with started(demo) as running:
        running.user = ("admin", running.add_user("admin", "--role", "admin"))
        yield running
        running.ctl("user", "remove", "admin")


@pytest.fixture
def cluster(demo):
    return f"/{demo.api.cluster}"


def sends_json(service):
    """A client that logs in with JSON, and shows its session in the header and in the cookie."""
    name, password = service.user
    session = service.login(name, password)
    both = {"opscenter-session": session, "Cookie": f"TWISTED_SESSION={session}"}

    def call(method, path, body=b""):
        return service.ask(method, path, body, headers=both).json

    return call


def refused(answer):
    """How this client tells an error: by an object."""
    return answer["message"] if isinstance(answer, dict) else None


# ── A: backs up and restores from another machine's jobs ─────────────────────────────────────────

def test_client_a_adds_the_same_bucket_on_every_run(service, cluster, s3):
    """It compares the wrong fields, so it never finds the bucket that it has added."""
    call = sends_json(service)
    body = {**s3, "delete_this": "False", "server_side_encryption": "false",
            "acceleration_mode": "false"}
    answers = [call("POST", f"{cluster}/backups/destinations", body) for _ in range(2)]
    first, second = (list(answer["destination"][0].keys())[0] for answer in answers)
    assert first == second
    listed = call("GET", f"{cluster}/backups/destinations")
    # It reads both of every entry, without a look whether they are there.
    assert (listed[first]["provider"], listed[first]["path"]) == ("s3", s3["path"])
    assert all({"provider", "path"} <= set(entry) for entry in listed.values())
    assert call("GET", f"{cluster}/backups/destinations/{first}")["path"] == s3["path"]
    missing = call("GET", f"{cluster}/backups/destinations/{'0' * 32}")
    assert "path" not in missing and missing["message"]
    assert refused(call("DELETE", f"{cluster}/backups/destinations/{first}")) is None


@pytest.mark.full
def test_client_a_deletes_the_snapshot_while_it_is_still_being_sent(
        service, demo, cluster, keyspace, local):
    """It does not wait for its run: right after it, it deletes the newest backup from the nodes."""
    call = sends_json(service)
    demo.api.wait_for_keyspaces([keyspace.name])
    before = keyspace.dump()
    assert keyspace.name in call("GET", f"{cluster}/keyspaces")
    with held_snapshots(demo, 1) as hold:
        run = call("POST", f"{cluster}/backups/run", {
            "keyspaces": [keyspace.name], "destinations": {local: {"compressed": True}}})
        assert refused(run) is None
        events = sorted(
            (event for event in call("GET", f"{cluster}/backup-activity")
             if event["type"] == "backup"), key=lambda event: event["event_time"])
        tag = events[-1]["backup_id"]
        assert events[-1]["deleted_at"] is None and events[-1]["status"] == "running"
        wait_for("the snapshot", hold.waiting)
        deletion = call("DELETE", f"{cluster}/backups?tag={tag}")
        assert refused(deletion) is None
        assert demo.api.status(run)["state"] == "running"
        hold.let_go()
    assert demo.succeed(run, "client A's backup")["tag"] == tag
    demo.succeed(deletion, "client A's deletion")
    assert not [folder for folder in demo.snapshots() if folder.endswith(tag)]
    assert call("GET", f"{cluster}/backups")[tag]["destinations"] == [local]
    whole = call("GET", f"{cluster}/backup-activity?" + urllib.parse.urlencode({
        "filter_type": "backup", "filter_live": "1", "filter_success": "1"}))
    (sent,) = [event for event in whole if event["backup_id"] == tag]
    assert sent["deleted_at"] is None and sent["destination"]["provider"] == "local"

    # It restores with members that nobody knows, and one of its functions with a form.
    keyspace.truncate()
    for path, body in [
            (f"{keyspace.name}/customers", {"destination": local, "keyspace": {keyspace.name: {}}}),
            (f"{keyspace.name}/orders", f"destination={local}".encode())]:
        restore = call("POST", f"{cluster}/backups/restore/{tag}/{path}", body)
        assert refused(restore) is None, restore
        demo.succeed(restore, "client A's restore")
    same_rows(before, keyspace.dump())
    assert refused(call("POST", f"{cluster}/backups/restore/{tag}", b"dest=x&truncate=1"))
    demo.succeed(call("DELETE", f"{cluster}/backups?tag={tag}&destination={local}"), "deletion")


# ── B to D: set up clusters, destinations and schedules ──────────────────────────────────────────

def test_client_b_looks_after_schedules(service, demo, cluster, local):
    name, password = service.user
    login = service.ask("POST", "/login", urllib.parse.urlencode(
        {"username": name, "password": password}).encode())
    assert login.status == 200
    session = {"opscenter-session": login.json["sessionid"]}
    service.secrets.append(login.json["sessionid"])

    def ask(method, path, body=None):
        return service.ask(method, path, body, headers=session)

    assert demo.api.cluster in ask("GET", "/cluster-configs").json.keys()
    assert ask("GET", f"{cluster}/nodes").status == 200
    added = ask("POST", f"{cluster}/backups/destinations", {
        "provider": "local", "path": str(demo.local), "server_side_encryption": "true"})
    assert added.status == 200 and added.json["request_id"]
    made = ask("POST", f"{cluster}/job-schedules", {
        "first_run_date": "2030-01-01", "first_run_time": "02:00:00", "timezone": "GMT",
        "interval": 1, "interval_unit": "days", "job_params": {
            "type": "backup", "keyspaces": [], "cleanup_age": 30, "cleanup_age_unit": "days",
            "destinations": {local: {"compressed": True}}, "pre_snapshot_script": "",
            "post_snapshot_script": ""}})
    assert made.status == 201, made.text
    assert [one["job_params"]["type"] for one in ask("GET", f"{cluster}/job-schedules").json] \
        == ["backup"]
    assert ask("DELETE", f"{cluster}/job-schedules/{made.json}").status == 200
    assert len(ask("GET", f"{cluster}/backup-activity?count=16").json) <= 16
    assert set(ask("GET", f"{cluster}/storage-capacity").json) == {
        "free_gb", "used_gb", "reporting_nodes"}
    unknown = ask("GET", "/378289d8/nodes")
    assert unknown.json == {
        "brief": "error", "type": "NoSuchCluster",
        "message": "There are no clusters with name or ID '378289d8'"}


def test_client_c_is_told_what_is_wrong_with_its_templates(service, cluster):
    """Its templates have comments in their JSON, and a destination of which they say the path only.
    It expects 201 for a destination, which is 200 with us as with the others."""
    name, password = service.user
    session = {"opscenter-session": service.login(name, password)}
    for body, word in [(b'{"path": "/x" # where\n}', "JSON"), (b'{"path": "/x"}', "provider")]:
        answer = service.ask("POST", f"{cluster}/backups/destinations", body, headers=session)
        assert answer.status == 400 and answer.json["type"] == "InvalidArguments"
        assert word in answer.json["message"]


def test_clients_c_and_d_set_up_a_cluster(service):
    """C with whole configurations; D without cassandra_metrics, and schedules without a first
    day."""
    name, password = service.user
    session = {"opscenter-session": service.login(name, password)}
    for cluster, config in [
            ("C", {"cassandra": {"seed_hosts": "127.0.0.9", "username": "cassandra",
                                 "password": "cassandra", "cql_port": 9042},
                   "cassandra_metrics": {}, "jmx": {"port": "7199"},
                   "agents": {"ssl_keystore": None}, "storage_cassandra": {}}),
            ("D", {"cassandra": {"seed_hosts": "127.0.0.8", "cql_port": 9042},
                   "jmx": {"port": "7199"}})]:
        added = service.ask("POST", "/cluster-configs", {"name": cluster, **config}, headers=session)
        assert (added.status, added.json) == (201, cluster), added.text
        try:
            made = service.ask("POST", f"/{cluster}/job-schedules", {
                "first_run_time": "03:00:00", "timezone": "Europe/Berlin", "interval": 1,
                "interval_unit": "days", "job_params": {
                    "type": "backup", "keyspaces": [], "cleanup_age": 7,
                    "cleanup_age_unit": "days", "destinations": {}}}, headers=session)
            assert made.status == 201, made.text
            shown = service.ask("GET", f"/{cluster}/job-schedules/{made.json}", headers=session)
            assert shown.json["timezone"] == "Europe/Berlin" and shown.json["next_run"]
        finally:
            assert service.ask(
                "DELETE", f"/cluster-configs/{cluster}", headers=session).status == 200


# ── E to G: read what backups leave ──────────────────────────────────────────────────────────────

def test_clients_e_to_g_read_what_a_backup_leaves(demo, keyspace, local):
    """E reads the columns of a backup's event; F and G find a backup by the end of its folder's
    name, and by its manifest the files of a table, which they copy under their own names."""
    status = demo.succeed(demo.api.run_backup([keyspace.name], [local]), "backup")
    tag = status["tag"]
    (event,) = [
        event for event in demo.api.get("/backup-activity?filter_type=backup")
        if event["backup_id"] == tag and event["destination"]["id"] == local]
    assert {"week", "event_time", "backup_id", "type", "destination", "deleted_at", "keyspaces",
            "status"} <= set(event)
    assert event["keyspaces"] == {keyspace.name: ["customers", "orders"]}

    ending = tag[-23:]
    hosts = 0
    for folder in demo.local.glob("snapshots/*/opscenter_*"):
        if not folder.name.endswith(ending) or folder.name != tag:
            continue
        hosts += 1
        assert (folder / keyspace.name / "schema.json").is_file()
        entries = json.loads((folder / "backup.json").read_text())["sstables"]
        wanted = [one for one in entries
                  if (one["keyspace"], one["cf"]) == (keyspace.name, "orders")]
        assert wanted
        for entry in entries:
            assert all(isinstance(entry[key], str) for key in (
                "name", "uniquifier", "keyspace", "cf", "version"))
            stored = folder.parent / "sstables" / entry["name"]
            assert stored.is_file() and entry["name"].startswith(f"{entry['uniquifier']}-")
    assert hosts == len(demo.hosts)


# ── H to J: log in with the query, and parse with what a shell has ───────────────────────────────

def test_client_h_logs_in_with_the_query(service, demo, cluster):
    name, password = service.user
    login = service.ask("GET", "/login?" + urllib.parse.urlencode(
        {"username": name, "password": password}), headers={"Accept": "text/json"})
    session = {"opscenter-session": login.json["sessionid"], "Accept": "text/json"}
    service.secrets.append(login.json["sessionid"])
    nodes = service.ask("GET", f"{cluster}/nodes", headers=session)
    assert nodes.status == 200
    assert {node["node_ip"] for node in nodes.json} == set(demo.hosts)


def shell(script, **variables):
    """What a script prints."""
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", script], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60,
        env={"PATH": "/usr/bin:/bin", **variables})
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_client_i_parses_the_session_with_awk(service, demo, cluster):
    name, password = service.user
    session = shell(
        """curl -s -X POST -d "{\\"username\\":\\"$user\\",\\"password\\":\\"$password\\"}" "$url/login" |
           tr -d '{} "' | awk -F: '{ print $2 }'""",
        url=service.url, user=name, password=password)
    service.secrets.append(session)
    seen = shell('curl -s -H "opscenter-session: $session" "$url$cluster/nodes/all/last_seen"',
                 url=service.url, session=session, cluster=cluster)
    assert set(json.loads(seen)) == set(demo.hosts)
    # It sets the password of the first user.
    new = service.add_user("installer", "--role", "viewer")
    changed = shell(
        """curl -s -o /dev/null -w '%{http_code}' -X PUT -u "installer:$password" \\
           -d "{\\"password\\":\\"$password-2\\",\\"old_password\\":\\"$password\\"}" \\
           "$url/users/installer" """, url=service.url, password=new)
    assert changed == "200"
    service.secrets.append(f"{new}-2")
    service.ctl("user", "remove", "installer")


def test_client_j_waits_for_the_id_of_its_cluster(service):
    """It posts JSON as curl does by itself, as a form, until it reads exactly the id in quotes."""
    credentials = ":".join(service.user)
    ready = """curl -s -o /dev/null -w '%{http_code}' -u "$user" "$url/cluster-configs" """
    assert shell(ready, url=service.url, user=credentials) == "200"
    post = """curl -s -X POST -u "$user" "$url/cluster-configs" \\
        -d '{"cassandra": {"seed_hosts": "127.0.0.7", "cluster_name": "Client J"},
             "cassandra_metrics": {}, "jmx": {"port": "7199"}}'"""
    try:
        for _ in range(2):
            assert shell(post, url=service.url, user=credentials) == '"Client_J"'
        # The name leads there as well as the id.
        for spelt in ("Client_J", "Client%20J"):
            assert service.ask("GET", f"/{spelt}/nodes", basic=service.user).json == []
    finally:
        assert service.ask(
            "DELETE", "/cluster-configs/Client_J", basic=service.user).status == 200


# ── L: nothing but the status ────────────────────────────────────────────────────────────────────

def test_client_l_takes_400_and_more_for_a_failure(service):
    wrong = service.ask("POST", "/login", {"username": "admin", "password": "wrong"})
    assert wrong.status >= 400 and wrong.json["message"]
    unknown = service.ask("GET", "/api/v2/lcm/clusters", basic=service.user)
    assert unknown.status == 404 and unknown.json["type"] == "ResourceNotFound"
