"""What a run of chaos does and when, decided before it begins: by a seed and a time alone."""

import dataclasses
import random


@dataclasses.dataclass(frozen=True)
class Step:
    """One thing that an actor does, no sooner than so many seconds after the start. The number of
    its own is what it chooses by among what there is then."""

    at: float
    kind: str
    number: int

    def choose(self, things):
        """One of them, by the number."""
        return random.Random(self.number).choice(list(things))

    def some(self, things):
        """One or more of them, by the number."""
        choice, things = random.Random(self.number), list(things)
        return choice.sample(things, choice.randint(1, len(things)))


@dataclasses.dataclass(frozen=True)
class Disturbance:
    """One harm: what is done to whom, when it begins, and for how many seconds it lasts."""

    at: float
    kind: str
    target: str
    seconds: float

    def __str__(self):
        return f"{self.kind} {self.target}, {self.seconds:.1f} s"


@dataclasses.dataclass(frozen=True)
class Lane:
    """Disturbances of which one follows the other; those of other lanes do not wait for them."""

    # Seconds between the end of one and the beginning of the next.
    pause: tuple
    # Seconds for which one lasts.
    lasts: tuple
    # Kind → its targets. Each kind is as frequent as any other.
    kinds: dict
    # Seconds that a run has to have for it.
    least: float = 0


AGENTS = ["agent-1", "agent-2", "agent-3"]
EXECUTORS = ["executor-1", "executor-2"]

LANES = {
    "processes": Lane(pause=(3, 9), lasts=(0, 0), kinds={
        "kill": [*AGENTS, *EXECUTORS, "api", "worker"]}),
    # Snapshots, loads and the like, whichever runs within the time.
    "tools": Lane(pause=(6, 15), lasts=(2, 6), kinds={"kill tool": AGENTS}),
    "freezes": Lane(pause=(8, 20), lasts=(3, 15), kinds={"freeze": [*AGENTS, *EXECUTORS]}),
    # What nobody starts again by itself: for these somebody has to.
    "services": Lane(pause=(12, 25), lasts=(0, 4), kinds={
        "stop PostgreSQL": ["fast", "at once", "killed"], "kill nginx": ["and its workers"]}),
    "database": Lane(pause=(7, 15), lasts=(0, 0), kinds={"cut connections": ["to PostgreSQL"]}),
    "leases": Lane(pause=(15, 40), lasts=(0, 0), kinds={"lapse leases": ["of all jobs"]}),
    "store": Lane(pause=(2, 6), lasts=(2, 8), kinds={
        "cut": ["requests", "answers"], "delay": ["requests"], "refuse": ["busy", "broken"]}),
    "disks": Lane(pause=(5, 15), lasts=(3, 9), kinds={"fill": ["destination", "agent-2"]}),
    # Seconds by which it is wrong meanwhile.
    "clocks": Lane(pause=(4, 12), lasts=(4, 12), kinds={
        f"step {step:+d}": [*AGENTS, *EXECUTORS]
        for step in (-86_400, -7_200, -600, -20, 20, 600, 7_200, 86_400)}),
    "nodes": Lane(pause=(60, 150), lasts=(2, 15), least=300, kinds={
        "stop node": ["cassandra-3"], "kill node": ["cassandra-3"]}),
}


@dataclasses.dataclass(frozen=True)
class Role:
    """What an actor does: kinds of steps, each as frequent as its weight, and the seconds from one
    to the next."""

    pause: tuple
    weights: dict
    # What it begins with.
    first: str


ROLES = {
    # Two keyspaces that never change.
    "still": Role(pause=(1, 5), first="back up", weights={
        "back up": 4, "sync": 2, "verify": 2, "delete": 2, "call off": 1}),
    "photos": Role(pause=(2, 8), first="back up", weights={"back up": 3, "verify": 1, "delete": 2}),
    # One that nobody but its actor changes.
    "moving": Role(pause=(1, 4), first="back up", weights={
        "back up": 3, "restore": 2, "restore in place": 2}),
    # The first of these two under other names.
    "copies": Role(pause=(15, 40), first="restore", weights={"restore": 1}),
    "schedules": Role(pause=(8, 20), first="make", weights={"make": 2, "remove": 1}),
    "questions": Role(pause=(0.2, 0.8), first="ask", weights={"ask": 1}),
}


class Plan:
    """All that is to happen within so many seconds."""

    def __init__(self, seed, seconds):
        self.seed, self.seconds = seed, seconds
        self.disturbances = {
            name: list(self._disturbances(lane, random.Random(f"{seed} {name}")))
            for name, lane in LANES.items()}
        self.steps = {
            name: list(self._steps(role, random.Random(f"{seed} {name}")))
            for name, role in ROLES.items()}

    def _disturbances(self, lane, chance):
        now = chance.uniform(*lane.pause)
        while self.seconds >= lane.least:
            kind = chance.choice(list(lane.kinds))
            target, lasts = chance.choice(lane.kinds[kind]), chance.uniform(*lane.lasts)
            if now + lasts > self.seconds:
                return
            yield Disturbance(now, kind, target, lasts)
            now += lasts + chance.uniform(*lane.pause)

    def _steps(self, role, chance):
        now, kind = 0.0, role.first
        while now < self.seconds:
            yield Step(now, kind, chance.getrandbits(32))
            now += chance.uniform(*role.pause)
            (kind,) = chance.choices(list(role.weights), list(role.weights.values()))
