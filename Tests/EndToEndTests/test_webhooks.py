"""Webhooks: who wants to know is told of backups that fail, end in part or are late; once, signed,
again where nobody heard it; whoever dies meanwhile. The receivers are real ones."""

import datetime
import ipaddress
import json
import shutil
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks.webhooks import WebhookVerificationError

import bare as bare_service
import receiver as receivers
import walled as walled_service
from description import DESCRIPTION
from helenusctl import Command, column
from waiting import wait_for

CLUSTERS = ("Ours", "Theirs")
ATTEMPTS = 4


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Makes certificates for 127.0.0.1; `ca.pem` is its own."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def bare(authority):
    """An executor that loses no time: three pauses of some tenths of a second, and two seconds for
    an answer."""
    with bare_service.started(
            WEBHOOK_PAUSES="0.2,0.3,0.4", WEBHOOK_TIME_LIMIT=2,
            WEBHOOK_CA_FILE=authority.folder / "ca.pem") as running:
        yield running


@pytest.fixture(scope="module")
def service(bare):
    """Two clusters without any node, so that every backup fails at once, each with its own
    operator; and one who only looks."""
    with walled_service.started(bare) as running:
        running.add_user("root", "--role", "admin")
        root = running.ctl("token", "issue", "root", "--days", "1")
        running.tokens = {}
        for name in CLUSTERS:
            running.ask("POST", "/cluster-configs", {
                "name": name, "cassandra": {"seed_hosts": "127.0.0.1"}}, bearer=root)
            running.add_user(name, "--cluster", f"{name}=operator")
            running.tokens[name] = running.ctl("token", "issue", name, "--days", "1")
        running.add_user("viewer", "--cluster", "Ours=viewer")
        running.tokens["viewer"] = running.ctl("token", "issue", "viewer", "--days", "1")
        yield running


@pytest.fixture
def receiver():
    with receivers.listening() as running:
        yield running


@pytest.fixture
def hooks(service):
    """Webhooks that go with the test."""
    made = Hooks(service)
    yield made
    made.remove_all()


class Hooks:
    def __init__(self, service):
        self._service, self._made = service, []

    def add(self, url, cluster="Ours", **members):
        """Its path and its secret."""
        made = self.ask("POST", f"/{cluster}/webhooks", {"url": url, **members}, 201)
        self._made.append((cluster, f"/{cluster}/webhooks/{made['id']}"))
        return self._made[-1][1], made["secret"]

    def ask(self, method, path, body=None, status=200):
        """As the operator of the cluster in the path."""
        answer = self._service.ask(
            method, path, body, bearer=self._service.tokens[path.split("/")[1]])
        assert answer.status == status, f"{method} {path}: {answer.status} {answer.text}"
        return answer.json

    def deliveries(self, path):
        return self.ask("GET", path)["deliveries"]

    def ended(self, path, count=1):
        """Its deliveries, once there are so many and none of them waits."""
        return wait_for("the end of all deliveries", lambda: (
            (found := self.deliveries(path)) and len(found) >= count
            and all(one["status"] != "pending" for one in found) and found))

    def fail(self, cluster="Ours"):
        """Has a backup fail; answers the request."""
        request = self.ask("POST", f"/{cluster}/backups/run", {})
        wait_for("the backup's end", lambda: self.ask(
            "GET", f"/{cluster}/request/{request}/status")["state"] == "error")
        return request

    def remove_all(self):
        for _, path in self._made:
            self.ask("DELETE", path)


# ── What is told ────────────────────────────────────────────────────────────────────────────────

