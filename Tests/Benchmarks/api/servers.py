"""nginx with the project's settings, and what stands behind it, four workers each."""

import os
import pathlib
import socket

from scratch.processes import Service, children, program, run, wait_for
from scratch.statements import named_statements, statements

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[2]
WORKERS = 4
REFERENCES = ("rows", "agg", "document")
# As our own connections have it: a statement with LIMIT $2 never gets a generic plan by itself.
OPTIONS = "-c plan_cache_mode=force_generic_plan -c timezone=UTC"

FASTCGI = """
        fastcgi_pass unix:{socket};
        fastcgi_buffer_size 16k;
        fastcgi_buffers 16 16k;
        fastcgi_pass_request_headers off;
        fastcgi_param SCRIPT_FILENAME {script};
        fastcgi_param HELENUS_SETTINGS {settings};
        fastcgi_param REQUEST_METHOD $request_method;
        fastcgi_param REQUEST_URI $request_uri;
        fastcgi_param CONTENT_TYPE $content_type;
        fastcgi_param CONTENT_LENGTH $content_length;
        fastcgi_param REMOTE_ADDR $remote_addr;
        fastcgi_param REQUEST_ID $request_id;
        fastcgi_param HTTP_AUTHORIZATION $http_authorization;
"""
UWSGI = """
        uwsgi_pass unix:{socket};
        uwsgi_buffer_size 16k;
        uwsgi_buffers 16 16k;
        uwsgi_pass_request_headers off;
        uwsgi_param SERVER_NAME $server_name;
        uwsgi_param SERVER_PORT $server_port;
        uwsgi_param SERVER_PROTOCOL $server_protocol;
        uwsgi_param REQUEST_METHOD $request_method;
        uwsgi_param REQUEST_URI $request_uri;
        uwsgi_param PATH_INFO $document_uri;
        uwsgi_param QUERY_STRING $query_string;
        uwsgi_param CONTENT_TYPE $content_type;
        uwsgi_param CONTENT_LENGTH $content_length;
        uwsgi_param REMOTE_ADDR $remote_addr;
        uwsgi_param REQUEST_ID $request_id;
        uwsgi_param HTTP_AUTHORIZATION $http_authorization;
"""
SCGI = """
        include snippets/scgi.conf;
        scgi_pass unix:{socket};
"""


