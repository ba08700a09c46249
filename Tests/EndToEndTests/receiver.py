"""A receiver of webhooks, which checks what it is told with the library of Standard Webhooks."""

import contextlib
import http.server
import ssl
import threading

from standardwebhooks.webhooks import Webhook

from waiting import wait_for


@contextlib.contextmanager
def listening(certificate=None):
    """One that listens; with a file of key and certificate, over TLS."""
    running = Receiver(certificate)
    try:
        yield running
    finally:
        running.end()


class Receiver:
    """Answers with the statuses in `answers`, the last one again and again; `None` is silence until
    `hear` is called. One that `floods` sends a body without end, until nobody takes it."""

    def __init__(self, certificate):
        self.answers, self.posts = [204], []
        self.floods, self.was_cut_off = False, threading.Event()
        self._heard = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        scheme = "http"
        if certificate:
            scheme, context = "https", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}/helenus?team=db"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05])
        self._thread.start()

    def end(self):
        self.hear()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def hear(self):
        """Ends the silence."""
        self._heard.set()

    def wait(self, count=1, seconds=30):
        """The posts, once there are so many."""
        wait_for(f"{count} posts", lambda: len(self.posts) >= count, seconds=seconds)
        return self.posts

    def _handler(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append(Post(self.path, dict(self.headers), body))
                status = receiver.answers[0]
                if len(receiver.answers) > 1:
                    receiver.answers.pop(0)
                if status is None:
                    receiver._heard.wait(60)
                    status = 204
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    if status in (301, 302, 307, 308):
                        self.send_header("Location", "/elsewhere")
                    self.send_header("Content-Length", str(1 << 40 if receiver.floods else 0))
                    self.end_headers()
                    try:
                        while receiver.floods:
                            self.wfile.write(bytes(1 << 20))
                    except OSError:
                        receiver.was_cut_off.set()

            def log_message(self, *_):
                """Says nothing."""

        return Handler


class Post:
    """One request that came."""

    def __init__(self, path, headers, body):
        self.path, self.body = path, body
        self.headers = {name.lower(): value for name, value in headers.items()}

    @property
    def id(self):
        return self.headers["webhook-id"]

    def verified(self, secret):
        """What it tells; fails where its signature is not that of the secret, or is old."""
        return Webhook(secret).verify(self.body, self.headers)
