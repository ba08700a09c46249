"""GET /metrics of a real service: promtool reads it, and it is for whom it should be."""

import os
import signal
import subprocess

import pytest

import walled as walled_service
from waiting import wait_for


@pytest.fixture(scope="module")
def service(bare):
    with walled_service.started(bare) as running:
        running.add_user("prometheus", "--role", "viewer")
        running.add_user("root", "--role", "admin")
        running.token = running.ctl("token", "issue", "prometheus", "--days", "1")
        root = running.ctl("token", "issue", "root", "--days", "1")
        answer = running.ask("POST", "/cluster-configs", {
            "name": 'A "quoted\\" name', "cassandra": {"seed_hosts": "127.0.0.1"}}, bearer=root)
        assert answer.status == 201, answer.text
        running.cluster = answer.json
        with bare.database() as database, database.cursor() as cursor:
            cursor.execute(SEEDS, {"cluster": running.cluster})
        yield running


SEEDS = """
INSERT INTO helenus.node (cluster_id, host_id, address, agent_url, token_hash,
    sealed_executor_secret, keyspaces, last_seen)
VALUES (%(cluster)s, 'h', '127.0.0.1', '', '', '', '{"shop": {}}', now());
INSERT INTO helenus.job (cluster_id, kind, payload, run_at)
VALUES (%(cluster)s, 'backup', '{}', now() + interval '1 day');
INSERT INTO helenus.job (cluster_id, kind, payload, run_at)
VALUES (%(cluster)s, 'restore', '{}', now() + interval '1 day');
UPDATE helenus.job SET state = 'failed', finished_at = now() WHERE kind = 'restore';
INSERT INTO helenus.pit_configuration (
    cluster_id, enabled, backup_directory, destinations, sleep, drain_first)
VALUES (%(cluster)s, true, '/a', '{"OPSC_ON_SERVER": {}}', 0, true);
"""


def scrape(service):
    answer = service.ask("GET", "/metrics", bearer=service.token)
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return answer.text


def value(text, name):
    return [float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
            if line.startswith(name + "{") or line.startswith(name + " ")]


def test_promtool_has_nothing_to_say_of_it(service):
    scrape(service)
    text = scrape(service)
    for name in ("queue_jobs", "jobs_total", "last_good_backup_timestamp_seconds", "node_up",
                 "archive_reach_timestamp_seconds", "http_requests_total", "workers"):
        assert value(text, f"helenus_{name}"), name
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=text, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=60)
    assert done.returncode == 0 and not done.stdout, done.stdout


def test_they_are_for_a_viewer_of_all_clusters(service):
    assert service.ask("GET", "/metrics").status == 401
    service.add_user("one", "--cluster", f"{service.cluster}=viewer")
    token = service.ctl("token", "issue", "one", "--days", "1")
    assert service.ask("GET", "/metrics", bearer=token).status == 403


def test_all_workers_count_together_and_a_crash_is_told(service):
    def calls(text, name):
        health = [line for line in text.splitlines() if 'route="/healthz"' in line]
        return sum(value("\n".join(health), name))

    for _ in range(40):
        assert service.ask("GET", "/healthz").status == 200
    # A call is counted when its answer has gone.
    for name in ("requests_total", "request_duration_seconds_count"):
        wait_for("forty calls", lambda: calls(scrape(service), f"helenus_http_{name}") == 40)
    assert value(scrape(service), "helenus_workers_wanted") == [4]
    assert value(scrape(service), "helenus_worker_crashes_total") == [0]
    os.kill(min(service.workers), signal.SIGKILL)
    wait_for("the crash", lambda: value(
        scrape(service), "helenus_worker_crashes_total") == [1])
    wait_for("another worker", lambda: sum(value(scrape(service), "helenus_workers")) == 4)
