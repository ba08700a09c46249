"""A real agent, driven over its own HTTP API as an executor drives it."""

import http.client
import json
import os
import pathlib
import socket
import subprocess
import time

from .api import StandInAPI
from .measure import BenchmarkError, Measure

HOST_ID = "134cb8aa-8e99-4fd8-96ba-0cd467081488"
SECRET = "the-benchmark-speaks"
STANDINS = pathlib.Path(__file__).parent / "standins"


class OperationFailed(BenchmarkError):
    """The agent answered that an operation failed; `message` is its own sentence."""

    def __init__(self, kind, failure):
        self.code, self.message = failure["code"], failure["message"]
        super().__init__(f"{kind} failed ({self.code}): {self.message}")


class Agent:
    """One process of `helenus-agent` with a state directory of its own."""

    def __init__(self, program, folder, dataset, roots):
        self.folder = folder
        folder.mkdir(parents=True)
        self._api = StandInAPI(SECRET)
        self._port = _free_port()
        self._number = 0
        (folder / "token").write_text("benchmark\n")
        (folder / "cassandra.yaml").write_text(_cassandra_yaml(dataset))
        (folder / "agent.yaml").write_text(self._configuration(dataset, roots))
        self._log = open(folder / "agent.log", "wb")
        self._process = subprocess.Popen(
            [program, "--config", folder / "agent.yaml"], stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=subprocess.STDOUT)
        self._await_health()

    def _configuration(self, dataset, roots):
        # JSON is YAML.
        return json.dumps({
            "cluster": "bench", "api": self._api.url,
            "enrolment_token_file": str(self.folder / "token"),
            "state_directory": str(self.folder / "state"),
            "listen": f"127.0.0.1:{self._port}", "tls": False, "log_level": "info",
            "roots": [str(root) for root in roots],
            "cassandra": {
                "yaml": str(self.folder / "cassandra.yaml"), "address": "127.0.0.1",
                "data_directories": [str(dataset.data)],
                "nodetool": [str(STANDINS / "nodetool.sh")],
                "sstableloader": ["/bin/false"],
                "cqlsh": [str(STANDINS / "cqlsh.sh"), str(dataset.schema)],
                "cql": {"host": "127.0.0.1", "port": 9042},
            },
        })

    def _await_health(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
                self._connection.request("GET", "/v1/health")
                if self._connection.getresponse().read() == b"ok":
                    return
            except ConnectionError:
                time.sleep(0.05)
        log = (self.folder / "agent.log").read_text(errors="replace")[-2_000:]
        self.stop()
        raise BenchmarkError(f"the agent does not answer:\n{log}")

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        self._api.stop()

    def perform(self, kind, parameters):
        """Has an operation performed and waits for its end; answers its result."""
        self._number += 1
        path = f"/v1/operations/bench-{self._number}"
        order = {
            "kind": kind, "request_id": "bench", "parameters": parameters,
            "fence": {"jobID": f"bench-{self._number}", "epoch": 1},
        }
        status = self._ask("PUT", path, order)
        while status["state"] == "running":
            status = self._ask("GET", f"{path}?since={status['revision']}&wait=20")
        if status["state"] != "succeeded":
            failure = status.get("failure") or {"code": status["state"], "message": ""}
            raise OperationFailed(kind, failure)
        return status["result"]

    def measured(self, work):
        """Runs `work`, whose operations are durable when they end, and tells what it took."""
        # 5 resets the high-water mark of the resident set.
        pathlib.Path(f"/proc/{self._process.pid}/clear_refs").write_text("5")
        cpu, began = self._cpu_seconds(), time.monotonic()
        work()
        seconds = time.monotonic() - began
        return Measure(seconds, self._cpu_seconds() - cpu, self.peak_bytes())

    def peak_bytes(self):
        """VmHWM."""
        for line in pathlib.Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1_024
        raise BenchmarkError("the agent's process has no VmHWM: it has ended")

    def _cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1]
        # utime, stime, and those of the tools that it ran.
        return sum(map(int, fields.split()[11:15])) / os.sysconf("SC_CLK_TCK")

    def _ask(self, method, path, body=None):
        self._connection.request(
            method, path, body=json.dumps(body) if body else None,
            headers={"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"})
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise BenchmarkError(f"{method} {path}: {answer.status} {text[:500]}")
        return json.loads(text)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _cassandra_yaml(dataset):
    return json.dumps({
        "cluster_name": "bench", "partitioner": "org.apache.cassandra.dht.Murmur3Partitioner",
        "data_file_directories": [str(dataset.data)], "listen_address": "127.0.0.1",
        "native_transport_port": 9042,
    })
