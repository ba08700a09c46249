"""Who uses the service meanwhile: each a client of the HTTP API with a thread of its own."""

import datetime
import json
import threading
import traceback

from cassandra import DriverException
from cassandra.cluster import NoHostAvailable

from ledger import Asked
from patient import Unanswered
from story import ApiError, Keyspace
from world import ON_SERVER

CASSANDRA_IS_AWAY = (DriverException, NoHostAvailable)


class Actor(threading.Thread):
    """Takes its steps one after the other. A refusal and a call without an answer are part of life;
    whatever else goes wrong is not."""

    def __init__(self, world, name):
        super().__init__(name=name, daemon=True)
        self.world, self.ledger = world, world.ledger

    @property
    def api(self):
        return self.world.api

    def run(self):
        for step in self.world.plan.steps[self.name]:
            self.world.until(step.at)
            if self.world.is_over:
                return
            try:
                self.take(step)
            except (Unanswered, ApiError, *CASSANDRA_IS_AWAY) as error:
                self.ledger.say(f"{self.name}: {step.kind}: {error!r}")
            except Exception:
                self.ledger.blame(f"{self.name}: {step.kind}: {traceback.format_exc()}")

    def take(self, step):
        """The step's method is named for its kind."""
        getattr(self, step.kind.replace(" ", "_"))(step)

    def follow(self, what, answer):
        """The request's state at its end; `None` where the time is over before."""
        request = self.api.request_id(answer)
        self.ledger.requests.append(request)
        self.ledger.say(f"{self.name}: {what}: {request}")
        while not self.world.is_over:
            status = self.api.status(request)
            if status["state"] != "running":
                message = status["details"].get("message", "")
                self.ledger.say(f"{self.name}: {what}: {status['state']} {message[:400]}")
                return status["state"]
            self.world.pause()
        return None

    def wish(self, copy, target, path="", **body):
        """A restore of one copy, which is remembered; `None` where that is about to be deleted."""
        tag, destination = copy
        place = {} if destination == ON_SERVER else {"destination": destination}
        return self.ledger.wants(Asked(
            tag, self.keyspace.name, destination, f"/backups/restore/{tag}{path}",
            {**place, **body}, target))

    def ask_for(self, asked):
        """Asks for a restore; whether every row has come back."""
        asked.state = "unknown"
        asked.state = self.follow(
            f"restore {asked.tag} from {asked.destination} to {asked.target}",
            self.api.post(asked.path, asked.body)) or "unknown"
        if asked.state != "success":
            return False
        with self.world.cassandra:
            found = Keyspace(self.world.demo.hosts, asked.target).dump()
        if found == self.ledger.rows_in(asked.tag, asked.keyspace):
            return True
        # A node that was killed brings back what TRUNCATE took, in version 1.2.
        if not self.world.nodes_were_killed:
            self.ledger.blame(
                f"{self.name}: {asked.tag} has come back from {asked.destination} to"
                f" {asked.target} with other rows")
        return False


class Keeper(Actor):
    """Makes backups of a keyspace that never changes, and does with them what one does."""

    def __init__(self, world, name, places):
        super().__init__(world, name)
        self.keyspace = world.keyspaces[name]
        self.places = [world.destinations[place] for place in places]

    def back_up(self, step):
        options = {"compressed": True} if step.number % 4 == 0 else {}
        self.follow("backup", self.api.post("/backups/run", {
            "keyspaces": [self.keyspace.name],
            "destinations": {place: options for place in step.some(self.places)}}))

    def call_off(self, step):
        request = self.api.post("/backups/run", {
            "keyspaces": [self.keyspace.name],
            "destinations": {place: {} for place in self.places}})
        self.world.pause(step.number % 40 / 10)
        self.api.post(f"/request/{request}/cancel", {})
        self.follow("backup that is called off", request)

    def sync(self, step):
        tags = [tag for tag, place in self.world.copies(self.keyspace.name) if place == ON_SERVER]
        if tags:
            tag, place = step.choose(tags), step.choose(self.places)
            self.ledger.deleted.discard((tag, place))
            self.follow(f"sync {tag}", self.api.post(
                "/backups/sync", {"tag": tag, "destinations": {place: {}}}))

    def verify(self, step):
        if copies := self.world.copies(self.keyspace.name):
            tag, place = step.choose(copies)
            self.follow(f"verify {tag} on {place}", self.api.post("/backups/verify", {
                "tag": tag, "destination": place,
                "mode": step.choose(["manifest", "sample", "full"])}))

    def delete(self, step):
        copies = self.world.copies(self.keyspace.name)
        if not copies or not self.ledger.lets_go(copy := step.choose(copies)):
            return
        tag, place = copy
        if self.follow(f"delete {tag} from {place}", self.api.call(
                "DELETE", f"/backups?tag={tag}&destination={place}")) == "success":
            self.ledger.deleted.add(copy)


