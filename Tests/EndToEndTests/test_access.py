"""Who may call: logins as real clients do them, roles, tokens, locks, and what is left in the
audit log, on a second API with authentication on beside the demo's."""

import os
import re
import subprocess
import urllib.parse

import pytest

from helenusctl import column
from test_secrets import dump, forms
from waiting import wait_for
from walled import started


@pytest.fixture(scope="module")
def walled(demo):
    with started(demo) as running:
        refused = running.ask("GET", "/cluster-configs")
        assert refused.status == 401 and "helenusctl user add" in refused.json["message"]
        # By the first worker; another one may have answered.
        wait_for("the log to tell of it", lambda: "helenusctl user add" in running.log)
        running.passwords = {
            "root": running.add_user("root", "--role", "admin"),
            "viewer": running.add_user("viewer", "--cluster", f"{demo.api.cluster}=viewer"),
            "operator": running.add_user("operator", "--cluster", f"{demo.api.cluster}=operator")}
        yield running
        for name in running.passwords:
            running.ctl("user", "remove", name)


@pytest.fixture(autouse=True)
def unlocked(demo):
    """No failure of one test locks another out."""
    with demo.database() as database, database.cursor() as cursor:
        cursor.execute("DELETE FROM helenus.login_failure")


def basic(walled, name):
    return (name, walled.passwords[name])


@pytest.mark.parametrize("form", ["json", "form", "query"])
def test_a_login_in_each_form(walled, demo, form):
    fields = {"username": "viewer", "password": walled.passwords["viewer"]}
    encoded = urllib.parse.urlencode(fields)
    answer = {
        "json": lambda: walled.ask("POST", "/login", fields),
        "form": lambda: walled.ask("POST", "/login", encoded.encode()),
        "query": lambda: walled.ask("GET", f"/login?{encoded}"),
    }[form]()
    assert answer.status == 200 and list(answer.json) == ["sessionid"], answer.text
    session = answer.json["sessionid"]
    walled.secrets.append(session)
    assert re.fullmatch("[0-9a-f]{32}", session)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"TWISTED_SESSION={session};") and "HttpOnly" in cookie, cookie
    path = f"/{demo.api.cluster}/nodes"
    for headers in (
            {"opscenter-session": session}, {"Cookie": f"TWISTED_SESSION={session}"},
            {"opscenter-session": session, "Cookie": f"TWISTED_SESSION={session}"}):
        assert len(walled.ask("GET", path, headers=headers).json) == len(demo.hosts)
    assert walled.ask("GET", "/logout", session=session).json == {}
    assert walled.ask("GET", path, session=session).status == 401


def test_a_session_expires(walled, demo):
    session = walled.login("viewer", walled.passwords["viewer"])
    assert walled.ask("GET", "/cluster-configs", session=session).status == 200
    with demo.database() as database, database.cursor() as cursor:
        cursor.execute("UPDATE helenus.credential SET expires_at = now() WHERE kind = 'session'")
    assert walled.ask("GET", "/cluster-configs", session=session).status == 401


def test_the_refusals(walled):
    refused = walled.ask("GET", "/cluster-configs")
    assert refused.status == 401 and refused.headers["WWW-Authenticate"].startswith("Basic ")
    assert refused.headers["X-Request-ID"]
    assert (refused.json["brief"], refused.json["type"]) == ("error", "NotAuthenticated")
    login = walled.ask("POST", "/login", {"username": "root", "password": "wrong"})
    assert login.status == 401 and "WWW-Authenticate" not in login.headers
    assert "message" in login.json


