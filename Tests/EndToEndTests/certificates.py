"""The demo's authority, and who has a certificate of it."""

import ssl
import subprocess

from processes import program


def ctl(demo, *arguments):
    """Runs helenusctl; answers what it prints."""
    done = subprocess.run(
        [program(demo.pid("api")).parent / "helenusctl", *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=60)
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout.strip()


def owner(demo):
    """The option that names the database."""
    return "--database", demo.environment["HELENUS_DATABASE_URL"]


def executor(demo):
    """A file with a key and an executor's certificate, as a person makes one."""
    file = demo.directory / "etc" / "client.pem"
    if not file.exists():
        ctl(demo, "ca", "client", file, "--ca", demo.directory / "etc" / "ca", "--hours", "24")
    return file


def context(demo, client=None):
    """How to call an agent: with the key and certificate of a file, or without."""
    made = ssl.create_default_context(cafile=demo.directory / "etc" / "ca" / "ca.pem")
    # The certificate names the agent by what only executors know.
    made.check_hostname = False
    if client:
        made.load_cert_chain(client)
    return made


def port(demo, node):
    """Where a node's agent listens, on 127.0.0.1."""
    return int((demo.directory / "etc" / "agent-port").read_text()) + node - 1