class Copier(Actor):
    """Has a keyspace come back under other names."""

    def __init__(self, world, name, keyspace):
        super().__init__(world, name)
        self.keyspace, self._count = world.keyspaces[keyspace], 0

    def restore(self, step):
        if copies := self.world.copies(self.keyspace.name, only_good=True):
            self._count += 1
            target = f"copy_{self._count}"
            if asked := self.wish(
                    step.choose(copies), target, keyspaces={self.keyspace.name: {}},
                    rename={self.keyspace.name: target}):
                self.ask_for(asked)


class Mover(Actor):
    """Alone changes the rows of its keyspace: never while they are backed up or restored, so it
    knows them in each backup."""

    def __init__(self, world, name):
        super().__init__(world, name)
        self.keyspace = world.keyspaces[name]
        # As they were before the last backup.
        self._rows = None
        # A restore after which nobody knows how the rows stand.
        self._owed = None
        self._changes = 0

    def take(self, step):
        if self._is_left_alone():
            self.adopt()
            if self._owed:
                self._insist()
            else:
                super().take(step)

    def back_up(self, step):
        with self.world.cassandra:
            self._change(step)
            self._rows = self.keyspace.dump()
        place = step.choose([self.world.destinations[one] for one in ("local", "s3")])
        self.follow("backup", self.api.post("/backups/run", {
            "keyspaces": [self.keyspace.name], "destinations": {place: {}}}))
        if self._is_left_alone():
            self.adopt()

    def adopt(self):
        """The rows have not changed since before the last backup was asked for, so they are those
        of each backup that is new."""
        new = {tag for tag, _ in self.world.copies(self.keyspace.name)} - set(
            self.ledger.rows_of_tag)
        if not new:
            return
        with self.world.cassandra:
            is_known = self.keyspace.dump() == self._rows
        # See ask_for.
        if not is_known and not self.world.nodes_were_killed:
            self.ledger.blame(f"{self.name}: rows have changed by themselves, at {new}")
        for tag in new:
            self.ledger.rows_of_tag[tag] = self._rows if is_known else None

    def restore(self, step, **options):
        copies = [
            copy for copy in self.world.copies(self.keyspace.name, only_good=True)
            if self.ledger.rows_of_tag.get(copy[0])]
        if copies:
            self._owed = self.wish(
                step.choose(copies), self.keyspace.name, f"/{self.keyspace.name}", truncate=True,
                **options)
            self._insist()

    def restore_in_place(self, step):
        self.restore(step, use_sstableloader=False)

    def _insist(self):
        if self.ask_for(self._owed):
            self._owed = None

    def _change(self, step):
        """New rows, changed ones and deleted ones."""
        self._changes += 1
        name, first = self.keyspace.name, step.number % 150
        self.keyspace.execute(
            *(f"INSERT INTO {name}.customers (id, name, country) VALUES"
              f" ({row}, 'change {self._changes}', 'FR')" for row in range(first, first + 60)),
            *(f"DELETE FROM {name}.orders WHERE customer = {row}"
              for row in range(first // 8, first // 8 + 2)),
            *(f"INSERT INTO {name}.orders (customer, number, note) VALUES"
              f" ({1000 + self._changes}, {row}, 'new')" for row in range(20)))

    def _is_left_alone(self):
        """Waits until no request that runs is about its keyspace; false where the time is over."""
        words = {f'"{self.keyspace.name}"', *self.ledger.rows_of_tag}
        while not self.world.is_over:
            running = json.dumps(self.api.get("/requests?state=running&count=1000"))
            if not any(word in running for word in words):
                return True
            self.world.pause()
        return False


class Scheduler(Actor):
    """Makes schedules that run once a minute, and removes them."""

    def __init__(self, world, name, keyspace):
        super().__init__(world, name)
        self.keyspace = world.keyspaces[keyspace]

    def make(self, step):
        first = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=2)
        rule = {"keep": {"last": 1 + step.number % 2}}
        self.api.post("/job-schedules", {
            "first_run_date": first.strftime("%Y-%m-%d"),
            "first_run_time": first.strftime("%H:%M:%S"), "timezone": "UTC",
            "interval": 1, "interval_unit": "minutes", "job_params": {
                "type": "backup", "keyspaces": [self.keyspace.name], **rule,
                "destinations": {
                    place: rule for place in step.some(self.world.destinations.values())}}})

    def remove(self, step):
        if listed := self.api.get("/job-schedules"):
            self.api.call("DELETE", f"/job-schedules/{step.choose(listed)['id']}")


class Asker(Actor):
    """Asks for what changes nothing. Every answer is held against the API's description."""

    PATHS = [
        "/nodes", "/agents", "/keyspaces", "/backups", "/backups/still", "/backup-activity",
        "/requests?count=20", "/job-schedules", "/backups/destinations", "/storage-capacity"]

    def ask(self, step):
        self.api.get(step.choose(self.PATHS))


def company(world):
    """All of them."""
    return [
        Keeper(world, "still", ["local", "small", "s3"]), Keeper(world, "photos", ["s3", "small"]),
        Mover(world, "moving"), Copier(world, "copies", "still"),
        Scheduler(world, "schedules", "still"), Asker(world, "questions")]
