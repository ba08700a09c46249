"""A PostgreSQL of a benchmark's own, with the schema of this project in it."""

import os
import pathlib
import shutil

from .processes import children, run

PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")


class Postgres:
    """Listens on a unix socket only; fsync and all else as PostgreSQL has it by default, but for
    room in the write-ahead log, so that what is loaded causes no checkpoint while somebody is
    measured."""

    def __init__(self, folder, settings=""):
        self.folder = folder
        self.socket = folder / "socket"
        self._data = folder / "data"
        for one in (self._data, self.socket):
            one.mkdir(parents=True)
            if os.getuid() == 0:
                shutil.chown(one, "postgres")
        self._data.chmod(0o700)
        self._as_postgres(
            "initdb", "-D", self._data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
            "--auth=trust", "--no-sync")
        with open(self._data / "postgresql.conf", "a") as file:
            file.write(
                f"listen_addresses = ''\nunix_socket_directories = '{self.socket}'\n"
                f"max_connections = 200\nmax_wal_size = 8GB\ncheckpoint_timeout = 1h\n{settings}")
        self._as_postgres(
            "pg_ctl", "start", "-s", "-w", "-D", self._data, "-l", self._data / "server.log")

    def stop(self):
        if (self._data / "postmaster.pid").exists():
            self._as_postgres("pg_ctl", "stop", "-s", "-m", "immediate", "-D", self._data)

    def migrate(self, helenusctl):
        """Makes the database `helenus` as an operator does."""
        self.sql("CREATE ROLE helenus_owner LOGIN CREATEROLE", database="postgres")
        self.sql(
            "CREATE DATABASE helenus OWNER helenus_owner"
            " ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0", database="postgres")
        self.sql("GRANT CREATE ON SCHEMA public TO helenus_owner")
        run(helenusctl, "migrate", "up", "--database", self.conninfo("helenus_owner"))

    def processes(self):
        """The server's processes, of which each serves a connection or all of them."""
        return children(int((self._data / "postmaster.pid").read_text().split()[0]))

    def conninfo(self, role, database="helenus"):
        """A connection string of libpq."""
        return f"host={self.socket} dbname={database} user={role}"

    def sql(self, text, role="postgres", database="helenus"):
        """Runs one command; answers its rows as text."""
        return self._psql(role, database, "-c", text).strip()

    def load(self, file, role="postgres", **variables):
        """Runs a file of SQL with psql's variables."""
        settings = [part for name, value in variables.items()
                    for part in ("-v", f"{name}={value}")]
        return self._psql(role, "helenus", *settings, "-f", file).strip()

    def _psql(self, role, database, *arguments):
        return run(PROGRAMS / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1",
                   self.conninfo(role, database), *arguments)

    def _as_postgres(self, program, *arguments):
        become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        run(*become, PROGRAMS / program, *arguments)
