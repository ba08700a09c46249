"""Two clusters on one service: each has its own turn."""

import pathlib
import subprocess

import pytest

from conftest import ROOT
from nodetool import held_snapshots
from processes import free_port, plain_environment, program
from rows import same_rows
from story import Api, Keyspace
from waiting import wait_for

NAME = "Second"


class SecondCluster:
    """A Cassandra cluster of one node, with its agent, that the demo's API learns of."""

    def __init__(self, demo):
        self.demo, self.directory = demo, demo.directory / "second"
        self.programs = program(demo.pid("agent-1")).parent
        self.bin = self.directory / "bin" / "1"
        self.agent = None

    def start(self):
        subprocess.run(
            [ROOT / "deploy" / "cassandra" / "create-cluster.sh", "--dir", self.directory,
             "--nodes", "1", "--name", NAME], check=True, stdin=subprocess.DEVNULL)
        self.host = (self.directory / "network").read_text().strip() + ".1"
        self.command("start")
        Api(self.demo.url, "cluster-configs").post(
            "", {"name": NAME, "cassandra": {"seed_hosts": self.host, "cluster_name": NAME}})
        self.api = Api(self.demo.url, NAME)
        with open(self.demo.directory / "log" / "second-agent.log", "ab") as log:
            self.agent = subprocess.Popen(
                [self.programs / "helenus-agent", "--config", self.configuration()],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=plain_environment())
        wait_for("the second cluster's node", lambda: self.api.get("/nodes"))

    def stop(self):
        if self.agent:
            self.agent.terminate()
            self.agent.wait(timeout=60)
        if self.bin.exists():
            self.command("stop")

    def command(self, verb):
        # What Cassandra writes later must not be waited for.
        with open(self.demo.directory / "log" / "second-cassandra.log", "ab") as log:
            subprocess.run(
                [self.bin / verb], check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def token(self):
        """A file with an enrolment token."""
        file = self.directory / "token"
        file.touch(mode=0o600)
        with open(file, "wb") as output:
            subprocess.run(
                [self.programs / "helenusctl", "agent", "enroll", "--cluster", NAME,
                 "--ca", self.demo.directory / "etc" / "ca" / "ca.pem",
                 "--database", self.demo.environment["HELENUS_DATABASE_URL"]],
                check=True, stdin=subprocess.DEVNULL, stdout=output, env=plain_environment())
        return file

    def configuration(self):
        home = self.directory / "nodes" / "1"
        file = self.directory / "agent.yaml"
        file.write_text(f"""\
cluster: {NAME}
api: {self.demo.url}
enrolment_token_file: {self.token()}
state_directory: {self.directory}/agent
listen: 127.0.0.1:{free_port()}
roots: [{self.demo.directory}/backups]
free_space_floor_bytes: 104857600
cassandra:
  yaml: {home}/conf/cassandra.yaml
  address: {self.host}
  data_directories: [{home}/data]
  nodetool: [{self.bin}/nodetool]
  sstableloader: [{self.bin}/sstableloader]
  cqlsh: [{self.bin}/cqlsh]
  cql: {{host: {self.host}, port: 9042}}
""")
        return file


@pytest.fixture(scope="module")
def second(demo):
    cluster = SecondCluster(demo)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def test_two_clusters_at_the_same_time(demo, keyspace, local, second):
    other = Keyspace([second.host], "other")
    other.create()
    other.load(400)
    rows = {one: one.dump() for one in (keyspace, other)}
    folder = pathlib.Path(demo.directory / "backups" / "second")
    destination = second.api.local_destination(str(folder))

    with held_snapshots(demo, 2) as hold:
        first = demo.api.run_backup([keyspace.name], [local])
        wait_for("the first cluster's snapshot", hold.waiting)
        ended = second.api.wait(second.api.run_backup([other.name], [destination]))
        assert ended["state"] == "success", ended
        assert demo.api.status(first)["state"] == "running"
        assert hold.waiting()
    status = demo.succeed(first, "the first cluster's backup")

    # Each cluster lists what is its own, and restores it.
    tags = {demo.api: status["tag"], second.api: ended["tag"]}
    assert ended["tag"] not in demo.api.get(f"/backups/{keyspace.name}")
    for api, one, place in [(demo.api, keyspace, local), (second.api, other, destination)]:
        assert list(api.get(f"/backups/{one.name}")) == [tags[api]]
        one.truncate()
        restored = api.wait(api.restore(tags[api], one.name, place))
        assert restored["state"] == "success", restored
        same_rows(rows[one], one.dump())