def test_a_backup_that_fails_is_told_once_and_signed(hooks, receiver):
    path, secret = hooks.add(receiver.url)
    silent, _ = hooks.add(receiver.url, events=["backup.partial"])
    request = hooks.fail()
    (post,) = receiver.wait()
    told = post.verified(secret)
    assert post.path == "/helenus?team=db" and post.headers["content-type"] == "application/json"
    assert told["type"] == "backup.failed"
    datetime.datetime.fromisoformat(told["timestamp"])
    data = told["data"]
    assert data["request_id"] == request and data["cluster_id"] == "Ours"
    assert data["status"] == "error" and data["message"] and data["schedule_id"] is None
    assert data["started"] <= data["finished"]
    (place,) = data["destinations"]
    assert place["id"] == "OPSC_ON_SERVER" and place["status"] == "error" and place["message"]
    DESCRIPTION.check_schema("WebhookMessage", told)

    (delivery,) = hooks.ended(path)
    assert delivery["id"] == post.id and delivery["payload"] == told
    assert (delivery["status"], delivery["attempts"], delivery["last_status"]) == (
        "delivered", 1, 204)
    assert hooks.deliveries(silent) == [] and len(receiver.posts) == 1
    # Not one byte of it may be another.
    post.body = post.body.replace(b"error", b"ERROR")
    with pytest.raises(WebhookVerificationError):
        post.verified(secret)


def test_a_scheduled_backup_that_does_not_come_is_late_once(bare, hooks, receiver):
    path, secret = hooks.add(receiver.url, late_grace_seconds=3)
    with bare.database() as database, database.cursor() as cursor:
        cursor.execute("SELECT now() AT TIME ZONE 'UTC' + interval '2 seconds'")
        moment = cursor.fetchone()[0]
    schedule = hooks.ask("POST", "/Ours/job-schedules", {
        "first_run_date": moment.strftime("%Y-%m-%d"),
        "first_run_time": moment.strftime("%H:%M:%S"), "interval": 1, "interval_unit": "days",
        "job_params": {"type": "backup", "keyspaces": []}}, 201)
    told = [post.verified(secret) for post in receiver.wait(2)]
    by_type = {one["type"]: one["data"] for one in told}
    due = int(moment.replace(microsecond=0, tzinfo=datetime.timezone.utc).timestamp())
    assert by_type["backup.failed"]["schedule_id"] == schedule
    late = by_type["backup.late"]
    assert late["schedule_id"] == schedule and late["due"] == due and late["last_good"] is None
    assert late["last_request_id"] == by_type["backup.failed"]["request_id"]
    for one in told:
        DESCRIPTION.check_schema("WebhookMessage", one)
    hooks.ask("DELETE", f"/Ours/job-schedules/{schedule}")
    assert len(hooks.ended(path, 2)) == len(receiver.posts) == 2


# ── Who does not hear ───────────────────────────────────────────────────────────────────────────

def test_a_receiver_that_fails_gets_it_again_with_the_same_id(hooks, receiver):
    receiver.answers = [500, 302, 204]
    path, secret = hooks.add(receiver.url)
    hooks.fail()
    posts = receiver.wait(3)
    assert len({post.id for post in posts}) == 1 and len({post.body for post in posts}) == 1
    # It was not led elsewhere, and every attempt is signed for its own moment.
    assert {post.path for post in posts} == {"/helenus?team=db"}
    for post in posts:
        post.verified(secret)
    (delivery,) = hooks.ended(path)
    assert (delivery["status"], delivery["attempts"]) == ("delivered", 3)
    assert delivery["last_error"] is None and delivery["next_attempt"] is None


def test_what_nobody_hears_is_given_up_and_stays_visible(hooks, receiver):
    receiver.answers = [503]
    path, _ = hooks.add(receiver.url)
    hooks.fail()
    (delivery,) = hooks.ended(path)
    assert (delivery["status"], delivery["attempts"]) == ("failed", ATTEMPTS)
    assert delivery["last_status"] == 503 and "503" in delivery["last_error"]
    assert len(receiver.posts) == ATTEMPTS


def test_of_an_answer_nothing_but_its_status_is_read(hooks, receiver):
    receiver.answers, receiver.floods = [200], True
    path, _ = hooks.add(receiver.url)
    hooks.fail()
    (delivery,) = hooks.ended(path)
    assert (delivery["status"], delivery["attempts"]) == ("delivered", 1)
    assert receiver.was_cut_off.wait(10)


