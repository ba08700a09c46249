"""A constant load of requests through nginx."""

import http.client
import threading
import urllib.parse


class Load:
    """Threads that ask without a pause and compare every answer with the first one; half of them
    keep their connections, half open a new one each time."""

    def __init__(self, url, paths, threads=4):
        address = urllib.parse.urlsplit(url)
        self._address, self._expected = (address.hostname, address.port), {}
        for path in paths:
            connection = self._connection()
            self._expected[path] = self._ask(connection, path)
            connection.close()
            assert self._expected[path][0] == 200, self._expected[path]
        self._stopped = threading.Event()
        self._answered = [0] * threads
        self.failures = []
        self._threads = [
            threading.Thread(target=self._run, args=[index]) for index in range(threads)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    @property
    def answered(self):
        return sum(self._answered)

    def _run(self, index):
        keeps, connection = index % 2 == 0, None
        while not self._stopped.is_set():
            for path, expected in self._expected.items():
                connection = connection or self._connection()
                try:
                    answer = self._ask(connection, path)
                except (OSError, http.client.HTTPException) as error:
                    answer = repr(error)
                if answer != expected:
                    self.failures.append((path, answer))
                    connection.close()
                    connection = None
                    continue
                self._answered[index] += 1
                if not keeps:
                    connection.close()
                    connection = None

    def _connection(self):
        return http.client.HTTPConnection(*self._address, timeout=60)

    @staticmethod
    def _ask(connection, path):
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
