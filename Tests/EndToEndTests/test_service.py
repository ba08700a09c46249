"""The service as its clients see it: reloads and stops that nobody notices, a database that is
away for a while, requests that are none."""

import contextlib
import http.client
import json
import os
import signal
import urllib.error
import urllib.request
from collections import Counter
from random import Random

import pytest

import malformed
import scgi
from load import Load
from processes import children, is_alive, resident, sockets
from story import Api
from waiting import wait_for


@pytest.mark.parametrize("name", ["SIGHUP", "SIGUSR2"])
def test_new_workers_under_load(demo, local, name):
    paths = ["/cluster-configs", f"/{demo.api.cluster}/backups/destinations/{local}"]
    master = demo.pid("api")
    with Load(demo.url, paths) as load:
        for _ in range(3):
            before, answered = demo.workers(), load.answered
            wait_for("answers", lambda: load.answered > answered + 200)
            os.kill(master, getattr(signal, name))
            wait_for("new workers", lambda: len(demo.workers()) == len(before)
                     and not set(demo.workers()) & set(before))
            answered = load.answered
            wait_for("answers", lambda: load.answered > answered + 200)
    assert load.failures == []
    assert demo.pid("api") == master and is_alive(master)


def test_one_id_leads_from_nginx_to_the_agents(demo, keyspace):
    demo.api.wait_for_keyspaces([keyspace.name])
    call = urllib.request.Request(
        f"{demo.api.url}/{demo.api.cluster}/backups/run",
        data=json.dumps({"keyspaces": [keyspace.name]}).encode(),
        headers={"Content-Type": "application/json", "X-Request-ID": "forged"})
    with urllib.request.urlopen(call, timeout=60) as answer:
        request, trace = json.load(answer), answer.headers["X-Request-ID"]
    demo.succeed(request, "backup")
    assert trace != "forged" and len(trace) == 32
    access = demo.directory / "nginx" / "logs" / "access.log"
    assert wait_for("nginx's line", lambda: [
        line for line in map(json.loads, access.read_text().splitlines())
        if line["request_id"] == trace])[0]["path"].endswith("/backups/run")
    tracing = [
        file.stem for file in (demo.directory / "log").glob("*.log")
        if any(f"trace={trace}" in line and f"request={request}" in line
               for line in file.read_text(errors="replace").splitlines())]
    assert sorted(tracing) in [
        ["agent-1", "agent-2", "agent-3", f"executor-{one}"] for one in (1, 2)]


