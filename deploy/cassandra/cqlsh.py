"""A stand-in for cqlsh, whose present versions do not speak to Cassandra 1.2.

    cqlsh.py [-e STATEMENTS] [-f FILE] [-u USER] [HOST [PORT]]

Without -e and -f the statements come from standard input. Knows CQL, CONSISTENCY, USE, DESCRIBE
KEYSPACES, DESCRIBE [FULL] SCHEMA, DESCRIBE KEYSPACE k and DESCRIBE TABLE [k.]t. Exit status as
cqlsh's: 0; 1 when there is no connection; 2 when a statement failed, and the others still ran.
A password comes from the [authentication] section of the file named by --cqlshrc.
"""

import argparse
import configparser
import os
import re
import sys

from cassandra import ConsistencyLevel
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import NoHostAvailable

from cassandra_session import connect, statements

SYSTEM_KEYSPACES = ("system", "system_auth", "system_traces")


def identifier(text):
    """The name that an identifier of CQL stands for."""
    text = text.strip()
    return text[1:-1].replace('""', '"') if text.startswith('"') else text.lower()


class Shell:
    def __init__(self, hosts, port, auth, schema):
        self.cluster, self.session = connect(hosts, port, schema=schema, auth=auth)
        self.keyspace = None

    def run(self, statement):
        words = statement.split(None, 1)
        verb, rest = words[0].upper(), words[1] if len(words) > 1 else ""
        if verb in ("DESCRIBE", "DESC"):
            self.describe(rest)
        elif verb == "CONSISTENCY":
            level = rest.strip().upper() or "ONE"
            profile = next(iter(self.cluster.profile_manager.profiles.values()))
            profile.consistency_level = ConsistencyLevel.name_to_value[level]
            print(f"Consistency level set to {level}.")
        else:
            if verb == "USE":
                self.keyspace = identifier(rest)
            rows = self.session.execute(statement)
            if rows.column_names:
                self.show(rows)

    def show(self, rows):
        names = rows.column_names
        table = [["null" if row[name] is None else str(row[name]) for name in names] for row in rows]
        widths = [max([len(names[i])] + [len(row[i]) for row in table]) for i in range(len(names))]
        print()
        print(" " + " | ".join(name.ljust(width) for name, width in zip(names, widths)))
        print("-" + "-+-".join("-" * width for width in widths) + "-")
        for row in table:
            print(" " + " | ".join(cell.rjust(width) for cell, width in zip(row, widths)))
        print(f"\n({len(table)} rows)")

    def describe(self, what):
        metadata = self.cluster.metadata
        match = re.match(r"(?is)(full\s+)?(keyspaces|schema|keyspace|table|columnfamily)\b(.*)", what)
        if not match:
            raise ValueError(f"Improper DESCRIBE command: {what!r}")
        kind, name = match.group(2).lower(), match.group(3).strip()
        if kind == "keyspaces":
            print("\n" + "  ".join(sorted(metadata.keyspaces)) + "\n")
        elif kind == "schema":
            for keyspace in sorted(metadata.keyspaces):
                if match.group(1) or keyspace not in SYSTEM_KEYSPACES:
                    print("\n" + metadata.keyspaces[keyspace].export_as_string())
        elif kind == "keyspace":
            name = identifier(name) if name else self.keyspace
            if name not in metadata.keyspaces:
                raise LookupError(f"'{name}' not found in keyspaces")
            print("\n" + metadata.keyspaces[name].export_as_string())
        else:
            parts = [identifier(one) for one in re.findall(r'"(?:[^"]|"")*"|[^.\s]+', name)]
            keyspace, table = parts if len(parts) == 2 else (self.keyspace, parts[0])
            found = metadata.keyspaces.get(keyspace)
            if not found or table not in found.tables:
                raise LookupError(f"'{table}' not found in keyspace '{keyspace}'")
            print("\n" + found.tables[table].export_as_string())


def main():
    parser = argparse.ArgumentParser(prog="cqlsh")
    parser.add_argument("--default-host", default="127.0.0.1")
    parser.add_argument("--cqlshrc")
    parser.add_argument("-e", "--execute")
    parser.add_argument("-f", "--file")
    parser.add_argument("-u", "--username")
    parser.add_argument("--request-timeout")
    parser.add_argument("--no-color", action="store_true")
    parser.add_argument("host", nargs="?")
    parser.add_argument("port", nargs="?", type=int, default=9042)
    arguments = parser.parse_args()
    if arguments.execute is not None:
        text = arguments.execute
    elif arguments.file:
        with open(arguments.file, encoding="utf-8") as file:
            text = file.read()
    else:
        text = sys.stdin.read()
    auth = None
    if arguments.cqlshrc:
        settings = configparser.ConfigParser(interpolation=None)
        settings.read(arguments.cqlshrc)
        if settings.has_section("authentication"):
            section = settings["authentication"]
            auth = PlainTextAuthProvider(section["username"], section["password"])
    host = arguments.host or arguments.default_host
    wanted = statements(text)
    schema = any(one.split()[0].upper() in ("DESCRIBE", "DESC") for one in wanted)
    try:
        shell = Shell([host], arguments.port, auth, schema)
    except (NoHostAvailable, OSError) as error:
        print(f"Connection error: ('Unable to connect to any servers', {error})", file=sys.stderr)
        return 1
    status = 0
    for statement in wanted:
        try:
            shell.run(statement)
        except Exception as error:  # whatever a statement brings is shown, as cqlsh does
            print(f"<stdin>:1:{type(error).__name__}: {error}", file=sys.stderr)
            status = 2
    sys.stdout.flush()
    shell.cluster.shutdown()
    return status


status = main()
sys.stdout.flush()
sys.stderr.flush()
# The driver's threads do not always outlive the interpreter's end unharmed.
os._exit(status)