def test_a_receiver_that_is_gone_is_told_nothing_more(hooks, receiver):
    receiver.answers = [410]
    path, _ = hooks.add(receiver.url)
    hooks.fail()
    wait_for("the end", lambda: not hooks.ask("GET", path)["enabled"])
    assert "410" in hooks.ask("GET", path)["disabled_reason"]
    hooks.fail()
    assert len(hooks.ended(path)) == len(receiver.posts) == 1
    hooks.ask("POST", f"{path}/test", status=409)


def test_a_silent_receiver_of_one_cluster_holds_up_no_other(hooks, receiver):
    with receivers.listening() as silent:
        silent.answers = [None]
        paths = [hooks.add(silent.url, "Theirs")[0] for _ in range(6)]
        path, secret = hooks.add(receiver.url)
        hooks.fail("Theirs")
        silent.wait(4)
        hooks.fail()
        (post,) = receiver.wait()
        post.verified(secret)
        hooks.ended(path)
        # Four of the cluster at once, each of them for two seconds.
        assert all(one["pending"] for one in hooks.ask("GET", "/Theirs/webhooks"))
        for one in paths:
            hooks.ask("PUT", one, {"enabled": False})


# ── Who dies meanwhile ──────────────────────────────────────────────────────────────────────────

def test_a_killed_executor_loses_nothing(bare, hooks, receiver):
    receiver.answers = [None, 204]
    path, secret = hooks.add(receiver.url)
    hooks.fail()
    receiver.wait()
    bare.kill_executor()
    assert hooks.deliveries(path)[0]["status"] == "pending"
    receiver.hear()
    bare.start_executor()
    first, second = receiver.wait(2)
    assert first.id == second.id and first.verified(secret) == second.verified(secret)
    (delivery,) = hooks.ended(path)
    assert delivery["status"] == "delivered" and delivery["attempts"] == 2


# ── Whom it may be told, and by whom ────────────────────────────────────────────────────────────

@pytest.mark.parametrize("url", [
    "http://10.0.0.7/x", "http://alerts.example.org", "ftp://127.0.0.1/x", "file:///etc/passwd",
    "https://user:word@alerts.example.org", "127.0.0.1:80", "http://127.0.0.1@example.org"])
def test_other_addresses_are_refused(hooks, url):
    answer = hooks.ask("POST", "/Ours/webhooks", {"url": url}, 400)
    assert answer["type"] == "InvalidArguments" and answer["message"].startswith("url: "), answer


def test_a_certificate_is_verified(hooks, authority):
    with receivers.listening(authority.certificate("known")) as known, \
            receivers.listening(Authority(authority.folder / "other").certificate("x")) as stranger:
        trusted, secret = hooks.add(known.url)
        refused, _ = hooks.add(stranger.url)
        for path in (trusted, refused):
            hooks.ask("POST", f"{path}/test")
        (post,) = known.wait()
        assert post.verified(secret)["type"] == "webhook.test"
        (delivery,) = hooks.ended(refused)
        assert delivery["status"] == "failed" and "certificate" in delivery["last_error"]
        assert stranger.posts == []


def test_another_cluster_sees_nothing_and_a_viewer_changes_nothing(service, hooks, receiver):
    path, _ = hooks.add(receiver.url, "Theirs")
    ours = path.replace("Theirs", "Ours")
    assert hooks.ask("GET", "/Ours/webhooks") == []
    for method, target in (
            ("GET", ours), ("PUT", ours), ("DELETE", ours), ("POST", ours + "/test")):
        hooks.ask(method, target, {} if method == "PUT" else None, 404)
    for method, target in (("GET", path), ("GET", "/Theirs/webhooks"), ("POST", path + "/test")):
        answer = service.ask(method, target, bearer=service.tokens["Ours"])
        assert answer.status == 404 and answer.json["type"] == "NoSuchCluster"
    hooks.fail()
    path, _ = hooks.add(receiver.url)
    viewer = service.tokens["viewer"]
    assert service.ask("GET", path, bearer=viewer).status == 200
    for method, target in (("PUT", path), ("DELETE", path), ("POST", path + "/test"),
                           ("POST", "/Ours/webhooks")):
        assert service.ask(method, target, {"url": "https://x"}, bearer=viewer).status == 403
    assert receiver.posts == []


