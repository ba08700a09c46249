"""An Azure Blob endpoint for tests, on a free port of 127.0.0.1, everything in memory.

    AZURE_ACCOUNT=NAME AZURE_KEY=BASE64 azure_blob_endpoint.py [CONTAINER]...

The Shared Key of every request, those inside a batch too, is computed again by Microsoft's own code
(the package azure-storage-blob) and must be equal; the date must be within 15 minutes; the body must
have its Content-MD5. The answers are written from the REST reference. Addresses are path style,
http://127.0.0.1:PORT/ACCOUNT/CONTAINER/BLOB, or host style with the header Host: ACCOUNT.…

It prints "ready http://127.0.0.1:PORT/ACCOUNT" and ends when its standard input does, so that it
does not outlive the test that started it. Two addresses are for tests alone, and unsigned:

    GET /-/requests/CONTAINER   the requests so far, a JSON list of "METHOD comp status"
    PUT /-/faults/CONTAINER     JSON {"method", "comp", "skip", "times", "status", "code", "headers"}:
                                requests of that method and comp are answered so, after `skip` of
                                them, `times` times; status 0 closes the connection instead; a
                                deletion in a batch has the comp "part", no comp is "-"
"""
import base64
import datetime
import email.utils
import hashlib
import hmac
import json
import os
import re
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.pipeline.transport import HttpRequest
from azure.storage.blob._shared.authentication import SharedKeyCredentialPolicy

PIECE = 1 << 20


class Refused(Exception):
    """An answer that is an error of the service."""

    def __init__(self, status, code, message=None, headers=None):
        super().__init__(code)
        self.status, self.code, self.message = status, code, message or code
        self.headers = headers or {}

    def xml(self):
        return (f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{self.code}</Code>'
                f'<Message>{escape(self.message)}</Message></Error>').encode()


class Signatures(SharedKeyCredentialPolicy):
    """Microsoft's signing code; it keeps the string that it signed for the message."""

    def _add_authorization_header(self, request, string_to_sign):
        request.context['signed'] = string_to_sign
        super()._add_authorization_header(request, string_to_sign)

    def expected(self, method, url, headers):
        """Authorization and string to sign of a request. The SDK itself never sends the standard
        header Range: what the service signs there, its code looks for under byte_range."""
        headers = {name.lower(): ' '.join(value.split()) for name, value in headers.items()
                   if name.lower() != 'authorization'}
        if 'range' in headers:
            headers['byte_range'] = headers.pop('range')
        request = PipelineRequest(HttpRequest(method, url, headers=headers), PipelineContext(None))
        self.on_request(request)
        return request.http_request.headers['Authorization'], request.context['signed']

    def check(self, method, url, headers):
        given = headers.get('authorization')
        if not given:
            raise Refused(401, 'NoAuthenticationInformation')
        expected, signed = self.expected(method, url, headers)
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise Refused(403, 'AuthenticationFailed',
                          'Server failed to authenticate the request. Make sure the value of '
                          'Authorization header is formed correctly including the signature.\n'
                          f'Server used following string to sign: {signed!r}.')
        now = datetime.datetime.now(datetime.timezone.utc)
        date = email.utils.parsedate_to_datetime(headers['x-ms-date'])
        if abs((now - date).total_seconds()) > 900:
            raise Refused(403, 'AuthenticationFailed', 'Request date header too old')


class Blob:
    """A block blob: its bytes, and the blocks that it was made of."""

    def __init__(self, data, md5=None):
        self.data, self.md5 = data, md5
        self.etag = f'"0x{uuid.uuid4().hex[:15].upper()}"'
        self.modified = email.utils.formatdate(usegmt=True)


