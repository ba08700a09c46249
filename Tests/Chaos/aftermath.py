"""What is done when the time of chaos is over: all is healed, and everything has to come to an
end."""

import json
import re

from actors import company
from harms import Harms
from placing import placed
from rows import same_rows
from story import Keyspace
from waiting import wait_for
from world import ON_SERVER, PREFIX

# An ending that is no kill of ours: a trap, an abort, a wrong address; and how Swift tells it.
CRASHES = re.compile(
    r"ended with status (132|133|134|135|136|139)|Fatal error|Program crashed"
    r"|SIG(SEGV|ILL|TRAP|ABRT)|signal (4|5|6|7|8|11)\b")


class Aftermath:
    """Of one run."""

    def __init__(self, world):
        self.world, self.demo, self.ledger = world, world.demo, world.ledger
        # Why there was no peace in the end.
        self.unrest = ""

    @property
    def api(self):
        return self.world.api

    def settle(self):
        """Lets the plan have its way, heals, and waits until nobody has anything to do."""
        try:
            self._settle()
        except AssertionError as error:
            self.unrest = f"{error}\n{self.story()}\n{self.demo.logs()}"
        return self

    def _settle(self):
        harms, actors = Harms(self.world), company(self.world)
        self.world.begin()
        harms.begin()
        for actor in actors:
            actor.start()
        stuck = harms.join(self.world.plan.seconds + 300)
        for actor in actors:
            actor.join(120)
        stuck += [actor.name for actor in actors if actor.is_alive()]
        assert not stuck, f"{stuck} have not come to an end"
        self.ledger.say("the time is over")
        self.world.proxy.heal()
        self.demo.heal()
        for schedule in self.api.get("/job-schedules"):
            self.api.call("DELETE", f"/job-schedules/{schedule['id']}")
        wait_for("the nodes' return", self.demo.knows_all_up, seconds=120)
        self.wait_for_peace()
        next(actor for actor in actors if actor.name == "moving").adopt()

    def wait_for_peace(self, seconds=300):
        """Until the queue is empty. What waits for a later attempt has its attempt now."""
        try:
            wait_for("the end of all jobs", lambda: not self.jobs(), seconds, pause=0.5)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{json.dumps(self.jobs(), indent=1)}") from error
        self.ledger.say("all jobs have ended")

    def jobs(self):
        """Those that have not ended."""
        self.world.execute(
            "UPDATE helenus.job SET run_at = now()"
            " WHERE state IN ('available', 'retryable') AND run_at > now()")
        return [row[0] for row in self.world.execute(
            "SELECT to_jsonb(job) - 'sealed_payload' - 'run_state' FROM helenus.job AS job"
            " WHERE finished_at IS NULL")]

    def story(self):
        """All that has happened."""
        return "\n".join(self.ledger.lines)

    def succeed(self, what, answer):
        status = self.api.wait(self.api.request_id(answer))
        message = status["details"].get("message")
        assert status["state"] == "success", f"{what}: {status['state']}: {message}\n{self.story()}"
        self.ledger.say(f"{what}: success")
        return status

    # ── What there is ───────────────────────────────────────────────────────────────────────────

    def copies(self):
        """Each that is listed: a tag and a destination."""
        return [
            (tag, destination) for tag, backup in sorted(self.api.get("/backups").items())
            for destination in backup["destinations"]]

    def good_copies(self):
        """Those of them that were called good, each with its keyspace."""
        good, listed = self.world.good_copies(), self.api.get("/backups")
        return [
            (tag, destination, next(iter(listed[tag]["keyspaces"])))
            for tag, destination in self.copies() if (tag, destination) in good]

    def snapshots(self):
        """The tags of which a node holds a snapshot."""
        return {path.rsplit("/", 1)[1] for path in self.demo.snapshots()}

    def folders(self):
        """Those of the local destinations."""
        return [self.world.local, self.world.disks["destination"].folder]

    def stored(self, words=""):
        """All that lies on destinations and has these words in its name."""
        files = [
            str(file) for folder in self.folders() for file in folder.rglob("*") if file.is_file()]
        return [
            name for name in [*files, *self.world.store.keys(f"{PREFIX}/")] if words in name]

    def left_by_agents(self):
        """Files of agents that were not there in the beginning, and folders of restores."""
        staging = [
            one for folder in self.world.agent_folders() for one in folder.glob("staging/*")
            if len(one.name) == 32]
        return sorted({*staging, *self.world.agent_files()} - self.world.agent_files_at_first)

    def placed(self):
        """What restores in place have put beside Cassandra's own files and not taken out again. A
        node that was started in between has made it its own."""
        if self.world.plan.disturbances["nodes"]:
            return []
        return [file for name in self.world.keyspaces for file in placed(self.demo, name)]

    def crashes(self):
        """Lines of the logs that tell of one."""
        return [
            f"{log.name}: {line}"
            for log in sorted((self.demo.directory / "log").glob("*.log"))
            if log.name.startswith(("api", "executor", "agent"))
            for line in log.read_text(errors="replace").splitlines() if CRASHES.search(line)]

    # ── What is done ────────────────────────────────────────────────────────────────────────────

    def back_up(self, keyspace, places):
        return self.succeed(f"backup of {keyspace}", self.api.post("/backups/run", {
            "keyspaces": [keyspace], "destinations": {place: {} for place in places}}))["tag"]

    def verify(self, tag, place):
        """The problems that are found."""
        status = self.api.wait(self.api.post(
            "/backups/verify", {"tag": tag, "destination": place, "mode": "full"}))
        problems = self.api.get(f"/backups?destination={place}")[tag].get("problems")
        return [] if status["state"] == "success" and not problems else [tag, place, status]

    def comes_back(self, tag, place, name, in_place):
        """Every row, in the place of those that live."""
        keyspace, rows = self.world.keyspaces[name], self.ledger.rows_in(tag, name)
        keyspace.truncate()
        body = {"truncate": True, **({} if place == ON_SERVER else {"destination": place}),
                **({"use_sstableloader": False} if in_place else {})}
        self.succeed(
            f"restore of {name} of {tag} from {place}{' in place' if in_place else ''}",
            self.api.post(f"/backups/restore/{tag}/{name}", body))
        same_rows(rows, keyspace.dump())

    def ask_again(self, asked):
        """A restore that has not succeeded."""
        self.succeed(
            f"restore of {asked.tag} to {asked.target}", self.api.post(asked.path, asked.body))
        asked.state = "success"
        same_rows(
            self.ledger.rows_in(asked.tag, asked.keyspace),
            Keyspace(self.demo.hosts, asked.target).dump())

    def delete(self, tag, place):
        self.succeed(f"deletion of {tag} from {place}", self.api.call(
            "DELETE", f"/backups?tag={tag}&destination={place}"))
