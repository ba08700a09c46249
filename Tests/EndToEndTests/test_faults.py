"""Faults between the agents and a real object store, in whole backups and restores of the real
cluster: each ends in success by itself or in an error that names the cause, and what is called good
restores row for row."""

import itertools

import pytest

from fault_proxy import (
    Answer, CutOff, Damage, FaultProxy, Hold, Reset, Shorten, Silence)
from photos import Photos
from rows import same_rows
from stores import add
from story import tag_of
from waiting import wait_for

PROVIDERS = ["s3", pytest.param("azure", marks=pytest.mark.full)]
numbers = itertools.count(1)


class Behind:
    """A destination of its own behind a proxy."""

    def __init__(self, demo, store):
        self.demo, self.store = demo, store
        self.proxy = FaultProxy(store.host)
        self.prefix = f"faults/{next(numbers)}"
        self.id = add(demo, store.at(self.prefix, self.proxy.host))

    def back_up(self, keyspace):
        """The tag of a backup that ends in success."""
        return tag_of(self.demo.api, self.demo.succeed(
            self.demo.api.run_backup([keyspace.name], [self.id]), "backup"))

    def verify(self, tag):
        """The last status of a full verification, and the problems that it has found."""
        status = self.demo.api.wait(self.demo.api.post(
            "/backups/verify", {"tag": tag, "destination": self.id, "mode": "full"}))
        listed = self.demo.api.get(f"/backups?destination={self.id}")[tag]
        return status, listed.get("problems")

    def is_good(self, keyspace, tag, rows):
        """It verifies, restores row by row, and the store has no leftovers of it."""
        status, problems = self.verify(tag)
        assert status["state"] == "success" and not problems, (status, problems)
        keyspace.truncate()
        self.demo.succeed(self.demo.api.restore(tag, keyspace.name, self.id), "restore")
        same_rows(rows, keyspace.dump())
        if self.store.provider == "s3":
            assert self.store.uploads(self.prefix) == []

    def end(self):
        """Takes its objects along, because the store is in memory."""
        self.proxy.heal()
        for tag in self.demo.api.get(f"/backups?destination={self.id}"):
            self.demo.succeed(self.demo.api.call(
                "DELETE", f"/backups?tag={tag}&destination={self.id}"), "deletion")
        self.proxy.end()


@pytest.fixture(scope="module")
def photos(demo):
    made = Photos(demo.hosts)
    made.create()
    return made


@pytest.fixture
def behind(demo, s3_store, azure_store, request):
    """A destination behind a proxy; the test's parameter `provider` says of which kind."""
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    store = azure_store if parameters.get("provider") == "azure" else s3_store
    made = Behind(demo, store)
    try:
        yield made
    finally:
        made.end()


def is_part(request):
    return request.is_part


def is_any(request):
    return True


# ── What passes ─────────────────────────────────────────────────────────────────────────────────

BUSY = {"s3": "SlowDown", "azure": "ServerBusy"}
KINDS = {
    "reset": lambda provider: Reset(is_part, times=4),
    "500": lambda provider: Answer(is_any, 500, "InternalError", seconds=4),
    "503": lambda provider: Answer(is_any, 503, "ServiceUnavailable", seconds=4),
    "busy": lambda provider: Answer(is_part, 503, BUSY[provider], seconds=4),
    "silence": lambda provider: Silence(is_part, 10, times=3),
}


def some_faults():
    """All at once on S3; each by itself, and Azure, in a full run."""
    for provider in ("s3", "azure"):
        for name, kinds in [("all", list(KINDS)), *((kind, [kind]) for kind in KINDS)]:
            is_short = (provider, name) == ("s3", "all")
            yield pytest.param(
                provider, kinds, id=f"{provider}-{name}", marks=[] if is_short else pytest.mark.full)


@pytest.mark.parametrize("provider, kinds", some_faults())
def test_a_fault_that_passes_is_got_over(demo, photos, behind, provider, kinds):
    rows = photos.dump()
    faults = [behind.proxy.harm(KINDS[kind](provider)) for kind in kinds]
    tag = behind.back_up(photos)
    assert all(fault.happened for fault in faults), [fault.happened for fault in faults]
    assert behind.proxy.count(is_part) > 3, "nothing went up in parts"
    behind.proxy.heal()
    behind.is_good(photos, tag, rows)


