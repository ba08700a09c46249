"""Stands in for the API that an agent joins and reports to."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StandInAPI:
    """Accepts every enrolment and every report; a server on a free loopback port."""

    def __init__(self, executor_secret):
        credentials = {"token": "benchmark", "executor_secret": executor_secret}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self._answer(credentials)

            def do_PUT(self):
                self._answer({})

            def _answer(self, value):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
