"""A second API with its own nginx on the demo's database, that asks everybody who they are."""

import base64
import contextlib
import json
import os
import pathlib
import secrets
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

from description import DESCRIPTION
from processes import children, free_port, plain_environment
from waiting import wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def started(demo):
    """One that runs, in a short folder, for a socket lies in it."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="walled.", dir="/var/tmp"))
    os.chmod(directory, 0o755)
    running = Walled(demo, directory, free_port())
    try:
        yield running.up()
    finally:
        running.down()
        shutil.rmtree(directory)


class Answer:
    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.text = response.read().decode()

    @property
    def json(self):
        return json.loads(self.text)


class Walled:
    """Its processes, its users, and calls of it as one of them."""

    def __init__(self, demo, directory, port):
        self.demo, self.directory = demo, directory
        self.url = f"http://127.0.0.1:{port}"
        self.programs = demo.programs
        self.owner = f"host={demo.directory}/run/postgres dbname=helenus user=helenus_owner"
        self.secrets = []
        self._processes = []
        self._port = port

    def up(self):
        for folder in ("conf", "logs", "temp"):
            (self.directory / folder).mkdir()
        settings = (self.demo.directory / "etc" / "api.env").read_text()
        settings = settings.replace(f"{self.demo.directory}/run/api.sock", f"{self.socket}")
        settings = settings.replace("HELENUS_AUTHENTICATION=off", "HELENUS_AUTHENTICATION=on")
        kept = [line for line in settings.splitlines() if "PID_FILE" not in line]
        (self.directory / "api.env").write_text("\n".join(kept) + "\n")
        for part in ("nginx.conf", "conf.d", "snippets"):
            (self.directory / "conf" / part).symlink_to(ROOT / "nginx" / part)
        (self.directory / "conf" / "listen.conf").write_text(f"listen 127.0.0.1:{self._port};")
        (self.directory / "conf" / "upstream.conf").write_text(
            f"server unix:{self.socket} max_fails=0;")
        self.start("api", [self.programs / "helenus-api", "--settings", self.directory / "api.env"])
        self.start("nginx", [
            "/usr/sbin/nginx", "-p", self.directory, "-e", "logs/error.log", "-c",
            self.directory / "conf" / "nginx.conf", "-g",
            "daemon off; " + ("user root;" if os.getuid() == 0 else "")])
        wait_for("the API", self.answers)
        return self

    def down(self):
        for process in reversed(self._processes):
            process.terminate()
            process.wait(timeout=45)

    @property
    def socket(self):
        return self.directory / "api.sock"

    @property
    def log(self):
        return (self.directory / "api.log").read_text()

    @property
    def workers(self):
        return children(self._processes[0].pid)

    def start(self, name, command):
        with open(self.directory / f"{name}.log", "ab") as log:
            self._processes.append(subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=plain_environment()))

    def answers(self):
        try:
            return self.ask("GET", "/logout").status == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def ctl(self, *arguments, stdin=""):
        """Runs helenusctl; answers what it prints."""
        done = subprocess.run(
            [self.programs / "helenusctl", *arguments, "--database", self.owner], input=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode == 0, (arguments, done.stderr)
        return done.stdout.strip()

    def add_user(self, name, *options):
        """Adds one; answers the password."""
        password = secrets.token_urlsafe(12)
        self.secrets.append(password)
        self.ctl("user", "add", name, *options, stdin=password + "\n")
        return password

    def ask(self, method, path, body=None, **credentials):
        """The answer, which has to be as it is described."""
        answer = self.ask_freely(method, path, body, **credentials)
        DESCRIPTION.check(method, path, answer.status, answer.text)
        return answer

    def ask_freely(
            self, method, path, body=None, headers={}, basic=None, session=None, bearer=None):
        headers = dict(headers)
        if basic:
            headers["Authorization"] = "Basic " + base64.b64encode(
                ":".join(basic).encode()).decode()
        if session:
            headers["opscenter-session"] = session
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(
            self.url + path, method=method, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response)
        except urllib.error.HTTPError as error:
            return Answer(error)

    def login(self, name, password):
        answer = self.ask("POST", "/login", {"username": name, "password": password})
        assert answer.status == 200, answer.text
        self.secrets.append(answer.json["sessionid"])
        return answer.json["sessionid"]