def test_client_a_backs_up_and_restores(walled, demo, keyspace):
    """Header and cookie together, and bodies that say nothing on GET and DELETE."""
    session = walled.login("operator", walled.passwords["operator"])
    both = {"opscenter-session": session, "Cookie": f"TWISTED_SESSION={session}"}
    demo.api.wait_for_keyspaces([keyspace.name])
    cluster = f"/{demo.api.cluster}"
    request = walled.ask(
        "POST", f"{cluster}/backups/run", {"keyspaces": [keyspace.name]}, headers=both)
    assert isinstance(request.json, str), request.text
    tag = demo.succeed(request.json, "client A's backup")["tag"]
    status = walled.ask("GET", f"/request/{request.json}/status", headers=both)
    assert status.json["state"] == "success"
    listed = walled.ask("GET", f"{cluster}/backups", b"", headers=both)
    assert tag in listed.json
    gone = walled.ask("DELETE", f"{cluster}/backups?tag={tag}", b"", headers=both)
    assert isinstance(gone.json, str), gone.text
    demo.succeed(gone.json, "client A's deletion")


def test_a_client_that_sends_basic_at_each_call(walled, demo):
    """As the Nagios plugins do; the password is hashed once a minute and worker."""
    workers = walled.workers
    for _ in range(100):
        answer = walled.ask("GET", f"/{demo.api.cluster}/backups", basic=basic(walled, "viewer"))
        assert answer.status == 200 and isinstance(answer.json, dict)
    assert walled.workers == workers


def test_roles_are_changed_by_the_command(walled, demo):
    password = walled.add_user("rising", "--role", "viewer")
    basic = ("rising", password)
    path = f"/{demo.api.cluster}/webhooks"
    wrong = {"url": "nowhere"}
    try:
        assert walled.ask("POST", path, wrong, basic=basic).status == 403
        walled.ctl("user", "roles", "rising", "--cluster", f"{demo.api.cluster}=operator")
        assert walled.ask("POST", path, wrong, basic=basic).status == 400
        # No other role is left.
        assert walled.ask("GET", "/users/rising", basic=basic).json == {
            "role": None, "clusters": {demo.api.cluster: "operator"}}
        walled.ctl("user", "roles", "rising")
        assert walled.ask("GET", path, basic=basic).status == 404
    finally:
        walled.ctl("user", "remove", "rising")


def test_the_command_reads_a_password_once(walled, demo):
    """It asks which cluster there is, and then about it."""
    environment = {key: value for key, value in os.environ.items() if key != "HELENUS_CLUSTER"}
    listed = subprocess.run(
        [walled.programs / "helenusctl", "agent", "list", "--url", walled.url, "--user", "viewer"],
        input=walled.passwords["viewer"] + "\n", env=environment, capture_output=True, text=True,
        timeout=60)
    assert listed.returncode == 0, listed.stderr
    assert column(listed.stdout, "NODE") == demo.hosts


def test_roles_and_other_clusters(walled, demo):
    cluster = demo.api.cluster
    assert walled.ask("POST", f"/{cluster}/backups/run", {}, basic=basic(walled, "viewer")).status \
        == 403
    assert walled.ask(
        "PUT", f"/cluster-configs/{cluster}", {}, basic=basic(walled, "operator")).status == 403
    added = walled.ask(
        "POST", "/cluster-configs", {"name": "Walled", "cassandra": {"seed_hosts": "127.0.0.7"}},
        basic=basic(walled, "root"))
    assert added.status == 201, added.text
    try:
        foreign = walled.ask("GET", "/Walled/nodes", basic=basic(walled, "operator"))
        unknown = walled.ask("GET", "/Nowhere/nodes", basic=basic(walled, "operator"))
        assert foreign.status == unknown.status == 404
        assert foreign.text == unknown.text.replace("Nowhere", "Walled")
        listed = walled.ask("GET", "/cluster-configs", basic=basic(walled, "operator"))
        assert list(listed.json) == [cluster]
    finally:
        assert walled.ask(
            "DELETE", "/cluster-configs/Walled", basic=basic(walled, "root")).status == 200


