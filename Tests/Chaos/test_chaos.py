"""While backups, syncs, deletions, restores and schedules run, processes are killed, PostgreSQL is
restarted, connections are cut, disks are filled and clocks are stepped. At the end nothing is
stuck, nothing is left over, and what was called good comes back."""

from world import ON_SERVER


def test_every_request_has_ended(aftermath):
    assert aftermath.api.get("/requests?state=running") == []
    assert {
        aftermath.api.status(request)["state"] for request in aftermath.ledger.requests
    } <= {"success", "partial", "error", "cancelled"}
    assert aftermath.world.execute(
        "SELECT id FROM helenus.job WHERE finished_at IS NULL OR lease_owner IS NOT NULL") == []
    assert [
        event for event in aftermath.api.get("/backup-activity?count=1000")
        if event["status"] == "running"] == []


def test_nobody_met_what_must_not_be(aftermath):
    assert not aftermath.ledger.wrong, aftermath.ledger.wrong + [aftermath.story()]


def test_no_process_has_crashed(aftermath):
    assert aftermath.crashes() == []


def test_chaos_was_not_idle(aftermath):
    """Otherwise the other tests would say little."""
    kinds = {
        event["type"] for event in aftermath.api.get("/backup-activity?count=1000")
        if event["status"] == "success"}
    assert "backup" in kinds, aftermath.story()
    assert aftermath.good_copies(), aftermath.story()


def test_no_snapshot_is_left_that_no_backup_names(aftermath):
    named = {tag for tag, place in aftermath.copies() if place == ON_SERVER}
    assert aftermath.snapshots() <= named, aftermath.story()


def test_a_deleted_copy_is_gone(aftermath):
    copies, snapshots = aftermath.copies(), aftermath.snapshots()
    for tag, place in sorted(aftermath.ledger.deleted):
        assert (tag, place) not in copies
        assert place != ON_SERVER or tag not in snapshots
    everywhere = {tag for tag, _ in aftermath.ledger.deleted} - {tag for tag, _ in copies}
    assert [name for tag in everywhere for name in aftermath.stored(f"/{tag}/")] == []


def test_every_backup_called_good_verifies(aftermath):
    found = [aftermath.verify(tag, place) for tag, place, _ in aftermath.good_copies()]
    assert not any(found), [one for one in found if one] + [aftermath.story()]


def test_a_restore_that_failed_succeeds_when_it_is_asked_for_again(aftermath):
    for asked in aftermath.ledger.unfinished():
        aftermath.ask_again(asked)


def test_every_backup_called_good_comes_back_row_for_row(aftermath):
    """Each from one of its copies: all of them have the bytes that their manifests say."""
    backups = {}
    for tag, place, keyspace in aftermath.good_copies():
        backups.setdefault((tag, keyspace), []).append(place)
    for number, ((tag, keyspace), places) in enumerate(backups.items()):
        if aftermath.ledger.rows_in(tag, keyspace):
            aftermath.comes_back(
                tag, places[number % len(places)], keyspace, in_place=number % 2 == 1)


def test_nothing_is_left_when_all_backups_are_deleted(aftermath):
    places = list(aftermath.world.destinations.values())
    # What a run that was given up has left on a destination, the next deletion there takes along.
    aftermath.back_up("still", places)
    for tag, place in aftermath.copies():
        aftermath.delete(tag, place)
    # Parts that a killed agent has left are called off before the next ones.
    tag = aftermath.back_up("photos", [aftermath.world.destinations["s3"]])
    assert aftermath.world.store.uploads() == []
    for place in (ON_SERVER, aftermath.world.destinations["s3"]):
        aftermath.delete(tag, place)
    aftermath.wait_for_peace()
    assert aftermath.copies() == []
    assert aftermath.snapshots() == set()
    assert aftermath.stored() == []
    assert aftermath.left_by_agents() == []
    assert aftermath.placed() == []
