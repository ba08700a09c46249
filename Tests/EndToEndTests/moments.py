"""A keyspace whose rows tell when they were written, and what it takes to go back in time."""

import time

from story import Keyspace
from waiting import wait_for


class Moments(Keyspace):
    """Writes with timestamps in milliseconds, as Cassandra 1.2 compares them with the moment to go
    back to."""

    def create(self):
        self.execute(
            f"CREATE KEYSPACE {self.name} WITH replication ="
            " {'class': 'SimpleStrategy', 'replication_factor': 2}")
        self.wait_for_agreement()
        for statement in [
            f"CREATE TABLE {self.name}.events (id int PRIMARY KEY, phase text)",
            f"CREATE INDEX {self.name}_events_phase ON {self.name}.events (phase)",
            f"CREATE TABLE {self.name}.filler (id int PRIMARY KEY, junk blob)",
        ]:
            self.execute(statement)
            self.wait_for_agreement()

    def write(self, phase, first, count=60):
        """New rows, a changed one and a deleted one."""
        stamp = int(time.time() * 1000)
        self.execute(
            *(f"INSERT INTO {self.name}.events (id, phase) VALUES ({row}, '{phase}')"
              f" USING TIMESTAMP {stamp}" for row in range(first, first + count)),
            f"UPDATE {self.name}.events USING TIMESTAMP {stamp} SET phase = '{phase} later'"
            f" WHERE id = {first - count}",
            f"DELETE FROM {self.name}.events USING TIMESTAMP {stamp} WHERE id = {first - count + 1}")

    def rows(self):
        return sorted(
            (row["id"], row["phase"]) for row in
            self.execute(f"SELECT id, phase FROM {self.name}.events LIMIT 1000000")[0])

    def indexed(self, phase):
        return sorted(
            row["id"] for row in self.execute(
                f"SELECT id FROM {self.name}.events WHERE phase = '{phase}' LIMIT 1000000")[0])

    def fill(self, bytes_of_node=3 << 20):
        """Lets every node's commitlog go on to other segments."""
        junk = "00" * 4096
        for row in range(0, bytes_of_node * len(self.hosts) // 2 // 4096, 32):
            self.execute(*(
                f"INSERT INTO {self.name}.filler (id, junk) VALUES ({one}, '{junk}')"
                f" USING TIMESTAMP {int(time.time() * 1000)}" for one in range(row, row + 32)))

    def moment(self):
        """A whole second between what was written and what will be: rows before it stay."""
        next_second = int(time.time()) + 1
        wait_for("the next second", lambda: time.time() > next_second + 0.2)
        return next_second


class Past:
    """Rows of three phases around two moments; a snapshot before them, commitlogs after them."""

    def __init__(self, demo, archiving, name):
        self.demo, self.archiving = demo, archiving
        self.path = demo.directory / "backups" / name
        self.local = demo.api.local_destination(str(self.path))
        self.keyspace = Moments(demo.hosts, name)
        self.keyspace.create()
        demo.api.wait_for_keyspaces([self.keyspace.name])
        demo.succeed(demo.api.run_backup([], [self.local]), "a backup before archiving")
        demo.succeed(archiving.enable({self.local: {"compressed": True}}), "archiving")
        self.unreachable = self.keyspace.moment()
        self.keyspace.write("before", 100)
        wait_for("every node to be known as up", demo.knows_all_up)
        self.tag = demo.succeed(
            demo.api.run_backup([], [self.local]), "backup of everything")["tag"]
        self.keyspace.write("between", 200)
        self.first, self.first_rows = self.mark()
        self.keyspace.write("after", 300)
        self.second, self.second_rows = self.mark()
        self.keyspace.write("later", 400)
        wait_for("all commitlogs up to the second moment", self.is_archived, 120)

    def mark(self):
        return self.keyspace.moment(), self.keyspace.rows()

    def is_archived(self):
        logs = self.demo.api.get("/backups/pit/logs")
        if len(logs) == len(self.demo.hosts) and min(logs.values()) > self.second + 2:
            return True
        self.keyspace.fill()
        return False

    def is_back(self, rows):
        """Every row of then, and no other; found by the index as well."""
        assert self.keyspace.rows() == rows
        for phase in ["before", "between", "after", "later"]:
            assert self.keyspace.indexed(phase) == sorted(
                row for row, written in rows if written == phase)
