"""A client that goes on asking while the service is being restarted, as real ones do."""

import http.client
import threading
import time

from description import CheckedApi


class Unanswered(Exception):
    """Whether the call was done nobody knows."""


class PatientApi(CheckedApi):
    """Asks again what changes nothing, for up to a minute. Whatever is answered has to be as it is
    described, and never an internal error."""

    PATIENCE = 60

    def exchange(self, method, path, body=None):
        deadline = time.monotonic() + self.PATIENCE
        while True:
            try:
                status, text = super().exchange(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                found = repr(error)
            else:
                assert status != 500, f"{method} {path}: {text}"
                if status not in (503, 504):
                    return status, text
                found = f"{status} {text}"
            if method != "GET":
                raise Unanswered(f"{method} {path}: {found}")
            assert time.monotonic() < deadline, f"no answer for {self.PATIENCE} s: {path}: {found}"
            threading.Event().wait(0.2)
