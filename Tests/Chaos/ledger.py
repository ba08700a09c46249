"""What clients have been told and what they know, to be held against what is there at the end."""

import dataclasses
import threading
import time


@dataclasses.dataclass
class Asked:
    """A restore that somebody asked for, and how it came out last."""

    tag: str
    keyspace: str
    destination: str | None
    # Of the call.
    path: str
    body: dict
    # Where the rows are afterwards.
    target: str
    state: str = "unknown"


class Ledger:
    def __init__(self):
        self._beginning, self._lock = time.monotonic(), threading.Lock()
        # Copies that somebody is about to delete.
        self._going = set()
        # By keyspace, of those that never change; and of the other one by tag.
        self.rows, self.rows_of_tag = {}, {}
        # Copies, each a tag and a destination, of which a deletion ended in success.
        self.deleted = set()
        self.requests, self.restores, self.wrong, self.lines = [], {}, [], []

    def begin(self):
        """From now on lines say how long ago this was."""
        self._beginning = time.monotonic()

    def say(self, line):
        """Writes down what happens."""
        with self._lock:
            line = f"{time.monotonic() - self._beginning:7.2f}  {line}"
            self.lines.append(line)
            print(line, flush=True)

    def blame(self, line):
        """Writes down what must not be."""
        self.say(f"WRONG: {line}")
        self.wrong.append(line)

    def wants(self, asked):
        """The same restore as was asked for before, or this one; `None` where its copy is about to
        be deleted."""
        key = (asked.path, repr(sorted(asked.body.items(), key=str)))
        with self._lock:
            if (asked.tag, asked.destination) in self._going:
                return None
            return self.restores.setdefault(key, asked)

    def lets_go(self, copy):
        """Whether a copy may be deleted: nobody waits for it to come back, and nobody will."""
        with self._lock:
            if any((one.tag, one.destination) == copy for one in self.unfinished()):
                return False
            self._going.add(copy)
            return True

    def rows_in(self, tag, keyspace):
        """The rows of a keyspace in a backup; `None` where nobody knows."""
        return self.rows.get(keyspace) or self.rows_of_tag.get(tag)

    def unfinished(self):
        """Restores that have not ended in success."""
        return [one for one in self.restores.values() if one.state != "success"]
