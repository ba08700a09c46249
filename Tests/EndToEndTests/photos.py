"""Rows that take much room."""

import hashlib
import json

from story import Keyspace


class Photos(Keyspace):
    """A keyspace with well over 16 MB of photos on each node: they go to S3 in parts, and to Azure
    in blocks."""

    def __init__(self, hosts, name="photos"):
        super().__init__(hosts, name)

    def create(self):
        super().create()
        self.load(600, blob=196608)

    def dump(self):
        """Each row with the SHA-256 of its photo; read in pieces, because all at once is more than a
        node of the demo likes to answer."""
        lines = []
        for first in range(0, 300, 15):
            (rows,) = self.execute(
                f"SELECT id, name, country, photo FROM {self.name}.customers"
                f" WHERE id IN ({', '.join(map(str, range(first, first + 15)))})")
            lines += [
                f"{row['id']} {row['name']} {row['country']}"
                f" {hashlib.sha256(row['photo']).hexdigest()}" for row in rows]
        (orders,) = self.execute(f"SELECT * FROM {self.name}.orders LIMIT 1000000")
        lines += [
            json.dumps({key: dict(value) if key == "lines" else str(value)
                        for key, value in row.items()}, sort_keys=True)
            for row in orders]
        return sorted(lines)
