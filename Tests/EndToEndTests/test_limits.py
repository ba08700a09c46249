"""What one tenant may use at most, so that no other one starves: on real workers that share nothing
but PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import walled as walled_service
from waiting import wait_for

LIMIT = 40


@pytest.fixture(scope="module")
def service(bare):
    """Clusters, each with a user of its own."""
    with walled_service.started(bare) as running:
        running.add_user("root", "--role", "admin")
        running.root = running.ctl("token", "issue", "root", "--days", "1")
        running.tokens = {}
        for name in ("Greedy", "Modest", "Patient", "Next"):
            running.ask("POST", "/cluster-configs", {
                "name": name, "cassandra": {"seed_hosts": "127.0.0.1"}}, bearer=running.root)
            running.add_user(name, "--cluster", f"{name}=operator")
            running.tokens[name] = running.ctl("token", "issue", name, "--days", "1")
        yield running


def limit(service, name, **limits):
    answer = service.ask("PUT", f"/cluster-configs/{name}/limits", limits, bearer=service.root)
    assert answer.status == 200, answer.text


def early_in_a_minute(bare):
    def is_early():
        with bare.database() as database, database.cursor() as cursor:
            cursor.execute("SELECT extract(second FROM clock_timestamp()) < 45")
            return cursor.fetchone()[0]
    wait_for("the next minute", is_early)


def test_requests_per_minute_hold_in_all_workers(bare, service):
    limit(service, "Greedy", requests_per_minute=LIMIT)
    early_in_a_minute(bare)
    answers = [
        service.ask("GET", "/Greedy/nodes", bearer=service.tokens["Greedy"])
        for _ in range(2 * LIMIT)]
    statuses = [answer.status for answer in answers]
    assert statuses == [200] * LIMIT + [429] * LIMIT
    refused = answers[-1]
    assert refused.json["type"] == "TooManyRequests" and str(LIMIT) in refused.json["message"]
    assert 0 < int(refused.headers["Retry-After"]) <= 60

    # Nobody else is held up, nor who runs the service; and nobody uses up what is another's.
    modest = service.tokens["Modest"]
    limit(service, "Modest", requests_per_minute=LIMIT)
    for _ in range(2 * LIMIT):
        assert service.ask("GET", "/Modest/nodes", bearer=service.tokens["Greedy"]).status == 404
    for _ in range(LIMIT):
        assert service.ask("GET", "/Modest/nodes", bearer=modest).status == 200
    limit(service, "Modest", requests_per_minute=0)
    limit(service, "Greedy", requests_per_minute=0)


def test_nobody_raises_their_own_limit(service):
    modest = service.tokens["Modest"]
    refused = service.ask(
        "PUT", "/cluster-configs/Modest/limits", {"requests_per_minute": 0}, bearer=modest)
    assert refused.status == 403
    shown = service.ask("GET", "/cluster-configs/Modest/limits", bearer=modest)
    assert shown.json == {"requests_per_minute": 0, "running_jobs": None}


def test_one_cluster_does_not_hold_all_waiting_workers(bare, service):
    """Of four workers two may wait for agents: one for a cluster, and one is left for the next."""
    def add_destination(name):
        return service.ask(
            "POST", f"/{name}/backups/destinations", {"provider": "local", "path": f"/{name}"},
            bearer=service.tokens[name])

    def waits(name):
        with bare.database() as database, database.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM helenus.job WHERE cluster_id = %s AND awaited"
                " AND finished_at IS NULL", [name])
            return cursor.fetchone()[0] == 1

    with ThreadPoolExecutor() as threads, bare.without_executor():
        first = threads.submit(add_destination, "Patient")
        wait_for("a call that waits", lambda: waits("Patient"))
        for _ in range(3):
            refused = add_destination("Patient")
            assert refused.status == 429 and "cluster" in refused.json["message"]
            assert int(refused.headers["Retry-After"]) > 0
        second = threads.submit(add_destination, "Next")
        wait_for("the other cluster's", lambda: waits("Next"))
        assert not first.done()
    # Nobody is there to try the destination; but both were let in.
    assert first.result().status == second.result().status == 400


TAG = "opscenter_adhoc_2017-03-17-15-06-09-UTC"
RUNNING = """
INSERT INTO helenus.job (
    cluster_id, kind, payload, state, lease_owner, lease_expires_at, lease_epoch, started_at)
VALUES (%s, 'verify_backup', '{}', 'running', 'another', now() + interval '1 hour', 1, now())
"""


def test_a_cluster_runs_no_more_jobs_than_its_limit(bare, service):
    """One is run by another executor; this one leaves the next where it is, and takes others'."""
    def execute(statement, *parameters):
        with bare.database() as database, database.cursor() as cursor:
            cursor.execute(statement, parameters)

    def verify(name):
        answer = service.ask(
            "POST", f"/{name}/backups/verify", {"tag": TAG}, bearer=service.tokens[name])
        assert answer.status == 200, answer.text
        return answer.json

    def ended(name, request):
        answer = service.ask("GET", f"/{name}/request/{request}/status", bearer=service.root)
        return answer.json["state"] != "running"

    for name in ("Patient", "Next"):
        limit(service, name, running_jobs=1)
        execute("INSERT INTO helenus.backup (cluster_id, tag, event_time) VALUES (%s, %s, now())",
                name, TAG)
        execute("INSERT INTO helenus.backup_copy (cluster_id, tag, destination_id, status, listed)"
                " VALUES (%s, %s, 'OPSC_ON_SERVER', 'success', true)", name, TAG)
    execute(RUNNING, "Patient")
    held, free = verify("Patient"), verify("Next")
    wait_for("the other cluster's job", lambda: ended("Next", free))
    assert not ended("Patient", held)
    execute("DELETE FROM helenus.job WHERE lease_owner = 'another'")
    wait_for("the job that waited", lambda: ended("Patient", held))