# ── What does not pass ──────────────────────────────────────────────────────────────────────────

@pytest.mark.full
@pytest.mark.parametrize("provider", PROVIDERS)
def test_credentials_that_are_revoked_half_way(demo, photos, behind, provider):
    rows = photos.dump()
    code = {"s3": "InvalidAccessKeyId", "azure": "AuthenticationFailed"}[provider]
    began = []

    def is_second_half(request):
        if request.is_part:
            began.append(request)
        return len(began) > 2

    behind.proxy.harm(Answer(is_second_half, 403, code, "The key was revoked."))
    status = demo.api.wait(demo.api.run_backup([photos.name], [behind.id]))
    tag = status["tag"]
    # The copy on the nodes is good, and the other came to nothing.
    assert status["state"] == "partial", status
    events = {
        event["destination"]["id"]: event
        for event in demo.api.get("/backup-activity?count=10&filter_type=backup")
        if event["backup_id"] == tag}
    assert events["OPSC_ON_SERVER"]["status"] == "success"
    assert events[behind.id]["status"] == "error", events[behind.id]
    assert behind.id in status["details"]["message"], status
    for message in (status["details"]["message"], events[behind.id]["message"]):
        for word in [*demo.hosts, behind.proxy.host if provider == "s3" else "devacct", code,
                     "The key was revoked."]:
            assert word in message, (word, message)
        assert behind.store.fields.get("access_secret", behind.store.fields.get("storage_key")) \
            not in message
    assert tag not in demo.api.get(f"/backups?destination={behind.id}")
    photos.truncate()
    demo.succeed(demo.api.restore(tag, photos.name), "restore from the nodes")
    same_rows(rows, photos.dump())
    # The key is good again.
    behind.proxy.heal()
    demo.succeed(
        demo.api.post("/backups/sync", {"tag": tag, "destinations": {behind.id: {}}}), "sync")
    behind.is_good(photos, tag, rows)


# ── Wrong bytes ─────────────────────────────────────────────────────────────────────────────────

def object_of(target):
    """The name of the file that a request asks for."""
    return target.split("?")[0].rsplit("/", 1)[1]


@pytest.mark.parametrize("harm", [Damage, pytest.param(Shorten, marks=pytest.mark.full)])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_wrong_bytes_are_refused_before_anything_is_truncated(
        demo, keyspace, behind, provider, harm):
    tag = behind.back_up(keyspace)
    keyspace.execute(f"INSERT INTO {keyspace.name}.customers (id, name) VALUES (-1, 'later')")
    live = keyspace.dump()
    victims = []

    def is_victim(request):
        """The first Data.db that is asked for, every time."""
        if request.is_reading and object_of(request.target).endswith("-Data.db"):
            victims.append(object_of(request.target))
            return victims[-1] == victims[0]
        return False

    behind.proxy.harm(harm(is_victim))
    status = demo.api.wait(demo.api.restore(tag, keyspace.name, behind.id))
    assert status["state"] == "error", status
    assert victims[0] in status["details"]["message"], status
    same_rows(live, keyspace.dump())
    status, problems = behind.verify(tag)
    assert status["state"] == "error" and victims[0] in status["details"]["message"], status
    assert [problem["file"] for problem in problems] == [victims[0]]
    behind.proxy.heal()
    status, problems = behind.verify(tag)
    assert status["state"] == "success" and not problems, (status, problems)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_wrong_bytes_that_pass_are_read_again(demo, keyspace, behind, provider):
    rows = keyspace.dump()
    tag = behind.back_up(keyspace)
    seen = {}

    def is_first(request):
        """Not what is read again."""
        return request.is_reading and seen.setdefault(request.target, request) is request

    faults = [behind.proxy.harm(harm(is_first, times=2)) for harm in (Damage, CutOff, Shorten)]
    keyspace.truncate()
    demo.succeed(demo.api.restore(tag, keyspace.name, behind.id), "restore")
    assert [fault.happened for fault in faults] == [2, 2, 2]
    same_rows(rows, keyspace.dump())


# ── An agent that is killed ─────────────────────────────────────────────────────────────────────

