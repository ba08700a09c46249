"""The three calls as a WSGI program with psycopg answers them: one connection for each process of
uWSGI, prepared statements, JSON of the database as it comes."""

import hashlib
import json
import os
import pathlib

import psycopg
from psycopg.types.string import TextLoader

FOLDER = pathlib.Path(os.environ["BENCHMARK_STATEMENTS"])
STATEMENTS = {file.stem: file.read_text() for file in FOLDER.glob("*.sql")}
REASONS = {200: "200 OK", 401: "401 Unauthorized", 403: "403 Forbidden", 404: "404 Not Found"}

connection = psycopg.connect(
    os.environ["BENCHMARK_DATABASE"], autocommit=True, cursor_factory=psycopg.RawCursor)
# As text: nothing of it is looked into.
connection.adapters.register_loader("jsonb", TextLoader)
cursor = connection.cursor()


class Refused(Exception):
    """An answer without a body worth reading."""

    def __init__(self, status):
        super().__init__(status)
        self.status = status


def application(environment, start_response):
    try:
        status, body = 200, answer(environment).encode()
    except Refused as refused:
        status, body = refused.status, b"null"
    start_response(REASONS[status], [
        ("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def answer(environment):
    _, cluster, call = environment["PATH_INFO"].split("/", 2)
    needed = {"operator", "admin"} if call == "backups/run" else {"viewer", "operator", "admin"}
    account, identifier = identify(environment, cluster, needed)
    cursor.execute(f"BEGIN; SET LOCAL helenus.clusters = '{identifier}'")
    try:
        body = perform(call, environment, account, identifier)
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")
    return body


def identify(environment, cluster, needed):
    """The account's name and the cluster's id."""
    authorization = environment.get("HTTP_AUTHORIZATION", "")
    if not authorization.startswith("Bearer "):
        raise Refused(401)
    row = run("identify", hashlib.sha256(authorization[7:].encode()).digest(), cluster).fetchone()
    if row is None:
        raise Refused(401)
    account, roles, identifier = row
    roles = json.loads(roles)
    held = {roles[scope] for scope in ("*", identifier) if scope in roles}
    if identifier is None or not held:
        raise Refused(404)
    if not held & needed:
        raise Refused(403)
    return account, identifier


def perform(call, environment, account, identifier):
    if call == "backup-activity":
        rows = run("activity_document", identifier, 100)
        return "[" + ",".join([row[0] for row in rows]) + "]"
    if call == "backups/destinations":
        return run("destinations", identifier).fetchone()[0]
    if call == "backups/run":
        return run_backup(environment, account, identifier)
    raise Refused(404)


def run_backup(environment, account, identifier):
    wanted = environment["wsgi.input"].read(int(environment["CONTENT_LENGTH"])).decode()
    if not isinstance(json.loads(wanted), dict):
        raise Refused(404)
    if not run("check", identifier, wanted).fetchone()[0]:
        raise Refused(404)
    # Of two runs in the same second the second waits for the first one's commit, and looks again.
    while (begun := run("begin", identifier, wanted).fetchone()) is None:
        pass
    run("audit", identifier, account, environment["REMOTE_ADDR"], environment["REQUEST_ID"],
        environment["REQUEST_METHOD"], environment["REQUEST_URI"], "200")
    return json.dumps(str(begun[0]))


def run(name, *parameters):
    return cursor.execute(STATEMENTS[name], parameters, prepare=True)