def test_a_request_in_hand_is_answered_before_the_stop(demo):
    # The same configuration again changes nothing.
    with urllib.request.urlopen(f"{demo.url}/cluster-configs/{demo.api.cluster}") as config:
        body = config.read()
    request = scgi.request("PUT", f"/cluster-configs/{demo.api.cluster}", body)
    master, workers = demo.pid("api"), demo.workers()
    idle = {worker: sockets(worker) for worker in workers}
    with scgi.connect(demo.socket) as client:
        client.sendall(request[:-len(body) // 2])
        # One of them has taken the connection.
        wait_for("a worker", lambda: any(sockets(one) - idle[one] for one in workers))
        os.kill(master, signal.SIGTERM)
        wait_for("the others' end", lambda: len(children(master)) == 1)
        client.sendall(request[-len(body) // 2:])
        answer = scgi.answer(client)
    try:
        assert scgi.status(answer) == 200, answer
        assert answer.endswith(json.dumps(demo.api.cluster).encode()), answer
        wait_for("the master's end", lambda: not is_alive(master))
    finally:
        demo.up()
    assert demo.api.get("/nodes")


# At once, with SIGQUIT, its processes still say something to their clients before they go.
@pytest.mark.parametrize("name", ["SIGINT", "SIGQUIT"])
def test_a_database_that_is_away(demo, name):
    master, workers = demo.pid("api"), demo.workers()
    agents = [demo.pid(f"agent-{node}") for node in (1, 2, 3)]
    seen = {node["node_ip"]: node["last_seen"] for node in demo.api.get("/nodes")}
    postgres = demo.pid("postgres")
    os.kill(postgres, getattr(signal, name))
    try:
        wait_for("PostgreSQL's end", lambda: not is_alive(postgres))
        # More calls than workers: each has lost its connection.
        for _ in range(3 * len(workers)):
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"{demo.url}/{demo.api.cluster}/nodes", timeout=10)
            assert refused.value.code == 503
            assert refused.value.headers["Content-Type"] == "application/json"
            assert int(refused.value.headers["Retry-After"]) > 0
            error = json.loads(refused.value.read())
            assert (error["brief"], error["type"]) == ("error", "ServiceUnavailable"), error
        assert urllib.request.urlopen(f"{demo.url}/healthz", timeout=10).status == 200
        with pytest.raises(urllib.error.HTTPError) as unready:
            urllib.request.urlopen(f"{demo.url}/readyz", timeout=10)
        assert unready.value.code == 503
    finally:
        demo.up()
    assert urllib.request.urlopen(f"{demo.url}/readyz", timeout=10).status == 200
    for _ in range(3 * len(workers)):
        assert len(demo.api.get("/nodes")) == len(demo.hosts)
    wait_for("the agents' reports", lambda: all(
        node["last_seen"] > seen[node["node_ip"]] for node in demo.api.get("/nodes")))
    assert (demo.pid("api"), demo.workers()) == (master, workers)
    assert [demo.pid(f"agent-{node}") for node in (1, 2, 3)] == agents


# ── Malformed requests ──────────────────────────────────────────────────────────────────────────

SEED = 20
"""Names the requests of a run; with another one they are others."""


@contextlib.contextmanager
def unmoved_workers(demo):
    """The same workers afterwards as before, no larger, and they serve."""
    for _ in range(400):
        demo.api.get("/nodes")
    workers = demo.workers()
    before = sum(map(resident, workers))
    yield
    assert demo.workers() == workers
    after = sum(map(resident, workers))
    assert after < before * 1.2, f"{before} bytes before, {after} after"
    assert len(demo.api.get("/nodes")) == len(demo.hosts)


def test_malformed_scgi(demo):
    random, answers = Random(SEED), Counter()
    with unmoved_workers(demo):
        for number in range(1200):
            what, data = malformed.scgi_request(random)
            status = scgi.status(scgi.exchange(demo.socket, data))
            assert status is None or 400 <= status < 500, (SEED, number, what, status, data[:300])
            answers[what, status] += 1
    print(f"seed {SEED}:", *sorted(answers.items(), key=str), sep="\n")


def test_malformed_bodies(demo, keyspace, local):
    random, answers, wrong = Random(SEED), Counter(), []
    tag = demo.succeed(demo.api.run_backup([keyspace.name], [local]), "backup")["tag"]
    calls = malformed.bodies(tag)
    host = demo.api.get("/nodes")[0]["host_id"]
    state = state_of(demo)
    with unmoved_workers(demo):
        for number in range(1200):
            method, path, members, needed = calls[number % len(calls)]
            path = path.format(cluster=demo.api.cluster, host=host)
            body = malformed.body(random, members, needed)
            if number % 2:
                status = ask(demo.url + path, method, body)
            else:
                status = scgi.status(scgi.exchange(demo.socket, scgi.request(method, path, body)))
            answers[method, path, status] += 1
            if status is None or not 400 <= status < 500:
                wrong.append((number, method, path, status, body[:200]))
    print(f"seed {SEED}:", *sorted(answers.items(), key=str), sep="\n")
    assert not wrong, (f"seed {SEED}: {len(wrong)} of them", *wrong[:20])
    assert state_of(demo) == state


def test_queries_that_make_no_sense(demo):
    random, wrong = Random(SEED), []
    with unmoved_workers(demo):
        for number in range(300):
            path = malformed.query(random).format(cluster=demo.api.cluster)
            status = ask(demo.url + path, "GET", None)
            if status is None or status >= 500:
                wrong.append((number, path[:200], status))
    assert not wrong, (f"seed {SEED}: {len(wrong)} of them", *wrong[:20])


def test_reports_that_make_no_sense(demo):
    (agent,) = (one for one in demo.api.get("/agents") if one["address"] == demo.hosts[0])
    token = json.loads((demo.directory / "agents" / "1" / "credentials.json").read_text())["token"]
    texts = ["datacenter", "rack", "partitioner", "schema_version", "cassandra_version"]
    sizes = ["free_bytes", "total_bytes", "used_bytes", "staging_free_bytes"]
    good = {
        **dict.fromkeys(texts, "x"), **dict.fromkeys(sizes, 1), "address": agent["address"],
        "agent_url": agent["agent_url"], "agent_version": "x", "node_state": "down",
        "tokens": ["1"], "data_directories": [], "keyspaces": {}}
    for report in malformed.reports(good):
        status = ask(
            f"{demo.url}/{demo.api.cluster}/agents/{agent['host_id']}", "PUT",
            json.dumps(report).encode(), {"Authorization": f"Bearer {token}"})
        assert status == 400, report
    assert "down" not in [node["state"] for node in demo.api.get("/nodes")]


def ask(url, method, body, headers={}):
    """The status of the answer; `None` where it is not JSON to its end."""
    request = urllib.request.Request(url, method=method, data=body, headers=headers)
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        try:
            json.load(answer)
        except (ValueError, http.client.IncompleteRead):
            return None
        return answer.status


def state_of(demo):
    """What no malformed request may change."""
    clusters = Api(demo.url, "cluster-configs").get("")
    return clusters, demo.api.get("/backups/destinations"), demo.api.get("/backups"), [
        (event["backup_id"], event["type"]) for event in demo.api.get("/backup-activity")]
