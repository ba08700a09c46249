"""Back to a moment: to the very rows of it, whatever was written later and whatever was lost; and what
cannot be done is told before anything is touched."""

import contextlib
import datetime
import json
import shutil

import pytest

from archiving import Archiving
from helenusctl import Command, column
from moments import Past
from story import ApiError
from waiting import wait_for


def check(demo, pit, destination, **body):
    return demo.api.post(
        "/backups/pit_check", {"pit": pit, "destination": destination, **body})


def run(demo, pit, destination, **body):
    return demo.api.post(
        "/backups/pit/run/",
        {"pit": pit, "destination": destination, "restart_pause": 0, **body})


def refused(call, *arguments, **body):
    """The message of a call that is refused."""
    with pytest.raises(ApiError) as error:
        call(*arguments, **body)
    answer = json.loads(error.value.body)
    assert (error.value.status, answer["type"]) == (400, "InvalidArguments"), answer
    return answer["message"]


@pytest.fixture(scope="module")
def past(demo):
    archiving = Archiving(demo)
    yield Past(demo, archiving, "moments")
    demo.up()
    demo.succeed(archiving.disable(), "disabling")


@pytest.mark.full
def test_back_to_two_moments(demo, past):
    """First to the later one, then to the earlier one, from the same snapshot."""
    told = check(demo, past.second, past.local)
    assert (told["type"], told["tag"], told["pit"]) == ("PointInTimeOK", past.tag, past.second)
    assert set(told["nodes"]) == set(demo.hosts) and min(told["nodes"].values()) > past.second
    for moment, rows in [(past.second, past.second_rows), (past.first, past.first_rows)]:
        done = demo.succeed(run(demo, moment, past.local), "restore to a moment")
        assert set(done["details"]["point_in_time"]["nodes"].values()) == {"replayed"}
        past.is_back(rows)
    assert not [one for one in demo.snapshots() if "/replaced-" in one]
    for node in past.archiving.nodes:
        properties = past.archiving.properties(node).read_text()
        assert "restore_point_in_time=\n" in properties, properties


@pytest.mark.full
def test_back_by_the_command(demo, past):
    command = Command(demo)
    place = ["--destination", past.local]
    assert command("pit", "status").split() == ["enabled", past.local]
    assert sorted(column(command("pit", "logs"), "NODE")) == sorted(demo.hosts)
    assert command("pit", "check", str(past.first), *place).startswith(f"{past.tag}: ")
    command("pit", "check", str(past.unreachable), *place, exits=65)
    told = command("pit", "run", str(past.first), *place, "--restart-pause", "0")
    assert told.startswith(f"pit_restore {past.tag}: success in "), told
    past.is_back(past.first_rows)


@pytest.mark.full
def test_a_node_that_lost_its_keyspaces(demo, past):
    data = demo.data_directories[1]
    for folder in data.iterdir():
        if folder.name != "system" and not folder.name.startswith((".", "system_")):
            shutil.rmtree(folder)
    demo.succeed(run(demo, past.second, past.local), "restore to a moment")
    past.is_back(past.second_rows)


@pytest.mark.full
def test_executors_and_an_agent_that_are_killed_go_on(demo, past):
    """At each stage from the fetch on, as far as it is seen before it is over."""
    request = run(demo, past.second, past.local)
    ahead = ["fetch", "stop", "place", "start"]
    seen = []

    def is_over():
        stage = stage_of(demo, request)
        if stage in ahead:
            del ahead[: ahead.index(stage) + 1]
            seen.append(stage)
            for name in ["executor-1", "executor-2", "agent-2"]:
                demo.kill(name)
        return demo.api.status(request)["state"] != "running"

    wait_for("its end", is_over, seconds=300)
    status = demo.api.status(request)
    assert status["state"] == "success", (status, seen)
    assert "start" in seen, seen
    past.is_back(past.second_rows)


def stage_of(demo, request):
    with catalog(demo) as cursor:
        cursor.execute("SELECT run_state ->> 'stage' FROM helenus.job WHERE request_id = %s",
                       (request,))
        return cursor.fetchone()[0]


@contextlib.contextmanager
def catalog(demo):
    with contextlib.closing(demo.database()) as database, database.cursor() as cursor:
        yield cursor