def test_a_lock_holds_in_every_worker(walled):
    # Nobody logged in with it before: a password that a worker remembers goes on.
    right = {"username": "late", "password": walled.add_user("late", "--role", "viewer")}
    statuses = [
        walled.ask("POST", "/login", {"username": "late", "password": "wrong"}).status
        for _ in range(12)]
    assert statuses[:5] == [401] * 5 and 429 in statuses, statuses
    for _ in range(8):
        locked = walled.ask("POST", "/login", right)
        assert locked.status == 429 and int(locked.headers["Retry-After"]) > 0
        assert locked.json["type"] == "TooManyRequests"
    # Somebody else at the same address is not locked out by so few.
    assert walled.login("operator", walled.passwords["operator"])


def test_tokens_of_both_kinds(walled, demo):
    printed = walled.ctl("token", "issue", "viewer", "--days", "1")
    issued = walled.ask("POST", "/tokens", {"description": "test"}, basic=basic(walled, "viewer"))
    assert issued.status == 201, issued.text
    path = f"/{demo.api.cluster}/nodes"
    for token in (printed, issued.json["token"]):
        walled.secrets.append(token)
        assert walled.ask("GET", path, bearer=token).status == 200
    assert printed not in walled.ctl("token", "list")
    walled.ctl("token", "revoke", issued.json["id"])
    assert walled.ask("GET", path, bearer=issued.json["token"]).status == 401
    listed = walled.ask("GET", "/tokens", bearer=printed).json
    assert [one["user"] for one in listed] == ["viewer"]
    assert walled.ask("DELETE", f"/tokens/{listed[0]['id']}", bearer=printed).status == 200
    assert walled.ask("GET", path, bearer=printed).status == 401


def test_passwords_and_users_by_command(walled):
    first = walled.add_user("temporary", "--role", "viewer")
    session = walled.login("temporary", first)
    walled.ctl("user", "password", "temporary", stdin="another password\n")
    assert walled.ask("GET", "/cluster-configs", session=session).status == 401
    assert walled.ask("GET", "/cluster-configs", basic=("temporary", first)).status == 401
    assert walled.ask(
        "GET", "/cluster-configs", basic=("temporary", "another password")).status == 200
    assert '"temporary": {"*": "viewer"}' in walled.ctl("user", "list")
    walled.ctl("user", "remove", "temporary")
    assert walled.ask(
        "GET", "/cluster-configs", basic=("temporary", "another password")).status == 401


def test_the_audit_log_names_who_and_what(walled, demo):
    body = {"keyspaces": ["no_such_keyspace"]}
    path = f"/{demo.api.cluster}/backups/run"
    refused = walled.ask("POST", path, body, basic=basic(walled, "operator"))
    assert refused.status == 404
    entries = walled.ask("GET", "/audit?count=5", basic=basic(walled, "root")).json["entries"]
    (line,) = (one for one in entries if one["request_id"] == refused.headers["X-Request-ID"])
    assert (line["user"], line["method"], line["path"], line["outcome"], line["cluster_id"]) == (
        "operator", "POST", path, "404", demo.api.cluster)
    assert line["address"] == "127.0.0.1"


def test_an_unclear_setting_stops_the_api(walled):
    settings = walled.directory / "unclear.env"
    settings.write_text((walled.directory / "api.env").read_text().replace(
        "AUTHENTICATION=on", "AUTHENTICATION=no"))
    done = subprocess.run(
        [walled.programs / "helenus-api", "--settings", settings], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=30)
    assert done.returncode == 1 and "HELENUS_AUTHENTICATION: got 'no'" in done.stdout


def test_no_password_session_or_token_is_kept(walled, demo):
    """After the tests above."""
    assert len(walled.secrets) > 10
    places = [("the database", dump(demo))] + [
        (file.name, file.read_bytes())
        for file in [*walled.directory.glob("*.log"), *walled.directory.glob("logs/*")]]
    assert {"api.log", "access.log"} <= {name for name, _ in places}
    for name, content in places:
        found = [one for one in walled.secrets for form in forms(one) if form in content]
        assert not found, f"{name} holds {found}"
