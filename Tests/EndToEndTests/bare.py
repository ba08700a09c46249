"""PostgreSQL with the whole schema and an executor, without any Cassandra: what most calls of the
API need, which `walled.started` puts before it."""

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

import psycopg2

from processes import plain_environment

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
ROOT = pathlib.Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def started(**settings):
    """One that runs, its executor with these settings besides: WEBHOOK_PAUSES="1,1"."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="bare.", dir="/var/tmp"))
    os.chmod(directory, 0o755)
    running = Bare(directory, settings)
    try:
        yield running.up()
    finally:
        running.down()
        shutil.rmtree(directory)


class Bare:
    def __init__(self, directory, settings):
        self.directory, self._settings = directory, settings
        self.programs = pathlib.Path(
            os.environ.get("HELENUS_BIN", ROOT / ".build" / "release")).resolve()
        self._executor = None

    def up(self):
        for folder in ("run/postgres", "etc", "postgres"):
            (self.directory / folder).mkdir(parents=True)
        for folder in ("run/postgres", "postgres"):
            if os.getuid() == 0:
                shutil.chown(self.directory / folder, "postgres")
        data = self.directory / "postgres"
        self._as_postgres("initdb", "-D", data, "-U", "postgres", "-E", "UTF8",
                          "--locale=C.UTF-8", "--auth=trust", "--no-sync")
        with open(data / "postgresql.conf", "a") as settings:
            settings.write(f"listen_addresses = ''\nfsync = off\n"
                           f"unix_socket_directories = '{self.directory}/run/postgres'\n")
        self._as_postgres("pg_ctl", "start", "-s", "-w", "-D", data, "-l", data / "server.log")
        with contextlib.closing(self._connect("postgres")) as database:
            database.autocommit = True
            database.cursor().execute("CREATE ROLE helenus_owner LOGIN CREATEROLE")
            database.cursor().execute(
                "CREATE DATABASE helenus OWNER helenus_owner"
                " ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0")
        with self.database() as database, database.cursor() as cursor:
            cursor.execute("GRANT CREATE ON SCHEMA public TO helenus_owner")
        key = self.directory / "etc" / "sealing.key"
        self._run(self.programs / "helenusctl", "migrate", "up",
                  "--database", self._conninfo("helenus_owner"))
        self._run(self.programs / "helenusctl", "key", "create", key)
        self._run(self.programs / "helenusctl", "ca", "create", self.directory / "etc" / "ca")
        (self.directory / "etc" / "api.env").write_text(
            f"HELENUS_DATABASE={self._conninfo('helenus_api')}\n"
            f"HELENUS_SOCKET={self.directory}/run/api.sock\n"
            f"HELENUS_KEY_FILE={key}\nHELENUS_WORKERS=4\nHELENUS_LOG_LEVEL=info\n"
            "HELENUS_AUTHENTICATION=off\nHELENUS_REQUESTS_PER_MINUTE=0\n")
        (self.directory / "etc" / "executor.env").write_text(
            f"HELENUS_DATABASE={self._conninfo('helenus_executor')}\nHELENUS_KEY_FILE={key}\n"
            f"HELENUS_CA_FOLDER={self.directory}/etc/ca\n"
            + "".join(f"HELENUS_{name}={value}\n" for name, value in self._settings.items()))
        self.start_executor()
        return self

    def start_executor(self):
        with open(self.directory / "executor.log", "ab") as log:
            self._executor = subprocess.Popen(
                [self.programs / "helenus-executor", "--settings",
                 self.directory / "etc" / "executor.env"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=plain_environment())

    def kill_executor(self):
        """Ends it without a chance to say a word."""
        self._executor.kill()
        self._executor.wait(timeout=45)

    def down(self):
        if self._executor:
            self._executor.terminate()
            self._executor.wait(timeout=45)
        if (self.directory / "postgres" / "postmaster.pid").exists():
            self._as_postgres(
                "pg_ctl", "stop", "-s", "-m", "immediate", "-D", self.directory / "postgres")

    @contextlib.contextmanager
    def without_executor(self):
        """Jobs stay in the queue meanwhile."""
        self._executor.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._executor.send_signal(signal.SIGCONT)

    def database(self):
        """A connection as PostgreSQL's superuser, for whom no row is hidden."""
        connection = self._connect("helenus")
        connection.autocommit = True
        return connection

    def _connect(self, database):
        return psycopg2.connect(
            host=str(self.directory / "run" / "postgres"), dbname=database, user="postgres")

    def _conninfo(self, user):
        return f"host={self.directory}/run/postgres dbname=helenus user={user}"

    def _as_postgres(self, program, *arguments):
        become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        self._run(*become, POSTGRES / program, *arguments)

    def _run(self, *command):
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=120, cwd="/", env=plain_environment())
        assert done.returncode == 0, f"{command}: {done.stdout}"