@pytest.mark.full
def test_a_corrupt_segment_is_found_before_a_node_is_touched(demo, past):
    before = past.keyspace.rows()
    with catalog(demo) as cursor:
        cursor.execute(
            "SELECT node.host_id, node.address, segment.segment_name"
            " FROM helenus.pit_segment AS segment JOIN helenus.node AS node USING (host_id)"
            " WHERE segment.destination_id = %s AND segment.first_write <= to_timestamp(%s)"
            " ORDER BY segment.first_write DESC LIMIT 1", (past.local, past.second))
        host, address, name = cursor.fetchone()
    (file,) = (past.path / "commitlogs" / host).glob(f"{name}*[tg]")
    content = file.read_bytes()
    file.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    try:
        status = demo.api.wait(run(demo, past.second, past.local))
        assert status["state"] == "error" and name in status["details"]["message"], status
        assert set(status["details"]["point_in_time"]["nodes"].values()) == {"untouched"}
        assert past.keyspace.rows() == before
        # From now on the check knows it as well.
        message = refused(check, demo, past.second, past.local)
        assert message.startswith(
            f"Commitlog segments are missing on node {address} between "), message
    finally:
        file.write_bytes(content)
        with catalog(demo) as cursor:
            cursor.execute("UPDATE helenus.pit_segment SET problem = NULL")


@pytest.mark.full
def test_what_cannot_be_done_is_told_by_the_check_and_the_run(demo, past):
    message = refused(check, demo, 1450143120, past.local)
    assert message == "No snapshots found before date and time: 12-15-2015 01:32:00 UTC"
    for change, where, words in [
        ("outcome = 'lost', follows = false", "first_write <= %(pit)s AND last_write >= %(pit)s",
         "Commitlog segments are missing on node {} between "),
        ("last_write = least(last_write, %(pit)s), first_write = least(first_write, %(pit)s)",
         "true", "Commitlog backups on node {} end at "),
    ]:
        with changed_ledger(demo, demo.hosts[1], change, where, past.second):
            for call in (check, run):
                message = refused(call, demo, past.second + 1, past.local)
                assert message.startswith(words.format(demo.hosts[1])), message


@contextlib.contextmanager
def changed_ledger(demo, address, change, where, pit):
    """The catalog's ledger of a node with a change, and then as it was."""
    of_node = "host_id = (SELECT host_id FROM helenus.node WHERE address = %(address)s)"
    arguments = {"address": address, "pit": datetime.datetime.fromtimestamp(pit, datetime.UTC)}
    with catalog(demo) as cursor:
        cursor.execute("CREATE TABLE public.kept AS SELECT * FROM helenus.pit_segment")
        cursor.execute(
            f"UPDATE helenus.pit_segment SET {change} WHERE {of_node} AND {where}", arguments)
        try:
            yield
        finally:
            cursor.execute(
                "UPDATE helenus.pit_segment AS segment SET outcome = kept.outcome,"
                " follows = kept.follows, first_write = kept.first_write,"
                " last_write = kept.last_write FROM public.kept AS kept"
                " WHERE segment.host_id = kept.host_id AND segment.sequence = kept.sequence"
                " AND segment.destination_id = kept.destination_id")
            cursor.execute("DROP TABLE public.kept")


@pytest.mark.full
def test_a_snapshot_that_is_not_of_the_right_time_is_no_ground(demo, past):
    """One from before the archiving leaves a gap, and one from after the moment is too late."""
    message = refused(run, demo, past.unreachable, past.local)
    assert message.startswith("Commitlog segments are missing on node "), message
    wait_for("every node to be known as up", demo.knows_all_up)
    later = demo.succeed(demo.api.run_backup([], [past.local]), "a later backup")["tag"]
    assert later != past.tag
    assert check(demo, past.second, past.local)["tag"] == past.tag


@pytest.mark.full
def test_a_choice_of_keyspaces_is_refused_on_this_version(demo, past):
    message = refused(
        run, demo, past.second, past.local,
        keyspaces={"moments": {"column-families": ["events"]}})
    assert "cassandra.replayList" in message


@pytest.mark.full
def test_a_table_that_was_made_again_is_found(demo, past):
    past.keyspace.execute(f"DROP TABLE {past.keyspace.name}.filler")
    past.keyspace.wait_for_agreement()
    wait_until_told(demo, past, f"Table moments.filler was dropped after snapshot {past.tag}")
    past.keyspace.execute(
        f"CREATE TABLE {past.keyspace.name}.filler (id int PRIMARY KEY, junk blob)")
    past.keyspace.wait_for_agreement()
    again = f"Table moments.filler was re-created after snapshot {past.tag}"
    wait_until_told(demo, past, again)
    assert refused(run, demo, past.second, past.local) == again


def wait_until_told(demo, past, message):
    """By the check, as soon as the agents have told it of the schema."""
    last = []

    def is_told():
        last[:] = [message_of(demo, past)]
        return last == [message]

    with contextlib.suppress(AssertionError):
        wait_for(message, is_told)
    assert last == [message]


def message_of(demo, past):
    try:
        return check(demo, past.second, past.local)["message"]
    except ApiError as error:
        return json.loads(error.body)["message"]