class Servers:
    """All of them, started; `urls` is where each is asked."""

    def __init__(self, folder, programs, postgres):
        self._folder = folder
        self._database = f"{postgres.conninfo('helenus_api')} options='{OPTIONS}'"
        self._services = {}
        self.urls = {}
        self._blocks = []
        for part in ("run", "log", "statements", "nginx/conf/conf.d", "nginx/logs", "nginx/temp"):
            (folder / part).mkdir(parents=True)
        try:
            self._write_statements()
            self._start_ours(programs, postgres)
            self._start_references()
            self._start_php()
            self._start_uwsgi()
            self._start_nginx()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        while self._services:
            self._services.popitem()[1].stop()

    def last_words(self, name):
        """The end of a server's log."""
        return self._services[name].log.read_text(errors="replace")[-2_000:]

    def workers(self, name):
        """The processes of the workers of a server."""
        master = self._services[name]
        return [pid for pid in children(master.pid) if program(pid) == program(master.pid)]

    def _write_statements(self):
        project = statements("access", "api")
        mine = {
            **named_statements(HERE / "reference.sql"),
            "identify": project["access_identify"], "audit": project["access_audit_add"],
            "destinations": project["api_destination_list"],
        }
        for name, text in mine.items():
            (self._folder / "statements" / f"{name}.sql").write_text(text)
        self.statements = mine

    def _start_ours(self, programs, postgres):
        key = self._folder / "sealing.key"
        run(programs / "helenusctl", "key", "create", key)
        for name, more in (("ours", ""), ("uncached", "HELENUS_PAGE_CACHE=0\n")):
            settings = self._folder / f"{name}.env"
            settings.write_text(
                f"HELENUS_DATABASE={postgres.conninfo('helenus_api')}\n"
                f"HELENUS_SOCKET={self._socket(name)}\nHELENUS_KEY_FILE={key}\n"
                f"HELENUS_WORKERS={WORKERS}\nHELENUS_LOG_LEVEL=warning\n"
                # Counted as always, with a limit that is not reached.
                f"HELENUS_REQUESTS_PER_MINUTE=10000000\n{more}")
            self._start(name, programs / "helenus-api", "--settings", settings)
        self._serve("uncached", SCGI)

    def _start_references(self):
        worker = self._folder / "reference"
        include = run("pg_config", "--includedir").strip()
        run("cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", f"-I{include}", "-o", worker,
            HERE / "reference.c", "-lpq", "-lcrypto")
        for variant in REFERENCES:
            self._start(f"c-{variant}", worker, self._socket(f"c-{variant}"), WORKERS,
                        self._database, self._folder / "statements", variant)
            self._serve(f"c-{variant}", SCGI)

    def _start_php(self):
        settings, configuration = self._folder / "settings.php", self._folder / "php-fpm.conf"
        named = {name: text for name, text in self.statements.items()
                 if name not in ("activity_rows", "activity_agg")}
        texts = ", ".join(f"'{name}' => {php_string(text)}" for name, text in named.items())
        settings.write_text(
            f"<?php return ['conninfo' => {php_string(self._database)},"
            f" 'statements' => [{texts}]];\n")
        user = "user = root\ngroup = root\n" if os.getuid() == 0 else ""
        configuration.write_text(
            f"[global]\nerror_log = {self._folder}/log/php-fpm.log\n"
            f"[www]\n{user}listen = {self._socket('php')}\nlisten.mode = 0660\n"
            f"listen.backlog = 1024\npm = static\npm.max_children = {WORKERS}\n"
            "php_admin_value[display_errors] = off\nphp_admin_value[opcache.enable] = 1\n"
            "php_admin_value[opcache.validate_timestamps] = 0\n")
        (fpm,) = sorted(pathlib.Path("/usr/sbin").glob("php-fpm[0-9]*"))[-1:]
        self._start("php", fpm, "--nodaemonize", "--fpm-config", configuration,
                    *(["--allow-to-run-as-root"] if os.getuid() == 0 else []))
        self._serve("php", FASTCGI, script=HERE / "index.php", settings=settings)

    def _start_uwsgi(self):
        self._start(
            "uwsgi", "uwsgi", "--plugin", "python3", "--master", "--processes", WORKERS,
            "--socket", self._socket("uwsgi"), "--chmod-socket=660", "--listen", "1024",
            "--venv", os.environ["BENCHMARK_VENV"], "--pythonpath", HERE, "--module", "app",
            "--lazy-apps", "--need-app", "--single-interpreter", "--disable-logging",
            "--die-on-term",
            environment={
                **os.environ, "BENCHMARK_DATABASE": self._database,
                "BENCHMARK_STATEMENTS": str(self._folder / "statements")})
        self._serve("uwsgi", UWSGI)

    def _start_nginx(self):
        prefix = self._folder / "nginx"
        for part in ("nginx.conf", "snippets"):
            (prefix / "conf" / part).symlink_to(PROJECT / "nginx" / part)
        # Ours as it is in production; the others beside it, with the same log and limits.
        (prefix / "conf/conf.d/helenus.conf").write_text(
            f"include {PROJECT}/nginx/conf.d/helenus.conf;\n{''.join(self._blocks)}")
        port = free_port()
        (prefix / "conf/listen.conf").write_text(f"listen 127.0.0.1:{port};\n")
        (prefix / "conf/upstream.conf").write_text(
            f"server unix:{self._socket('ours')} max_fails=0;\n")
        self.urls["ours"] = f"http://127.0.0.1:{port}"
        user = "user root;" if os.getuid() == 0 else ""
        self._services["nginx"] = Service(
            "/usr/sbin/nginx", "-p", prefix, "-e", "logs/error.log",
            "-c", prefix / "conf/nginx.conf", "-g", f"daemon off; {user}",
            log=self._folder / "log/nginx.log")
        self._services["nginx"].await_file(prefix / "nginx.pid")
        wait_for(lambda: accepts(port), "nginx to listen")

    def _serve(self, name, passing, **more):
        port = free_port()
        self.urls[name] = f"http://127.0.0.1:{port}"
        self._blocks.append(
            f"server {{\n    listen 127.0.0.1:{port};\n    merge_slashes off;\n"
            "    add_header X-Request-ID $request_id always;\n"
            "    include snippets/errors.conf;\n"
            "    limit_req zone=helenus_client burst=1000 nodelay;\n    location / {\n"
            "        if ($helenus_method_known = 0) {\n            return 405;\n        }"
            + passing.format(socket=self._socket(name), **more) + "    }\n}\n")

    def _start(self, name, *command, environment=None):
        service = Service(
            *command, log=self._folder / "log" / f"{name}.log", environment=environment)
        self._services[name] = service
        service.await_file(self._socket(name))

    def _socket(self, name):
        return self._folder / "run" / f"{name}.sock"


def php_string(text):
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
