"""While backups, syncs, deletions, restores and schedules run, processes are killed, PostgreSQL is
restarted, connections are cut, disks are filled and clocks are stepped. At the end nothing is
stuck, nothing is left over, and what was called good comes back."""

from world import ON_SERVER


def test_everything_has_come_to_an_end(aftermath):
    assert not aftermath.unrest, aftermath.unrest


def test_every_request_has_ended(peace):
    assert peace.api.get("/requests?state=running") == []
    assert {
        peace.api.status(request)["state"] for request in peace.ledger.requests
    } <= {"success", "partial", "error", "cancelled"}
    assert peace.world.execute(
        "SELECT id FROM helenus.job WHERE finished_at IS NULL OR lease_owner IS NOT NULL") == []
    assert [
        event for event in peace.api.get("/backup-activity?count=1000")
        if event["status"] == "running"] == []


def test_nobody_met_what_must_not_be(aftermath):
    assert not aftermath.ledger.wrong, aftermath.ledger.wrong + [aftermath.story()]


def test_no_process_has_crashed(aftermath):
    assert aftermath.crashes() == []


def test_chaos_was_not_idle(peace):
    """Otherwise the other tests would say little."""
    kinds = {
        event["type"] for event in peace.api.get("/backup-activity?count=1000")
        if event["status"] == "success"}
    assert "backup" in kinds, peace.story()
    assert peace.good_copies(), peace.story()


def test_no_snapshot_is_left_that_no_backup_names(peace):
    named = {tag for tag, place in peace.copies() if place == ON_SERVER}
    assert peace.snapshots() <= named, peace.story()


def test_a_deleted_copy_is_gone(peace):
    copies, snapshots = peace.copies(), peace.snapshots()
    for tag, place in sorted(peace.ledger.deleted):
        assert (tag, place) not in copies
        assert place != ON_SERVER or tag not in snapshots
    everywhere = {tag for tag, _ in peace.ledger.deleted} - {tag for tag, _ in copies}
    assert [name for tag in everywhere for name in peace.stored(f"/{tag}/")] == []


def test_every_backup_called_good_verifies(peace):
    found = [peace.verify(tag, place) for tag, place, _ in peace.good_copies()]
    assert not any(found), [one for one in found if one] + [peace.story()]


def test_a_restore_that_failed_succeeds_when_it_is_asked_for_again(peace):
    for asked in peace.ledger.unfinished():
        peace.ask_again(asked)


def test_every_backup_called_good_comes_back_row_for_row(peace):
    """Each from one of its copies: all of them have the bytes that their manifests say."""
    backups = {}
    for tag, place, keyspace in peace.good_copies():
        backups.setdefault((tag, keyspace), []).append(place)
    for number, ((tag, keyspace), places) in enumerate(backups.items()):
        if peace.ledger.rows_in(tag, keyspace):
            peace.comes_back(
                tag, places[number % len(places)], keyspace, in_place=number % 2 == 1)


def test_nothing_is_left_when_all_backups_are_deleted(peace):
    places = list(peace.world.destinations.values())
    # What a run that was given up has left on a destination, the next deletion there takes along.
    peace.back_up("still", places)
    for tag, place in peace.copies():
        peace.delete(tag, place)
    # Parts that a killed agent has left are called off before the next ones.
    tag = peace.back_up("photos", [peace.world.destinations["s3"]])
    assert peace.world.store.uploads() == []
    for place in (ON_SERVER, peace.world.destinations["s3"]):
        peace.delete(tag, place)
    peace.wait_for_peace()
    assert peace.copies() == []
    assert peace.snapshots() == set()
    assert peace.stored() == []
    assert peace.left_by_agents() == []
    assert peace.placed() == []
