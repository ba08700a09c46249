"""Orders to one node's agent, as an executor gives them."""

import json
import urllib.error
import urllib.request
import uuid

import certificates
from waiting import wait_for


class Agent:
    def __init__(self, demo, node):
        self._url = f"https://127.0.0.1:{certificates.port(demo, node)}/v1/operations/"
        self._context = certificates.context(demo, certificates.executor(demo))
        self._secret = json.loads(
            (demo.directory / "agents" / str(node) / "credentials.json").read_text()
        )["executor_secret"]

    def perform(self, kind, seconds=300, **parameters):
        """The operation's last status."""
        job = str(uuid.uuid4())
        name = f"{job}:test"
        order = {"kind": kind, "fence": {"jobID": job, "epoch": 1}, "request_id": "",
                 "parameters": parameters}
        self._call("PUT", name, order)

        def ended():
            status = self._call("GET", f"{name}?wait=5")
            return status if status["state"] != "running" else None

        return wait_for(kind, ended, seconds)

    def state(self, name):
        """How the operation of this name stands; `None` where there is none."""
        try:
            return self._call("GET", name)["state"]
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def _call(self, method, path, body=None):
        request = urllib.request.Request(
            self._url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self._secret}"})
        with urllib.request.urlopen(request, timeout=60, context=self._context) as response:
            return json.load(response)
