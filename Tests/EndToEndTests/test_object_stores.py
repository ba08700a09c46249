"""The real cluster through object stores: a real S3 server, and an Azure endpoint that checks every
signature."""

import base64

import pytest

from rows import same_rows
from stores import add
from story import ApiError, tag_of


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


@pytest.mark.full
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


@pytest.mark.full
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
