"""A proxy between agents and an object store that does harm when it is told to. What it passes on
it passes on untouched, the header Host above all, so that signatures stay good."""

import contextlib
import socket
import struct
import threading
import time

PIECE = 64 * 1024
# Bodies up to this size are read before it is decided what happens to their request.
SMALL = 1 << 20


class Request:
    """What the proxy knows of a request before it passes it on."""

    def __init__(self, head):
        self.head = head
        self.method, self.target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
        self.length = int(_field(head, b"content-length") or 0)
        # Of a small one.
        self.body = b""

    @property
    def is_part(self):
        """Whether it carries a part of an object to S3 or a block of a blob to Azure."""
        return self.method == "PUT" and ("partNumber=" in self.target or "blockid=" in self.target)

    @property
    def is_deletion(self):
        """Whether it has S3 delete many objects."""
        return self.method == "POST" and "?delete" in self.target

    @property
    def is_reading(self):
        """Whether it reads a file of a backup."""
        return self.method == "GET" and "/sstables/" in self.target and "comp=" not in self.target


class Fault:
    """What happens to some requests: to the first `times` of them, or for `seconds` from the first
    one on, or until it is ended."""

    def __init__(self, where, times=None, seconds=None):
        self._where, self._times, self._seconds = where, times, seconds
        self._begun, self.happened, self.is_over = None, 0, False

    def takes(self, request):
        if self.is_over or not self._where(request):
            return False
        self._begun = self._begun or time.monotonic()
        if self.happened == self._times or (
                self._seconds and time.monotonic() > self._begun + self._seconds):
            return False
        self.happened += 1
        return True

    def end(self):
        self.is_over = True

    def amid_request(self):
        """Called when half of the request's body has been passed on."""

    def change(self, head, length):
        """What becomes of an answer with a body of so many bytes: its head, the place of a byte to
        be wrong in it, the place where it ends before its time."""
        return head, None, None


class Reset(Fault):
    """The connection is reset in the middle of the request's body."""

    def amid_request(self):
        raise ConnectionResetError("told to")


class Answer(Fault):
    """The store is not asked; the answer is an error of S3 and of Azure."""

    def __init__(self, where, status, code, message="told to", **limits):
        super().__init__(where, **limits)
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
        self.answer = (
            f"HTTP/1.1 {status} Told\r\nContent-Type: application/xml\r\nx-ms-error-code: {code}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode()
        self.body = body.encode()


class Silence(Fault):
    """Nothing moves for so many seconds in the middle of the request's body."""

    def __init__(self, where, pause, **limits):
        super().__init__(where, **limits)
        self._pause = pause

    def amid_request(self):
        time.sleep(self._pause)


class Hold(Fault):
    """Nothing moves from the middle of the request's body on, until it is let go."""

    def __init__(self, where, **limits):
        super().__init__(where, **limits)
        self._let_go = threading.Event()

    def amid_request(self):
        self._let_go.wait()

    def end(self):
        super().end()
        self._let_go.set()


class Damage(Fault):
    """A byte in the middle of the answer is wrong."""

    def change(self, head, length):
        return head, length // 2, None


class CutOff(Fault):
    """The connection ends in the middle of the answer."""

    def change(self, head, length):
        return head, None, length // 2


class Shorten(Fault):
    """The answer's second half is missing, and its head does not tell."""

    def change(self, head, length):
        lines = [
            line for line in head[:-4].split(b"\r\n")
            if not line.lower().startswith((b"content-length:", b"content-md5:"))]
        lines.append(b"Content-Length: %d" % (length // 2))
        return b"\r\n".join(lines) + b"\r\n\r\n", None, length // 2


class FaultProxy:
    """Listens on a free port; `requests` is all that has come."""

    def __init__(self, host):
        address, port = host.split(":")
        self._store = address, int(port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests, self._faults, self._lock = [], [], threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def end(self):
        self.heal()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def harm(self, fault):
        with self._lock:
            self._faults.append(fault)
        return fault

    def heal(self):
        """Ends every fault."""
        with self._lock:
            for fault in self._faults:
                fault.end()
            self._faults = []

    def count(self, where):
        """How many requests have come for which this holds."""
        with self._lock:
            return sum(1 for request in self.requests if where(request))

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client):
        connection = _Connection(client, socket.create_connection(self._store))
        try:
            while connection.exchange(self._take):
                pass
        except OSError:
            connection.reset()
        finally:
            connection.close()

    def _take(self, request):
        with self._lock:
            self.requests.append(request)
            return next((fault for fault in self._faults if fault.takes(request)), Fault(None))


class _Connection:
    """A client's connection, and the one to the store that belongs to it."""

    def __init__(self, client, store):
        self._client, self._store = client, store
        for one in (client, store):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._from_client, self._from_store = client.makefile("rb"), store.makefile("rb")

    def close(self):
        for one in (self._from_client, self._from_store, self._client, self._store):
            with contextlib.suppress(OSError):
                one.close()

    def reset(self):
        """Has the end of the connections be a reset."""
        for one in (self._client, self._store):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def exchange(self, take):
        """Passes on one request and its answer; whether there may be another."""
        head = _head(self._from_client)
        if not head:
            return False
        request = Request(head)
        if request.length <= SMALL:
            request.body = _all(self._from_client, request.length)
        fault = take(request)
        if isinstance(fault, Answer):
            if not request.body:
                _copy(self._from_client, request.length)
            self._client.sendall(fault.answer + (b"" if request.method == "HEAD" else fault.body))
            return True
        self._store.sendall(head)
        half = request.length // 2
        if request.body:
            self._store.sendall(request.body[:half])
            fault.amid_request()
            self._store.sendall(request.body[half:])
        else:
            _copy(self._from_client, half, self._store)
            fault.amid_request()
            _copy(self._from_client, request.length - half, self._store)
        return self._answer(request, fault)

    def _answer(self, request, fault):
        head = _head(self._from_store)
        if not head:
            raise ConnectionResetError("the store ended the connection")
        status = int(head.split(b" ", 2)[1])
        if request.method == "HEAD" or status in (204, 304):
            self._client.sendall(head)
            return True
        if b"chunked" in (_field(head, b"transfer-encoding") or b""):
            self._client.sendall(head)
            return self._chunks()
        length = int(_field(head, b"content-length"))
        head, wrong, end = fault.change(head, length)
        self._client.sendall(head)
        if wrong is not None:
            _copy(self._from_store, wrong, self._client)
            self._client.sendall(bytes([_all(self._from_store, 1)[0] ^ 1]))
            _copy(self._from_store, length - wrong - 1, self._client)
        else:
            _copy(self._from_store, length if end is None else end, self._client)
        return end is None

    def _chunks(self):
        while True:
            line = self._from_store.readline()
            self._client.sendall(line)
            size = int(line.split(b";")[0], 16)
            _copy(self._from_store, size, self._client)
            self._client.sendall(self._from_store.readline())
            if size == 0:
                return True


def _head(file):
    """A head with its empty line; nothing where the connection has ended."""
    lines = []
    while line := file.readline():
        lines.append(line)
        if line == b"\r\n":
            return b"".join(lines)
    return b""


def _field(head, name):
    for line in head.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip().lower()
    return None


def _all(file, length):
    content = file.read(length)
    if len(content) < length:
        raise ConnectionResetError("cut off")
    return content


def _copy(file, length, to=None):
    while length > 0:
        piece = file.read1(min(length, PIECE))
        if not piece:
            raise ConnectionResetError("cut off")
        length -= len(piece)
        if to:
            to.sendall(piece)