def host_id(demo, node):
    return next(one["host_id"] for one in demo.api.get("/nodes")
                if one["node_ip"] == demo.hosts[node - 1])


@pytest.mark.full
def test_an_agent_that_is_killed_leaves_no_upload_in_parts(demo, photos, behind):
    rows = photos.dump()
    hosts = {host_id(demo, node): node for node in (1, 2, 3)}
    parts = []

    def is_part_of_one_node(part):
        """Which of the nodes have enough for an upload in parts, their tokens decide."""
        if part.is_part:
            parts.append(part.target)
        return part.is_part and node_of(part.target) == node_of(parts[0])

    def node_of(target):
        return next(node for host, node in hosts.items() if host in target)

    hold = behind.proxy.harm(Hold(is_part_of_one_node, times=1))
    request = demo.api.run_backup([photos.name], [behind.id])
    wait_for("a part", lambda: hold.happened)
    node = node_of(parts[0])
    host = next(host for host in hosts if hosts[host] == node)
    assert any(host in key for key in behind.store.uploads(behind.prefix))
    begun = behind.proxy.count(lambda one: host in one.target and one.target.endswith("?uploads="))
    demo.kill(f"agent-{node}")
    hold.end()
    tag = tag_of(demo.api, demo.succeed(request, "backup"))
    assert begun < behind.proxy.count(
        lambda one: host in one.target and one.target.endswith("?uploads=")), "it went on"
    behind.is_good(photos, tag, rows)


# ── Deletion ────────────────────────────────────────────────────────────────────────────────────

def delete(demo, tag, destination):
    return demo.api.call("DELETE", f"/backups?tag={tag}&destination={destination}")


def file_keys(store, prefix):
    return {key for key in store.keys(f"{prefix}/snapshots/") if "/sstables/" in key}


@pytest.mark.full
@pytest.mark.parametrize("is_killed", [False, True], ids=["", "killed"])
def test_one_of_three_backups_is_deleted_from_a_store(demo, keyspace, behind, is_killed):
    tags, dumps, held = [], [], []
    for _ in range(3):
        keyspace.load(300)
        dumps.append(keyspace.dump())
        tags.append(behind.back_up(keyspace))
        held.append(file_keys(behind.store, behind.prefix))
    assert held[0] < held[1] < held[2]
    # The newest alone has what came last.
    hold = behind.proxy.harm(Hold(
        lambda request: is_killed and request.is_deletion and b"/sstables/" in request.body,
        times=1))
    request = delete(demo, tags[2], behind.id)
    if is_killed:
        wait_for("the deletion of files", lambda: hold.happened)
        body = next(one.body for one in behind.proxy.requests
                    if one.is_deletion and b"/sstables/" in one.body)
        node = next(node for node in (1, 2, 3) if host_id(demo, node).encode() in body)
        demo.kill(f"agent-{node}")
        assert held[1] <= file_keys(behind.store, behind.prefix)
    hold.end()
    demo.succeed(request, "deletion")
    assert file_keys(behind.store, behind.prefix) == held[1]
    for tag, dump in list(zip(tags, dumps))[:2]:
        behind.is_good(keyspace, tag, dump)


# With fewer in the normal run: the driver's own tests.
@pytest.mark.full
@pytest.mark.parametrize("count", [1_100, 10_000])
def test_a_thousand_objects_are_deleted_with_each_call(demo, keyspace, behind, count):
    first, second = (behind.back_up(keyspace) for _ in range(2))
    kept = file_keys(behind.store, behind.prefix)
    host = host_id(demo, 1)
    folder = f"{behind.prefix}/snapshots/{host}/sstables"
    behind.store.put_many(f"{folder}/{number:064x}-ks-cf-ic-1-Data.db" for number in range(count))
    demo.succeed(delete(demo, first, behind.id), "deletion")
    assert file_keys(behind.store, behind.prefix) == kept
    calls = behind.proxy.count(
        lambda request: request.is_deletion and host.encode() in request.body)
    singly = behind.proxy.count(
        lambda request: request.method == "DELETE" and host in request.target)
    assert calls <= -(-count // 1000) + 2 and singly == 0, (calls, singly)
    assert behind.verify(second)[0]["state"] == "success"
