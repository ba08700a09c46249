"""The same files through S3: rclone's own S3 server on loopback, and those who talk to it."""

import http.client
import os
import socket
import subprocess
import time

from .measure import BenchmarkError, count_files, flush, remove, run
from .ours import Helenus
from .rivals import Copier

ACCESS_KEY, SECRET_KEY, BUCKET = "benchmark", "benchmark-secret", "bench"


class Server:
    """`rclone serve s3`, which verifies signatures and is fast; the data is in a plain folder."""

    def __init__(self, program, folder):
        self._program, self._folder = program, folder
        self.data = folder / "data"
        self.bucket = self.data / BUCKET
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._start()

    def _start(self):
        self.bucket.mkdir(parents=True)
        self._log = open(self._folder / "server.log", "wb")
        # By the environment, so that no list of processes shows it; rclone reads it as CSV.
        self._process = subprocess.Popen(
            [self._program, "serve", "s3", "--config", "/dev/null", "--addr",
             f"127.0.0.1:{self._port}", str(self.data)],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=subprocess.STDOUT,
            env={**os.environ, "RCLONE_AUTH_KEY": f'"{ACCESS_KEY},{SECRET_KEY}"'})
        self._await()

    def _await(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
                connection.request("GET", "/")
                connection.getresponse().read()
                return
            except (ConnectionError, http.client.HTTPException):
                time.sleep(0.05)
        self.stop()
        raise BenchmarkError("rclone's S3 server did not start")

    def empty(self):
        """Removes all objects, and the server's memory of them: it lists from a cache."""
        self.stop()
        remove(self.data)
        self._start()

    def check(self):
        """Raises BenchmarkError when the server has ended: then no client is to blame."""
        if self._process.poll() is not None:
            raise BenchmarkError(
                f"the S3 server ended with status {self._process.returncode}")

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._log.close()


class HelenusS3(Helenus):
    """The agent with an S3 destination; what the server wrote is flushed as for the others."""

    def __init__(self, program, dataset, server):
        super().__init__(program, dataset)
        self._server = server

    def location(self):
        return {"s3": {"_0": {
            "bucket": BUCKET, "prefix": self.name, "region": "us-east-1",
            "accessKey": ACCESS_KEY, "accessSecret": SECRET_KEY, "endpoint": self._server.url,
            "pathStyle": True, "serverSideEncryption": False, "accelerated": False,
            "throttle": 0}}}

    def _back_up(self, tag):
        super()._back_up(tag)
        flush(self._server.data)


class S3Copier(Copier):
    """A command that copies the tree to the server."""

    def __init__(self, program, dataset, server):
        super().__init__(dataset)
        self._program, self._server = program, server

    def environment(self):
        return {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}

    def backup(self, tag):
        del tag
        measure = run(
            self.command(self._dataset.view, self.name), self._folder / "log",
            flushing=self._server.data, environment=self.environment())
        sent = count_files(self._server.bucket / self.name)
        if sent != (self._dataset.files, self._dataset.bytes):
            raise BenchmarkError(f"{self.name} did not send everything")
        return measure


class S5cmd(S3Copier):
    """`s5cmd cp` with its own defaults: 256 workers."""

    name = "s5cmd"

    def command(self, source, target):
        return [self._program, "--endpoint-url", self._server.url, "--log", "error",
                "cp", f"{source}/", f"s3://{BUCKET}/{target}/"]


class RcloneS3(S3Copier):
    """`rclone copy` with its own defaults: 4 transfers."""

    name = "rclone"

    def command(self, source, target):
        remote = f":s3,provider=Rclone,env_auth,endpoint='{self._server.url}':{BUCKET}/{target}"
        return [self._program, "copy", "--config", "/dev/null", source, remote]
