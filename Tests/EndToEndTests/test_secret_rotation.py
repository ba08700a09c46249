"""The sealing key is changed while the service runs."""

import uuid

import pytest

from certificates import ctl, owner
from story import Api


def test_every_secret_is_sealed_under_a_new_key_while_all_goes_on(demo):
    file = demo.directory / "etc" / "sealing.key"
    old = ctl(demo, "key", "list", file)
    names = ["api", "executor-1", "executor-2"]
    pids = [demo.pid(name) for name in names], demo.workers()
    clusters = Api(demo.url, "cluster-configs")
    clusters.post("", {
        "name": "Rotated", "cassandra": {"seed_hosts": "127.0.0.9", "password": "passw0rd"}})

    def destination():
        """The API seals the job's payload; an executor opens it, and the agents' secrets."""
        demo.api.local_destination(str(demo.directory / "backups" / f"r-{uuid.uuid4()}"))

    def keys():
        with demo.database() as database, database.cursor() as cursor:
            cursor.execute("SELECT DISTINCT helenus.sealing_key(sealed) FROM helenus.sealed_value")
            return {row[0] for row in cursor}

    assert keys() == {old}
    new = ctl(demo, "key", "add", file)
    destination()
    with pytest.raises(AssertionError, match="values are sealed under the key"):
        ctl(demo, "key", "drop", file, *owner(demo))
    # As many agents as there are nodes, and the password.
    done = ctl(demo, "secrets", "rotate", "--key-file", file, *owner(demo))
    assert int(done.split()[0]) >= len(demo.hosts) + 1
    assert ctl(demo, "key", "drop", file, *owner(demo)) == old
    assert keys() == {new} == {ctl(demo, "key", "list", file)}
    destination()
    clusters.call("PUT", "/Rotated/partial", {"cassandra": {"username": "u"}})
    assert clusters.get("/Rotated")["cassandra"]["password"] == "********"
    clusters.call("DELETE", "/Rotated")
    assert pids == ([demo.pid(name) for name in names], demo.workers())