class Container:
    def __init__(self):
        self.blobs = {}
        self.uncommitted = {}
        self.requests = []
        self.faults = []

    def blob(self, name):
        if name not in self.blobs:
            raise Refused(404, 'BlobNotFound', 'The specified blob does not exist.')
        return self.blobs[name]

    def commit(self, name, blob):
        self.blobs[name] = blob
        self.uncommitted.pop(name, None)


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    # Headers and body go in one write, or the client waits for its delayed acknowledgement.
    wbufsize = -1

    def log_message(self, *_):
        pass

    def do_any(self):
        self.unread = int(self.headers.get('content-length') or 0)
        address = urlsplit(self.path)
        self.query = dict(parse_qsl(address.query, keep_blank_values=True))
        try:
            if address.path.startswith('/-/'):
                return self.control(*address.path.split('/')[2:])
            if 'transfer-encoding' in self.headers:
                self.close_connection = True
                raise Refused(411, 'MissingContentLengthHeader')
            self.server.signatures.check(
                self.command, f'http://{self.headers["host"]}{self.path}', self.headers)
            if not re.fullmatch(r'20\d\d-\d\d-\d\d', self.headers.get('x-ms-version', '')):
                raise Refused(400, 'MissingRequiredHeader', 'x-ms-version')
            container, blob = self.named(address.path)
            self.route(container, blob)
        except Refused as refused:
            self.answer(refused.status, {'x-ms-error-code': refused.code,
                                         'content-type': 'application/xml', **refused.headers},
                        refused.xml())
        except ConnectionError:
            self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_any

    def answer(self, status, headers=None, body=b'', length=None):
        while self.unread:
            self.read_some()
        self.note(status)
        self.send_response(status)
        headers = {'x-ms-request-id': str(uuid.uuid4()),
                   'x-ms-version': self.headers.get('x-ms-version', ''),
                   'content-length': str(len(body) if length is None else length),
                   **(headers or {})}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(body)
        self.wfile.flush()

    def answer_xml(self, text):
        self.answer(200, {'content-type': 'application/xml'},
                    ('\ufeff<?xml version="1.0" encoding="utf-8"?>' + text).encode())

    def read_some(self):
        piece = self.rfile.read(min(self.unread, PIECE))
        if not piece:
            raise ConnectionResetError
        self.unread -= len(piece)
        return piece

    def body(self):
        """The request's body, and its MD5, which must be the one announced."""
        if 'content-length' not in self.headers:
            raise Refused(411, 'MissingContentLengthHeader')
        pieces, md5 = [], hashlib.md5()
        while self.unread:
            pieces.append(self.read_some())
            md5.update(pieces[-1])
        announced = self.headers.get('content-md5')
        found = base64.b64encode(md5.digest()).decode()
        if announced and announced != found:
            raise Refused(400, 'Md5Mismatch', 'The MD5 value specified in the request did not match '
                                              'with the MD5 value calculated by the server.')
        return b''.join(pieces), found

    # -- tests' own addresses

    def control(self, what, container):
        container = self.server.containers[container]
        if what == 'requests':
            return self.answer(200, {}, json.dumps(container.requests).encode())
        fault = json.loads(self.body()[0])
        with self.server.lock:
            container.faults.append(fault)
        return self.answer(200)

    def note(self, status):
        container = getattr(self, 'container', None)
        if container:
            container.requests.append(f'{self.command} {self.query.get("comp", "-")} {status}')
        self.container = None

    def fail_as_told(self, container, method, comp):
        with self.server.lock:
            for fault in container.faults:
                if (fault['method'], fault['comp']) != (method, comp):
                    continue
                if fault.get('skip', 0) > 0:
                    fault['skip'] -= 1
                elif fault.get('times', 1) > 0:
                    fault['times'] = fault.get('times', 1) - 1
                    if not fault['status']:
                        raise ConnectionAbortedError
                    raise Refused(fault['status'], fault['code'], None, fault.get('headers'))

    # -- the service

    def named(self, path):
        """Container and blob of a path; '' for what it does not name."""
        account = self.server.signatures.account_name
        if not self.headers['host'].startswith(account + '.'):
            path = path.removeprefix('/' + account)
        container, _, blob = path.removeprefix('/').partition('/')
        return unquote(container), unquote(blob)

    def route(self, name, blob):
        if self.query.get('restype') == 'container' and self.command == 'PUT':
            return self.create_container(name)
        with self.server.lock:
            container = self.container = self.server.containers.get(name)
        if not container:
            raise Refused(404, 'ContainerNotFound', 'The specified container does not exist.')
        self.fail_as_told(container, self.command, self.query.get('comp', '-'))
        match self.command, self.query.get('comp'), bool(blob):
            case 'GET', 'list', False:
                self.list_blobs(container)
            case 'POST', 'batch', False:
                self.batch(name, container)
            case 'PUT', 'block', True:
                self.put_block(container, blob)
            case 'PUT', 'blocklist', True:
                self.put_block_list(container, blob)
            case 'PUT', None, True:
                self.put_blob(container, blob)
            case 'DELETE', None, True:
                self.delete_blob(container, blob)
                self.answer(202)
            case 'GET' | 'HEAD', None, True:
                self.get_blob(container.blob(blob))
            case _:
                raise Refused(405, 'UnsupportedHttpVerb')

    def create_container(self, name):
        if not re.fullmatch(r'[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]', name):
            raise Refused(400, 'InvalidResourceName')
        with self.server.lock:
            if name in self.server.containers:
                raise Refused(409, 'ContainerAlreadyExists')
            self.server.containers[name] = Container()
        self.answer(201)

    def check_condition(self, container, name):
        if self.headers.get('if-none-match') == '*' and name in container.blobs:
            raise Refused(409, 'BlobAlreadyExists', 'The specified blob already exists.')

    def put_blob(self, container, name):
        if self.headers.get('x-ms-blob-type') != 'BlockBlob':
            raise Refused(400, 'InvalidHeaderValue', 'x-ms-blob-type')
        if len(name) > 1024:
            raise Refused(400, 'InvalidResourceName')
        data, md5 = self.body()
        with self.server.lock:
            self.check_condition(container, name)
            container.commit(name, Blob(data, md5))
        self.answer(201, {'content-md5': md5})

    def put_block(self, container, name):
        block = self.query['blockid']
        if not 1 <= len(base64.b64decode(block, validate=True)) <= 64:
            raise Refused(400, 'InvalidQueryParameterValue', 'blockid')
        data, md5 = self.body()
        if not data:
            raise Refused(400, 'InvalidHeaderValue', 'Content-Length')
        with self.server.lock:
            blocks = container.uncommitted.setdefault(name, {})
            if any(len(other) != len(block) for other in blocks):
                raise Refused(400, 'InvalidBlobOrBlock', 'The specified block ids differ in length.')
            blocks[block] = data
        self.answer(201, {'content-md5': md5})

    def put_block_list(self, container, name):
        data, md5 = self.body()
        wanted = [element.text for element in ElementTree.fromstring(data)]
        with self.server.lock:
            self.check_condition(container, name)
            blocks = container.uncommitted.get(name, {})
            if any(block not in blocks for block in wanted):
                raise Refused(400, 'InvalidBlockList', 'The specified block list is invalid.')
            container.commit(name, Blob(b''.join(blocks[block] for block in wanted)))
        self.answer(201, {'content-md5': md5})

    def delete_blob(self, container, name):
        with self.server.lock:
            container.blob(name)
            del container.blobs[name]

    def get_blob(self, blob):
        start, end, status = 0, len(blob.data), 200
        headers = {'etag': blob.etag, 'last-modified': blob.modified, 'x-ms-blob-type': 'BlockBlob',
                   'content-type': 'application/octet-stream'}
        given = re.fullmatch(r'bytes=(\d+)-(\d*)', self.headers.get('x-ms-range', ''))
        if given:
            start, end, status = int(given[1]), min(end, int(given[2] or end) + 1), 206
            if start >= len(blob.data):
                raise Refused(416, 'InvalidRange', 'The range specified is invalid for the current '
                                                   'size of the resource.')
            headers['content-range'] = f'bytes {start}-{end - 1}/{len(blob.data)}'
        elif blob.md5:
            headers['content-md5'] = blob.md5
        self.answer(status, headers, blob.data[start:end])

    def list_blobs(self, container):
        prefix, delimiter = self.query.get('prefix', ''), self.query.get('delimiter')
        limit = int(self.query.get('maxresults', 5000))
        rows, seen, following = [], set(), ''
        with self.server.lock:
            blobs = sorted(pair for pair in container.blobs.items() if pair[0].startswith(prefix))
        for name, blob in blobs:
            cut = name.find(delimiter, len(prefix)) if delimiter else -1
            item = name[:cut + 1] if cut >= 0 else name
            if item in seen or item < self.query.get('marker', ''):
                continue
            if len(rows) == min(limit, 5000):
                following = item
                break
            seen.add(item)
            rows.append(f'<BlobPrefix><Name>{escape(item)}</Name></BlobPrefix>' if cut >= 0 else
                        f'<Blob><Name>{escape(item)}</Name><Properties><Last-Modified>{blob.modified}'
                        f'</Last-Modified><Etag>{blob.etag}</Etag><Content-Length>{len(blob.data)}'
                        '</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>')
        self.answer_xml(f'<EnumerationResults><Prefix>{escape(prefix)}</Prefix><Blobs>'
                        f'{"".join(rows)}</Blobs><NextMarker>{escape(following)}</NextMarker>'
                        '</EnumerationResults>')

    def batch(self, container_name, container):
        boundary = re.fullmatch(r'multipart/mixed; boundary=(\S+)', self.headers['content-type'])[1]
        parts = self.body()[0].decode().split(f'--{boundary}')[1:-1]
        if len(parts) > 256:
            raise Refused(400, 'ExceedsMaxBatchRequestCount')
        out = f'batchresponse_{uuid.uuid4()}'
        answers = [self.batch_part(part, container_name, container) for part in parts]
        text = ''.join(f'--{out}\r\nContent-Type: application/http\r\n{answer}' for answer in answers)
        self.answer(202, {'content-type': f'multipart/mixed; boundary={out}'},
                    f'{text}--{out}--'.encode())

    def batch_part(self, part, container_name, container):
        """One deletion of a batch, with its own signature; answers its part of the answer."""
        outer, request = part.strip('\r\n').split('\r\n\r\n', 1)
        line, *lines = request.split('\r\n')
        method, path, _ = line.split(' ')
        headers = {name.lower(): value for name, value in (line.split(': ') for line in lines)}
        content_id = re.search(r'(?m)^Content-ID: (\d+)\r?$', outer)[1]
        result = 'HTTP/1.1 202 Accepted\r\nx-ms-version: 2018-11-09\r\n\r\n'
        try:
            self.server.signatures.check(method, f'http://{self.headers["host"]}{path}', headers)
            named, blob = self.named(urlsplit(path).path)
            if method != 'DELETE' or named != container_name or 'x-ms-version' in headers:
                raise Refused(400, 'InvalidInput')
            self.fail_as_told(container, method, 'part')
            self.delete_blob(container, blob)
        except Refused as refused:
            body = refused.xml().decode()
            result = (f'HTTP/1.1 {refused.status} {refused.message.splitlines()[0]}\r\n'
                      f'x-ms-error-code: {refused.code}\r\nContent-Length: {len(body)}\r\n'
                      f'Content-Type: application/xml\r\n\r\n{body}\r\n')
        return f'Content-ID: {content_id}\r\n\r\n{result}'


class Endpoint(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 128

    def __init__(self, account, key, containers):
        super().__init__(('127.0.0.1', 0), Handler)
        self.signatures = Signatures(account, key)
        self.lock = threading.RLock()
        self.containers = {name: Container() for name in containers}

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def main():
    account = os.environ['AZURE_ACCOUNT']
    endpoint = Endpoint(account, os.environ['AZURE_KEY'], sys.argv[1:])
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    print(f'ready http://127.0.0.1:{endpoint.server_port}/{account}', flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == '__main__':
    main()
