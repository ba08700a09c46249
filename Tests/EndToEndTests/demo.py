"""A demo of its own for the tests: the very scripts that the demo and a new user run."""

import contextlib
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

import psycopg2

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy" / "demo"))

import nodes  # noqa: E402
from description import CheckedApi  # noqa: E402
from processes import children, free_port, is_alive, program  # noqa: E402
from waiting import wait_for  # noqa: E402


class Demo:
    """A running demo: its settings, its API, its processes."""

    def __init__(self, directory, port):
        self.directory, self.port = pathlib.Path(directory), port
        self.environment = {}

    def run(self, verb, *arguments):
        done = subprocess.run(
            [ROOT / "deploy" / "demo.sh", verb, "--dir", self.directory, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=1800,
        )
        print(done.stdout)
        assert done.returncode == 0, f"demo.sh {verb}:\n{done.stdout[-4000:]}\n{self.logs()}"

    def up(self):
        """Starts what does not run."""
        self.run("up", "--port", str(self.port), "--nodes", "3")
        for line in (self.directory / "env").read_text().splitlines():
            key, value = line.split("=", 1)
            self.environment[key] = shlex.split(value)[0]
        self.url = self.environment["HELENUS_URL"]
        self.socket = self.directory / "run" / "api.sock"
        self.api = CheckedApi(self.url, self.environment["HELENUS_CLUSTER"])
        self.hosts = self.environment["HELENUS_NODES"].split()
        self.local = pathlib.Path(self.environment["HELENUS_LOCAL"])
        self.data_directories = [
            pathlib.Path(one) for one in self.environment["HELENUS_DATA_DIRS"].split()]
        return self

    def down(self):
        self.run("down")

    def logs(self):
        """The end of each log."""
        tails = []
        for file in sorted((self.directory / "log").glob("*.log")):
            lines = file.read_text(errors="replace").splitlines()[-8:]
            tails.append("\n".join([f"== {file.name}", *lines]))
        return "\n".join(tails)

    def pid(self, name):
        """The process id of `api`, `executor-1`, `agent-1`, …"""
        return int((pathlib.Path(self.environment["HELENUS_PIDS"]) / f"{name}.pid")
                   .read_text().split()[0])

    def node_program(self, node, name):
        """Where a node's `nodetool`, `start`, `stop`, … lies, which its agent calls too."""
        return pathlib.Path(self.environment["HELENUS_NODE_BIN"]) / str(node) / name

    def knows_all_up(self):
        """Whether every node's agent has told that its Cassandra answers."""
        return all(node["state"] == "up" for node in self.api.get("/nodes"))

    def stop_cassandra(self, node):
        """The answer comes when its agent has noticed."""
        nodes.stop(self, node)
        wait_for("the agent's report", lambda: any(
            one["node_ip"] == self.hosts[node - 1] and one["state"] == "down"
            for one in self.api.get("/nodes")))

    def workers(self):
        """The process ids of the API's workers."""
        return children(self.pid("api"))

    @property
    def programs(self):
        """The folder of the programs that run."""
        return program(self.pid("api")).parent

    def kill(self, name):
        """Ends a process without a chance to say a word, as soon as it runs."""
        wait_for(f"{name} to run", lambda: is_alive(self.pid(name)))
        os.kill(self.pid(name), signal.SIGKILL)

    def database(self):
        """A connection as PostgreSQL's superuser, for whom no row is hidden."""
        connection = psycopg2.connect(
            host=str(self.directory / "run" / "postgres"), dbname="helenus", user="postgres")
        connection.autocommit = True
        return connection

    def succeed(self, request, what):
        """Waits for the request to end in success."""
        status = self.api.wait(request)
        assert status["state"] == "success", (
            f"{what}: {status['state']}: {status.get('details', {}).get('message')}"
            f"\n{self.logs()}")
        return status

    def snapshots(self):
        """Every snapshot folder that a node holds now."""
        return sorted(
            str(folder)
            for data in self.data_directories
            for folder in data.glob("*/*/snapshots/*"))

    def objects(self, destination=None):
        """The stored files of a local destination, by path: their sizes and times of change."""
        return {
            file: (file.stat().st_size, file.stat().st_mtime_ns)
            for file in (destination or self.local).glob("snapshots/*/sstables/**/*")
            if file.is_file()}


@contextlib.contextmanager
def made(kind=Demo):
    """A demo in a folder of its own, which is yet to be started; it is stopped and removed."""
    # PostgreSQL's own user must be able to enter it.
    directory = tempfile.mkdtemp(prefix="demo.", dir=os.environ.get("TMPDIR", "/var/tmp"))
    os.chmod(directory, 0o755)
    running = kind(directory, free_port())
    try:
        yield running
    finally:
        running.down()
        shutil.rmtree(directory)
