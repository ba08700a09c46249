"""A restore that is watched from the outside: by the executors' own row, by the agents' operations
and by what lies in staging."""

import contextlib
import subprocess

from agent import Agent
from processes import stopped
from waiting import wait_for


class Restore:
    """One request for a restore, as often as it is asked for."""

    def __init__(self, demo, tag, **body):
        self.demo, self.tag, self.body = demo, tag, body
        self.request = None
        self.host_ids = {
            demo.hosts.index(node["node_ip"]) + 1: node["host_id"]
            for node in demo.api.get("/nodes")}

    def begin(self, drill=False):
        query = "?drill=1" if drill else ""
        self.request = self.demo.api.request_id(
            self.demo.api.post(f"/backups/restore/{self.tag}{query}", self.body))

    def stage(self):
        """What the executors have written down that they are at."""
        return self._job("run_state ->> 'stage'")

    def operation(self, node, name):
        """How a node's operation stands: of a host's files where it ends in a colon."""
        if name.endswith(":"):
            name += self.host_ids[node]
        name = name.replace("{epoch}", str(self._job("lease_epoch")))
        return Agent(self.demo, node).state(f"{self._job('id')}:{name}:{self.host_ids[node]}")

    def wait_for_operations(self, nodes, name, state="succeeded"):
        for node in nodes:
            wait_for(
                f"{name} of node {node}", lambda one=node: self.operation(one, name) == state)

    def _job(self, column):
        with contextlib.closing(self.demo.database()) as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT {column} FROM helenus.job WHERE request_id = %s AND kind = 'restore'",
                    [self.request])
                return cursor.fetchone()[0]

    def staged(self, node):
        """Files that lie in a node's staging."""
        return [file for file in staging(self.demo, node).glob("*/*/*/*/*") if file.is_file()]

    def folders(self, node):
        """Staging folders of a node, one for each restore."""
        return [
            folder for folder in staging(self.demo, node).iterdir()
            if folder.is_dir() and len(folder.name) == 32]


def staging(demo, node):
    return demo.directory / "agents" / str(node) / "staging"


def agent_stopped(demo, node):
    return stopped(demo.pid(f"agent-{node}"))


@contextlib.contextmanager
def unremovable(folder):
    """A folder that cannot be removed, because a file system is mounted on it."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        # It may be looked into just now.
        subprocess.run(["umount", "--lazy", folder], check=True)
