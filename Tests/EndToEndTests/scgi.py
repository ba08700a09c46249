"""SCGI, spoken to the API's socket as nginx does it."""

import re
import socket


def netstring(block):
    return b"%d:%s," % (len(block), block)


def header_block(headers):
    return b"".join(name + b"\0" + value + b"\0" for name, value in headers)


def headers(method, uri, body=b""):
    return [
        (b"CONTENT_LENGTH", b"%d" % len(body)), (b"SCGI", b"1"),
        (b"REQUEST_METHOD", method.encode()), (b"REQUEST_URI", uri.encode()),
        (b"SERVER_PROTOCOL", b"HTTP/1.1"), (b"REMOTE_ADDR", b"127.0.0.1"),
    ]


def request(method, uri, body=b""):
    return netstring(header_block(headers(method, uri, body))) + body


def connect(path, seconds=60):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(seconds)
    client.connect(str(path))
    return client


def answer(client):
    """Everything until the end; what was there when the other side broke off."""
    received = b""
    try:
        while piece := client.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def exchange(path, data):
    """The answer to some bytes, after which this side says nothing more."""
    with connect(path) as client:
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError, OSError):
            pass  # refused before its end: the answer may be there all the same
        return answer(client)


def status(received):
    """The status code; `None` where there is no answer."""
    found = re.match(rb"Status: (\d{3})", received)
    return int(found.group(1)) if found else None