def test_the_secret_is_told_once(bare, service, hooks, receiver):
    path, secret = hooks.add(receiver.url)
    hooks.ask("POST", f"{path}/test")
    receiver.wait()
    hooks.ended(path)
    dump = subprocess.run(
        [bare_service.POSTGRES / "pg_dump", "--host", bare.directory / "run" / "postgres",
         "--username", "postgres", "helenus"], check=True, stdout=subprocess.PIPE, text=True).stdout
    assert path.split("/")[-1] in dump
    texts = [dump, *(json.dumps(hooks.ask("GET", one)) for one in (path, "/Ours/webhooks"))]
    texts += [file.read_text() for file in (
        bare.directory / "executor.log", service.directory / "api.log",
        service.directory / "logs" / "access.log")]
    assert "told a webhook: webhook.test" in texts[3]
    for text in texts:
        assert secret.removeprefix("whsec_").rstrip("=") not in text


# ── On a real cluster, by the operator's command ────────────────────────────────────────────────

def test_a_backup_that_ends_in_part_is_told_to_whom_the_command_names(demo, keyspace, receiver):
    command = Command(demo)
    path = demo.directory / "backups" / "in-the-way"
    place = demo.api.local_destination(str(path))
    made = command("webhook", "add", receiver.url, "--event", "backup.partial", "--event",
                   "backup.failed", "--description", "on call")
    identifier, secret = made.split()
    assert column(command("webhook", "list"), "ID") == [identifier]
    assert ": delivered" in command("webhook", "test", identifier)
    # A file where the destination's folder should be.
    shutil.rmtree(path)
    path.touch()
    try:
        status = demo.api.wait(demo.api.run_backup([keyspace.name], [place]))
        assert status["state"] == "partial", status
        told = receiver.wait(2)[1].verified(secret)
    finally:
        path.unlink()
        path.mkdir()
    assert told["type"] == "backup.partial" and told["data"]["backup_id"] == status["tag"]
    assert told["data"]["message"] == status["details"]["message"]
    assert told["data"]["keyspaces"] == [keyspace.name]
    assert {one["id"]: one["status"] for one in told["data"]["destinations"]} == {
        "OPSC_ON_SERVER": "success", place: "error"}
    shown = command("webhook", "show", identifier)
    assert shown.startswith(f"{receiver.url} on\n") and secret not in shown
    table = shown.split("\n", 1)[1]
    assert column(table, "TYPE") == ["backup.partial", "webhook.test"]
    assert json.loads(command("webhook", "show", identifier, "--json"))["id"] == identifier
    receiver.answers = [500]
    assert ": failed: " in command("webhook", "test", identifier, exits=1)
    command("webhook", "remove", identifier)
    assert command("webhook", "list").splitlines()[1:] == []


class Authority:
    """Makes keys and certificates in a folder."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
        own = self._made(self._name, self._key.public_key(), x509.BasicConstraints(True, None))
        (folder / "ca.pem").write_bytes(own.public_bytes(serialization.Encoding.PEM))

    def certificate(self, name):
        """A file with a key and its certificate for 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._made(
            x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]), key.public_key(),
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]))
        file = self.folder / f"{name}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption())
            + made.public_bytes(serialization.Encoding.PEM))
        return file

    def _made(self, name, key, extension):
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(extension, critical=False).sign(self._key, hashes.SHA256()))
