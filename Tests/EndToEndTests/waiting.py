"""Waits for what must come, and says what did not."""

import time


def wait_for(what, condition, seconds=60, pause=0.05):
    """The condition's first answer that is true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(pause)
    return found
