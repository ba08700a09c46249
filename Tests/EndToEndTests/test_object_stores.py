"""The real cluster through object stores: OpenStack Swift with its S3 API, which verifies every
signature and checksum, and an Azure endpoint that checks every Shared Key with Microsoft's code."""

import base64
import hashlib
import hmac
import os
import pathlib
import secrets
import socket
import subprocess
import time

import pytest
import requests

from rows import same_rows
from story import ApiError, tag_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVERS = ROOT / "Tests" / "Support" / "object-stores"
CACHE = pathlib.Path(os.environ.get("HELENUS_CACHE", pathlib.Path.home() / ".cache" / "helenus"))


def free_ports(count):
    """The first of a row of free ports."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
        if first + count > 65535:
            continue
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue


class Server:
    """A server that lives as long as its standard input."""

    def __init__(self, command, first_line="", **environment):
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment})
        self.process.stdin.write(first_line)
        self.process.stdin.flush()
        self.ready = self.process.stdout.readline().strip()
        assert self.ready.startswith("ready"), f"{command[0]}: '{self.ready}'"

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)


def make_bucket(host, name, key, secret):
    """Signature V4, as Amazon's manual has it, for the one call that is not the product's."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    nothing = hashlib.sha256(b"").hexdigest()
    signed = "host;x-amz-content-sha256;x-amz-date"
    canonical = (
        f"PUT\n/{name}\n\nhost:{host}\nx-amz-content-sha256:{nothing}\nx-amz-date:{now}\n\n"
        f"{signed}\n{nothing}")
    scope = f"{now[:8]}/us-east-1/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signing = f"AWS4{secret}".encode()
    for part in [*scope.split("/"), text]:
        signing = hmac.new(signing, part.encode(), hashlib.sha256).digest()
    answer = requests.put(f"http://{host}/{name}", headers={
        "x-amz-content-sha256": nothing, "x-amz-date": now,
        "Authorization": f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={signed}, "
                         f"Signature={signing.hex()}"}, timeout=30)
    assert answer.status_code == 200, answer.text


@pytest.fixture(scope="module")
def s3(tmp_path_factory):
    """A bucket of OpenStack Swift as a destination's fields."""
    secret, port = secrets.token_hex(20), free_ports(5)
    server = Server(
        [SERVERS / "swift-server.sh", tmp_path_factory.mktemp("swift") / "d", port, "test:tester"],
        f"{secret}\n")
    try:
        make_bucket(f"127.0.0.1:{port}", "backups", "test:tester", secret)
        yield {
            "provider": "s3", "path": "backups/of/cassandra", "access_key": "test:tester",
            "access_secret": secret, "endpoint": f"http://127.0.0.1:{port}", "path_style": True}
    finally:
        server.end()


@pytest.fixture(scope="module")
def azure():
    """A container as a destination's fields."""
    key = base64.b64encode(secrets.token_bytes(64)).decode()
    server = Server(
        [CACHE / "venv" / "bin" / "python", SERVERS / "azure_blob_endpoint.py", "backups"],
        AZURE_ACCOUNT="devacct", AZURE_KEY=key)
    try:
        yield {
            "provider": "azure", "container_name": "backups", "subfolder": "of/cassandra",
            "storage_account_name": "devacct", "storage_key": key, "endpoint": server.ready.split()[1]}
    finally:
        server.end()


def add(demo, fields):
    answer = demo.api.post("/backups/destinations", fields)
    return next(iter(answer["destination"][0]))


def verified(demo, tag, destination):
    status = demo.succeed(
        demo.api.post(
            "/backups/verify", {"tag": tag, "destination": destination, "mode": "full"}),
        f"verification of {tag} on {destination}")
    listed = demo.api.get(f"/backups?destination={destination}")[tag]
    assert listed["verified_mode"] == "full" and not listed.get("problems"), (status, listed)


def test_one_run_to_all_kinds_of_destinations(demo, keyspace, local, s3, azure):
    stores = [add(demo, s3), add(demo, azure)]
    before = keyspace.dump()
    status = demo.succeed(
        demo.api.run_backup([keyspace.name], ["OPSC_ON_SERVER", local, *stores]), "backup")
    tag = tag_of(demo.api, status)
    events = [
        event for event in demo.api.get("/backup-activity?count=20") if event["backup_id"] == tag]
    assert {event["destination"]["id"] for event in events} == {"OPSC_ON_SERVER", local, *stores}
    assert all(event["status"] == "success" for event in events), events
    for store in stores:
        keyspace.truncate()
        assert keyspace.dump() == []
        demo.succeed(demo.api.restore(tag, keyspace.name, store), f"restore from {store}")
        same_rows(before, keyspace.dump())
        verified(demo, tag, store)


def test_one_of_two_backups_is_deleted_from_a_store(demo, keyspace, s3, azure):
    stores = [add(demo, s3), add(demo, azure)]
    before = keyspace.dump()
    first, second = (
        tag_of(demo.api, demo.succeed(demo.api.run_backup([keyspace.name], stores), "backup"))
        for _ in range(2))
    for store in stores:
        demo.succeed(
            demo.api.call("DELETE", f"/backups?tag={first}&destination={store}"), "deletion")
        assert first not in demo.api.get(f"/backups?destination={store}&list_all=1")
        verified(demo, second, store)
        keyspace.truncate()
        demo.succeed(demo.api.restore(second, keyspace.name, store), "restore")
        same_rows(before, keyspace.dump())


def test_a_compressed_backup_goes_through_a_store(demo, keyspace, s3, azure):
    stores = [add(demo, s3), add(demo, azure)]
    # Nothing of it is on disk yet.
    keyspace.execute(
        f"ALTER TABLE {keyspace.name}.customers WITH compression = {{'sstable_compression': ''}}")
    before = keyspace.dump()
    tag = tag_of(demo.api, demo.succeed(
        demo.api.run_backup([keyspace.name], stores, compressed=True), "backup"))
    with demo.database() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT destination_id, stored_bytes < bytes FROM helenus.backup_copy WHERE tag = %s",
            (tag,))
        assert set(cursor.fetchall()) >= {(store, True) for store in stores}
    for store in stores:
        verified(demo, tag, store)
        keyspace.truncate()
        assert keyspace.dump() == []
        demo.succeed(demo.api.restore(tag, keyspace.name, store), f"restore from {store}")
        same_rows(before, keyspace.dump())


@pytest.mark.parametrize("provider, secret", [("s3", "access_secret"), ("azure", "storage_key")])
def test_a_wrong_secret_is_refused_with_the_providers_reason(demo, s3, azure, provider, secret):
    fields = {"s3": s3, "azure": azure}[provider]
    wrong = base64.b64encode(b"another secret " * 4).decode()
    place = {"s3": {"path": "backups/elsewhere"}, "azure": {"subfolder": "elsewhere"}}[provider]
    with pytest.raises(ApiError) as refused:
        demo.api.post("/backups/destinations", {**fields, **place, secret: wrong})
    assert refused.value.status == 400 and wrong not in str(refused.value)
    reasons = {"s3": "SignatureDoesNotMatch", "azure": "AuthenticationFailed"}
    assert reasons[provider] in str(refused.value), str(refused.value)
