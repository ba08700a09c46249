"""Another Cassandra cluster, with agents of its own, on the demo's service."""

import subprocess

from demo import ROOT
from processes import free_port, plain_environment, program
from story import Api
from waiting import wait_for


class SecondCluster:
    """A cluster of so many nodes that the demo's API learns of."""

    def __init__(self, demo, name="Second", nodes=1):
        self.demo, self.name, self.nodes = demo, name, nodes
        self.directory = demo.directory / name.lower()
        self.programs = program(demo.pid("agent-1")).parent
        self._agents = []

    def start(self):
        subprocess.run(
            [ROOT / "deploy" / "cassandra" / "create-cluster.sh", "--dir", self.directory,
             "--nodes", str(self.nodes), "--name", self.name],
            check=True, stdin=subprocess.DEVNULL)
        network = (self.directory / "network").read_text().strip()
        self.hosts = [f"{network}.{node}" for node in self._numbers()]
        for node in self._numbers():
            # One after the other: each joins the ring of those before it.
            self._command(node, "start")
        Api(self.demo.url, "cluster-configs").post("", {
            "name": self.name,
            "cassandra": {"seed_hosts": self.hosts[0], "cluster_name": self.name}})
        self.api = Api(self.demo.url, self.name)
        for node in self._numbers():
            with open(self._log("agent"), "ab") as log:
                self._agents.append(subprocess.Popen(
                    [self.programs / "helenus-agent", "--config", self._configuration(node)],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=plain_environment()))
        wait_for(
            f"the nodes of {self.name}", lambda: len(self.api.get("/nodes")) == self.nodes)

    def stop(self):
        for agent in self._agents:
            agent.terminate()
        for agent in self._agents:
            agent.wait(timeout=60)
        for node in self._numbers():
            if (self.directory / "bin" / str(node)).exists():
                self._command(node, "stop")

    def _numbers(self):
        return range(1, self.nodes + 1)

    def _log(self, what):
        return self.demo.directory / "log" / f"{self.name.lower()}-{what}.log"

    def _command(self, node, verb):
        # What Cassandra writes later must not be waited for.
        with open(self._log("cassandra"), "ab") as log:
            subprocess.run(
                [self.directory / "bin" / str(node) / verb], check=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _token(self, node):
        """A file with an enrolment token."""
        file = self.directory / f"token-{node}"
        file.touch(mode=0o600)
        with open(file, "wb") as output:
            subprocess.run(
                [self.programs / "helenusctl", "agent", "enroll", "--cluster", self.name,
                 "--ca", self.demo.directory / "etc" / "ca" / "ca.pem",
                 "--database", self.demo.environment["HELENUS_DATABASE_URL"]],
                check=True, stdin=subprocess.DEVNULL, stdout=output, env=plain_environment())
        return file

    def _configuration(self, node):
        home, programs = self.directory / "nodes" / str(node), self.directory / "bin" / str(node)
        host = self.hosts[node - 1]
        file = self.directory / f"agent-{node}.yaml"
        file.write_text(f"""\
cluster: {self.name}
api: {self.demo.url}
enrolment_token_file: {self._token(node)}
state_directory: {self.directory}/agents/{node}
listen: 127.0.0.1:{free_port()}
roots: [{self.demo.directory}/backups]
free_space_floor_bytes: 104857600
cassandra:
  yaml: {home}/conf/cassandra.yaml
  address: {host}
  data_directories: [{home}/data]
  nodetool: [{programs}/nodetool]
  sstableloader: [{programs}/sstableloader]
  cqlsh: [{programs}/cqlsh]
  cql: {{host: {host}, port: 9042}}
""")
        return file
