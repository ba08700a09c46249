"""Object stores of the tests' own: OpenStack Swift with its S3 API, which verifies every signature
and checksum, and an Azure endpoint that checks every Shared Key with Microsoft's code."""

import base64
import concurrent.futures
import hashlib
import hmac
import os
import pathlib
import re
import secrets
import socket
import subprocess
import time
from urllib.parse import quote
from xml.etree import ElementTree

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVERS = ROOT / "Tests" / "Support" / "object-stores"
CACHE = pathlib.Path(os.environ.get("HELENUS_CACHE", pathlib.Path.home() / ".cache" / "helenus"))


def free_ports(count):
    """The first of a row of free ports."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = probe.getsockname()[1]
        if first + count > 65535:
            continue
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue


class Server:
    """A server that lives as long as its standard input."""

    def __init__(self, command, first_line="", **environment):
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment})
        self.process.stdin.write(first_line)
        self.process.stdin.flush()
        self.ready = self.process.stdout.readline().strip()
        assert self.ready.startswith("ready"), f"{command[0]}: '{self.ready}'"

    def end(self):
        self.process.stdin.close()
        self.process.wait(30)


class S3:
    """A bucket of OpenStack Swift; `fields` are a destination's."""

    provider = "s3"

    def __init__(self, folder):
        secret, port = secrets.token_hex(20), free_ports(5)
        self._server = Server(
            [SERVERS / "swift-server.sh", folder, port, "test:tester"], f"{secret}\n")
        self.host = f"127.0.0.1:{port}"
        self.fields = {
            "provider": "s3", "path": "backups/of/cassandra", "access_key": "test:tester",
            "access_secret": secret, "endpoint": f"http://{self.host}", "path_style": True}
        self.call("PUT", "/backups")

    def end(self):
        self._server.end()

    def at(self, prefix, host=None):
        """A destination's fields for another prefix, behind another host."""
        return {**self.fields, "path": f"backups/{prefix}", "endpoint": f"http://{host or self.host}"}

    def call(self, method, path, query=None, body=b""):
        """A call of the test's own, which is not the product's, signed as Amazon's manual has it:
        its answer as bytes."""
        now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        content = hashlib.sha256(body).hexdigest()
        path = quote(path)
        query = "&".join(
            f"{quote(key, safe='')}={quote(value, safe='')}"
            for key, value in sorted((query or {}).items()))
        signed = "host;x-amz-content-sha256;x-amz-date"
        canonical = (
            f"{method}\n{path}\n{query}\nhost:{self.host}\nx-amz-content-sha256:{content}\n"
            f"x-amz-date:{now}\n\n{signed}\n{content}")
        scope = f"{now[:8]}/us-east-1/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{self.fields['access_secret']}".encode()
        for part in [*scope.split("/"), text]:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        answer = requests.request(
            method, f"http://{self.host}{path}{'?' if query else ''}{query}", data=body, timeout=60,
            headers={
                "x-amz-content-sha256": content, "x-amz-date": now,
                "Authorization": f"AWS4-HMAC-SHA256 Credential={self.fields['access_key']}/{scope}, "
                                 f"SignedHeaders={signed}, Signature={key.hex()}"})
        assert answer.status_code == 200, answer.text
        return answer.content

    def keys(self, prefix):
        """The names of all objects under a prefix."""
        found, token = set(), {}
        while True:
            page = _plain(self.call(
                "GET", "/backups", {"list-type": "2", "prefix": prefix, **token}))
            found |= {one.findtext("Key") for one in page.iter("Contents")}
            if page.findtext("IsTruncated") != "true":
                return found
            token = {"continuation-token": page.findtext("NextContinuationToken")}

    def put_many(self, names):
        """Objects of one byte each."""
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            for _ in threads.map(
                    lambda name: self.call("PUT", f"/backups/{name}", body=b"x"), names):
                pass

    def uploads(self, prefix=""):
        """The keys of the uploads in parts that were begun and neither ended nor called off."""
        page = _plain(self.call("GET", "/backups", {"uploads": "", "prefix": prefix}))
        return [one.findtext("Key") for one in page.iter("Upload")]


class Azure:
    """A container of the tests' own endpoint; `fields` are a destination's."""

    provider = "azure"

    def __init__(self):
        key = base64.b64encode(secrets.token_bytes(64)).decode()
        self._server = Server(
            [CACHE / "venv" / "bin" / "python", SERVERS / "azure_blob_endpoint.py", "backups"],
            AZURE_ACCOUNT="devacct", AZURE_KEY=key)
        endpoint = self._server.ready.split()[1]
        self.host = endpoint.split("/")[2]
        self.fields = {
            "provider": "azure", "container_name": "backups", "subfolder": "of/cassandra",
            "storage_account_name": "devacct", "storage_key": key, "endpoint": endpoint}

    def end(self):
        self._server.end()

    def at(self, prefix, host=None):
        """A destination's fields for another prefix, behind another host."""
        endpoint = self.fields["endpoint"].replace(self.host, host or self.host)
        return {**self.fields, "subfolder": prefix, "endpoint": endpoint}


def add(demo, fields):
    """The id of a new destination."""
    answer = demo.api.post("/backups/destinations", fields)
    return next(iter(answer["destination"][0]))


def _plain(document):
    """Without its namespace."""
    return ElementTree.fromstring(re.sub(rb' xmlns="[^"]*"', b"", document, count=1))
