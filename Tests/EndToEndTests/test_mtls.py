"""Agents and executors prove to each other who they are; agents join, renew and are shut out."""

import contextlib
import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
import uuid

import pytest

import certificates
from certificates import ctl, owner
from nodetool import held_snapshots
from story import ApiError
from waiting import wait_for

# Seconds for which the certificate of the agent that joins anew holds; 2/3 of it are waited for.
LIFE = 12


def health(demo, node, context):
    """What an agent answers to a question for which TLS is enough."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", certificates.port(demo, node), timeout=20, context=context)
    try:
        connection.request("GET", "/v1/health")
        return connection.getresponse().read()
    finally:
        connection.close()


def test_an_agent_answers_executors_of_its_authority_only(demo, tmp_path):
    right = certificates.context(demo, certificates.executor(demo))
    assert health(demo, 1, right) == b"ok"
    ctl(demo, "ca", "create", tmp_path / "ca")
    ctl(demo, "ca", "client", tmp_path / "stranger.pem", "--ca", tmp_path / "ca")
    own = demo.directory / "agents"
    for who in [None, tmp_path / "stranger.pem", own / "1/certificate.pem",
                own / "2/certificate.pem"]:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            health(demo, 1, certificates.context(demo, who))
    plain = http.client.HTTPConnection("127.0.0.1", certificates.port(demo, 1), timeout=20)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        plain.request("GET", "/v1/health")
        plain.getresponse()
    # The certificate alone commands nothing.
    order = urllib.request.Request(
        f"https://127.0.0.1:{certificates.port(demo, 1)}/v1/node",
        headers={"Authorization": "Bearer wrong"})
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(order, timeout=20, context=right)
    assert health(demo, 1, right) == b"ok"


def test_an_executor_refuses_an_agent_with_a_certificate_of_another_enrolment(demo):
    def destination():
        return demo.api.local_destination(str(demo.directory / "backups" / f"m-{uuid.uuid4()}"))

    # Outside of a transaction, which `with` alone would begin: each statement is seen at once.
    with contextlib.closing(demo.database()) as database, database.cursor() as cursor:
        of_node = "FROM helenus.node WHERE address = %s"
        cursor.execute(f"SELECT enrolment_id {of_node}", [demo.hosts[1]])
        (enrolment,) = cursor.fetchone()
        put = "UPDATE helenus.node SET enrolment_id = %s WHERE address = %s"
        cursor.execute(put, [str(uuid.uuid4()), demo.hosts[1]])
        try:
            with pytest.raises(ApiError, match="no certificate of this node's agent") as refused:
                destination()
            assert refused.value.status == 400 and demo.hosts[1] in refused.value.body
        finally:
            cursor.execute(put, [enrolment, demo.hosts[1]])
    destination()


def answer_of_api(demo, path, method, body, token):
    request = urllib.request.Request(
        f"{demo.url}/{demo.api.cluster}/agents/{path}", method=method,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def agent_of(demo, address):
    found = [one for one in demo.api.get("/agents") if one["address"] == address]
    return found[0] if found else None


def let_certificates_hold(demo, seconds):
    """Starts the executors again, with another life of certificates; `None` for their own."""
    for number in (1, 2):
        file = demo.directory / "etc" / f"executor-{number}.env"
        lines = [line for line in file.read_text().splitlines() if "CERTIFICATE" not in line]
        lines += [f"HELENUS_AGENT_CERTIFICATE_SECONDS={seconds}"] if seconds else []
        file.write_text("\n".join(lines) + "\n")
        pid = demo.pid(f"executor-{number}")
        demo.kill(f"executor-{number}")
        wait_for(f"executor {number}", lambda: is_new(demo, f"executor-{number}", pid))


def is_new(demo, name, pid):
    """Whether another process than that one runs, by a file that is being written meanwhile."""
    words = (demo.directory / "run" / "pids" / f"{name}.pid").read_text().split()
    return bool(words) and int(words[0]) != pid


def test_a_revoked_agent_joins_anew_and_renews_its_certificate_under_a_backup(demo, keyspace, local):
    state = demo.directory / "agents" / "3"
    token = json.loads((state / "credentials.json").read_text())["token"]
    host = agent_of(demo, demo.hosts[2])["host_id"]
    ctl(demo, "agent", "revoke", "--cluster", demo.api.cluster, "--host", host, *owner(demo))
    assert agent_of(demo, demo.hosts[2]) is None
    assert answer_of_api(demo, f"{host}/certificate", "POST", {}, token) == 401
    begun = (demo.directory / "log" / "agent-3.log").read_text().count("begin ")
    demo.api.local_destination(str(demo.directory / "backups" / f"m-{uuid.uuid4()}"))
    assert (demo.directory / "log" / "agent-3.log").read_text().count("begin ") == begun

    let_certificates_hold(demo, LIFE)
    (state / "credentials.json").unlink()
    file = demo.directory / "etc" / "agent-3.token"
    file.write_text(ctl(
        demo, "agent", "enroll", "--cluster", demo.api.cluster, "--ca",
        demo.directory / "etc" / "ca" / "ca.pem", *owner(demo)) + "\n")
    demo.kill("agent-3")

    def certified(at_least):
        agent = agent_of(demo, demo.hosts[2])
        expires = agent and agent["certificate_expires"]
        return expires and expires > time.time() + at_least

    wait_for("the new certificate", lambda: certified(0))
    assert not certified(LIFE + 1)
    let_certificates_hold(demo, None)
    pid = demo.pid("agent-3")
    wait_for("the agent's report", lambda: any(
        node["node_ip"] == demo.hosts[2] and node["last_seen"] > time.time() - 30
        for node in demo.api.get("/nodes")))
    with held_snapshots(demo, 3) as hold:
        request = demo.api.run_backup([keyspace.name], [local])
        wait_for("the snapshot", hold.waiting)
        wait_for("the renewal", lambda: certified(86_400), seconds=4 * LIFE)
        assert demo.api.status(request)["state"] == "running"
    demo.succeed(request, "the backup")
    assert demo.pid("agent-3") == pid
    assert health(demo, 3, certificates.context(demo, certificates.executor(demo))) == b"ok"
