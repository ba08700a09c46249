"""A real cluster with its stores, in which chaos reigns for a time."""

import contextlib
import subprocess
import threading
import time

from clocks import Clocks
from demo import Demo
from disks import Disk
from fault_proxy import FaultProxy
from ledger import Ledger
from patient import PatientApi
from photos import Photos
from plan import Plan
from stores import add
from story import Keyspace

ON_SERVER = "OPSC_ON_SERVER"
PREFIX = "chaos"


class PatientDemo(Demo):
    """A demo that is brought back up however often somebody kills parts of it meanwhile."""

    def __init__(self, directory, port):
        super().__init__(directory, port)
        # Who starts or stops what is not started again by itself.
        self.upkeep = threading.RLock()

    def up(self):
        super().up()
        self.api = PatientApi(self.url, self.environment["HELENUS_CLUSTER"])
        return self

    def heal(self, seconds=300):
        deadline = time.monotonic() + seconds
        with self.upkeep:
            while True:
                try:
                    return self.up()
                except (AssertionError, subprocess.TimeoutExpired):
                    if time.monotonic() > deadline:
                        raise


class World:
    """Everything there is, and when it began. A seed and the number of seconds make the plan."""

    def __init__(self, demo, store, clocks, disks, seed, seconds):
        self.demo, self.store, self.clocks, self.disks = demo, store, clocks, disks
        self.plan, self.ledger, self.proxy = Plan(seed, seconds), Ledger(), FaultProxy(store.host)
        # Held by whoever writes or reads rows, and by whoever takes a node away.
        self.cassandra = threading.Lock()
        self.nodes_were_killed = False
        self.local = demo.directory / "backups" / "chaos"
        self._beginning = None

    @property
    def api(self):
        return self.demo.api

    def prepare(self):
        """Destinations and keyspaces."""
        self.destinations = {
            "local": self.api.local_destination(str(self.local)),
            "small": self.api.local_destination(str(self.disks["destination"].folder)),
            "s3": add(self.demo, self.store.at(PREFIX, self.proxy.host))}
        self.keyspaces = {
            "still": Keyspace(self.demo.hosts, "still"),
            "photos": Photos(self.demo.hosts),
            "moving": Keyspace(self.demo.hosts, "moving")}
        for keyspace in self.keyspaces.values():
            keyspace.create()
        self.keyspaces["still"].load(600)
        self.keyspaces["moving"].load(400)
        for name in ("still", "photos"):
            self.ledger.rows[name] = self.keyspaces[name].dump()
        self.api.wait_for_keyspaces(self.keyspaces)
        self.agent_files_at_first = self.agent_files()
        return self

    def agent_folders(self):
        """Where agents keep what they have to remember."""
        return [
            self.demo.directory / "agents" / str(node)
            for node in range(1, len(self.demo.hosts) + 1)]

    def agent_files(self):
        """What lies in them, but for their databases."""
        return {
            file for folder in self.agent_folders() for file in folder.rglob("*")
            if file.is_file() and ".sqlite" not in file.name}

    def begin(self):
        self._beginning = time.monotonic()
        self.ledger.begin()

    @property
    def seconds_passed(self):
        return time.monotonic() - self._beginning

    @property
    def is_over(self):
        return self.seconds_passed >= self.plan.seconds

    def until(self, at):
        """Waits for so many seconds after the beginning, or for the end."""
        at = min(at, self.plan.seconds)
        threading.Event().wait(max(0, self._beginning + at - time.monotonic()))

    def pause(self, seconds=0.3):
        threading.Event().wait(seconds)

    def execute(self, statement, *values):
        """What PostgreSQL answers, as its superuser is answered."""
        with contextlib.closing(self.demo.database()) as database, database.cursor() as cursor:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def copies(self, keyspace, only_good=False):
        """Each copy that is listed of the backups that people began of this keyspace: a tag and a
        destination."""
        listed = [
            (tag, destination)
            for tag, backup in sorted(self.api.get(f"/backups/{keyspace}").items())
            if backup["id"] == "adhoc" for destination in backup["destinations"]]
        good = self.good_copies() if only_good else listed
        return [copy for copy in listed if copy in good]

    def good_copies(self):
        """Those that an event calls good: of the run itself, or of a sync of a whole snapshot."""
        good, synced = set(), set()
        for event in self.api.get("/backup-activity?count=1000"):
            if event["status"] == "success" and event["type"] in ("backup", "sync"):
                copy = (event["backup_id"], event["destination"]["id"])
                (good if event["type"] == "backup" else synced).add(copy)
        return good | {(tag, place) for tag, place in synced if (tag, ON_SERVER) in good}


@contextlib.contextmanager
def made(demo, store, programs, environment, seed, seconds):
    """A world that is up and in peace."""
    clocks = Clocks(demo.directory / "clocks", programs)
    environment.setenv("HELENUS_BIN", str(clocks.folder))
    with contextlib.ExitStack() as stack:
        disks = {
            "destination": Disk(demo.directory / "backups" / "small", 256),
            "agent-2": Disk(demo.directory / "agents" / "2", 320)}
        for disk in disks.values():
            stack.callback(disk.end)
        world = World(demo.up(), store, clocks, disks, seed, seconds)
        stack.callback(world.proxy.end)
        yield world.prepare()
