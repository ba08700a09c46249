"""After all other tests: no secret is anywhere but where it belongs."""

import base64
import json
import pathlib
import secrets
import subprocess
import urllib.parse

import pytest

from story import Api, ApiError
from waiting import wait_for

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")


def forms(secret):
    """A secret as it is, and as it is most often disguised."""
    raw = secret.encode()
    found = {
        raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"="),
        urllib.parse.quote(secret, safe="").encode()}
    if secret.startswith("whsec_"):
        # What counts is the key in it.
        key = base64.b64decode(secret.removeprefix("whsec_"))
        found |= {secret.removeprefix("whsec_").encode(), key, key.hex().encode()}
    return found


def dump(demo):
    """The whole database as text."""
    return subprocess.run(
        [PROGRAMS / "pg_dump", "--host", demo.directory / "run" / "postgres", "--username",
         "postgres", "helenus"], check=True, stdout=subprocess.PIPE).stdout


def files(demo):
    """What the processes wrote beside the database: logs, and what agents remember."""
    folders = [demo.directory / name for name in ("log", "nginx", "agents", "second/agent")]
    return [demo.directory / "postgres" / "server.log"] + [
        file for folder in folders for file in folder.rglob("*")
        # The agent's own credentials and key have to be there, for its eyes only.
        if file.is_file() and file.name not in ("credentials.json", "certificate.pem")]


@pytest.fixture
def told(demo):
    """Secrets that clients have told the API in every call that takes one."""
    made = [f"sEcr3t/{secrets.token_hex(8)}+Ab=" for _ in range(8)]
    s3 = {"provider": "s3", "path": "bucket", "access_key": "AKIA",
          "endpoint": "http://127.0.0.1:1", "region": "x"}
    azure = {"provider": "azure", "storage_account_name": "account",
             "container_name": "container", "endpoint": "http://127.0.0.1:1"}
    for body in [
        {**s3, "access_secret": made[0]}, {**azure, "storage_key": made[1]},
        [{**s3, "path": "other", "access_secret": made[2]}],
        {**s3, "id": "with-an-id", "path": ["wrong"], "access_secret": made[3]},
    ]:
        # Told while the client waits, not after the many attempts of a run.
        with pytest.raises(ApiError) as error:
            demo.api.post("/backups/destinations", body)
        assert error.value.status == 400, error.value
        assert not any(secret in error.value.body for secret in made)
    clusters = Api(demo.url, "cluster-configs")
    clusters.post("", {
        "name": "Secretive", "cassandra": {"seed_hosts": "127.0.0.9", "password": made[4]},
        "jmx": {"password": made[5], "username": "jmx"}})
    clusters.call("PUT", "/Secretive/partial", {"agents": {"ssl_keystore_password": made[6]}})
    made.append("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode())
    webhook = demo.api.post("/webhooks", {"url": "http://127.0.0.1:1", "secret": made[-1]})
    # Its executor opens it, and signs what nobody takes.
    demo.api.post(f"/webhooks/{webhook['id']}/test", {})
    wait_for("the attempt", lambda: demo.api.get(
        f"/webhooks/{webhook['id']}")["last_delivery"]["status"] == "failed")
    assert made[-1] not in json.dumps(demo.api.get("/webhooks"))
    with pytest.raises(ApiError):
        Api(demo.url, f"{demo.api.cluster}").call(
            "POST", f"/agents?token={made[7]}", {"host_id": "x"})
    shown = json.dumps(clusters.get("/Secretive"))
    assert "********" in shown and not any(secret in shown for secret in made)
    clusters.call("DELETE", "/Secretive")
    return made


@pytest.fixture
def own(demo):
    """Secrets that the parts of the service show each other."""
    etc = demo.directory / "etc"
    # After the dot stands what everybody may know.
    made = [file.read_text().split(".")[0] for file in etc.glob("agent-*.token")]
    for file in demo.directory.glob("agents/*/credentials.json"):
        assert file.stat().st_mode & 0o077 == 0, file
        credentials = json.loads(file.read_text())
        made += [credentials["token"], credentials["executor_secret"]]
    keys = [etc / "ca" / "ca.key", *demo.directory.glob("agents/*/certificate.pem")]
    for file in keys:
        assert file.stat().st_mode & 0o077 == 0, file
        made += lines_of_key(file.read_text())
    made += [line.split()[1] for line in (etc / "sealing.key").read_text().splitlines()]
    assert len(made) == 5 * len(demo.hosts) + 3 and all(len(secret) > 20 for secret in made)
    return made


def lines_of_key(pem):
    """The first two lines of a private key in PEM form, in which its number is."""
    head, *lines = pem.splitlines()
    assert "PRIVATE KEY" in head
    return lines[:2]


def test_no_secret_is_kept_in_clear(demo, told, own):
    wanted = {form: secret for secret in told + own for form in forms(secret)}
    places = [("the database", dump(demo))]
    places += [(str(file), file.read_bytes()) for file in files(demo)]
    assert len(places) > 15, places
    for place, content in places:
        found = [secret for form, secret in wanted.items() if form in content]
        assert not found, f"{place} holds {found}"


def test_the_search_finds_what_is_there(demo):
    """That the dump is whole, and the files are those that matter."""
    with demo.database() as database, database.cursor() as cursor:
        cursor.execute("SELECT encode(token_hash, 'hex') FROM helenus.node")
        hashes = [row[0].encode() for row in cursor]
    content = dump(demo)
    assert hashes and all(one in content for one in hashes)
    names = {file.name for file in files(demo)}
    assert {"api.log", "executor-1.log", "agent-1.log", "access.log", "agent.sqlite",
            "hashes.sqlite"} <= names, names
