"""Disturbances: what is done to whom. Each is undone when its time is over."""

import contextlib
import os
import random
import signal
import subprocess
import threading
import traceback

import psycopg2

import nodes
from fault_proxy import Answer, CutOff, Reset, Silence
from processes import children, is_alive, stopped
from waiting import wait_for


class NotThere(Exception):
    """The process just dies, or is being started."""


class Harms:
    """Does what the plan says, each lane in a thread of its own."""

    def __init__(self, world):
        self._world, self._demo = world, world.demo
        self._threads = [
            threading.Thread(target=self._follow, args=[lane], name=name, daemon=True)
            for name, lane in world.plan.disturbances.items()]

    def begin(self):
        for thread in self._threads:
            thread.start()

    def join(self, seconds):
        """Who has not come to an end."""
        for thread in self._threads:
            thread.join(seconds)
        return [thread.name for thread in self._threads if thread.is_alive()]

    def _follow(self, lane):
        for one in lane:
            self._world.until(one.at)
            if self._world.is_over:
                return
            self._world.ledger.say(f"    {one}")
            try:
                with self._begin(one):
                    self._world.until(one.at + one.seconds)
            except (NotThere, ProcessLookupError):
                self._world.ledger.say(f"    {one}: it was not there")
            except Exception:
                self._world.ledger.blame(f"{one}: {traceback.format_exc()}")

    def _begin(self, one):
        """What ends it when it is left."""
        kind, _, rest = one.kind.partition(" ")
        match kind, rest:
            case "kill", "" if one.target == "worker":
                return self._kill_worker(random.Random(one.at))
            case "kill", "":
                return self._kill(one.target)
            case "kill", "tool":
                return self._kill_tool(one.target, one.at + one.seconds)
            case "kill", "nginx":
                return self._nginx_away()
            case "kill", "node":
                return self._node_away(killed=True)
            case "stop", "node":
                return self._node_away(killed=False)
            case "stop", "PostgreSQL":
                return self._postgresql_away(one.target)
            case "cut", "connections":
                return self._statement(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE usename LIKE 'helenus%'")
            case "lapse", "leases":
                return self._statement(
                    "UPDATE helenus.job SET lease_expires_at = now() - interval '1 second'"
                    " WHERE state = 'running'")
            case "freeze", _:
                return stopped(self._pid(one.target))
            case "fill", _:
                return self._world.disks[one.target].full()
            case "step", seconds:
                return self._world.clocks.wrong(one.target, int(seconds))
            case "cut" | "delay" | "refuse", _:
                return self._bad_store(one)
        raise NotImplementedError(one)

    def _pid(self, name):
        try:
            return self._demo.pid(name)
        except (FileNotFoundError, ValueError, IndexError) as error:
            raise NotThere(name) from error

    # ── Processes ───────────────────────────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def _kill(self, name):
        os.kill(self._pid(name), signal.SIGKILL)
        yield

    @contextlib.contextmanager
    def _kill_worker(self, chance):
        if workers := children(self._pid("api")):
            os.kill(chance.choice(workers), signal.SIGKILL)
        yield

    @contextlib.contextmanager
    def _kill_tool(self, agent, end):
        """The first that runs, or none within the time."""
        while not (tools := descendants(self._pid(agent))):
            self._world.pause(0.05)
            if self._world.is_over or self._world.seconds_passed > end:
                break
        else:
            self._world.ledger.say(f"    kills {command(tools[-1])}")
            os.kill(tools[-1], signal.SIGKILL)
        yield

    # ── What somebody has to start again ────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def _postgresql_away(self, how):
        with self._demo.upkeep:
            pid = self._pid("postgres")
            os.kill(pid, {
                "fast": signal.SIGINT, "at once": signal.SIGQUIT, "killed": signal.SIGKILL}[how])
            wait_for("PostgreSQL's end", lambda: not is_alive(pid))
            try:
                yield
            finally:
                self._demo.heal()

    @contextlib.contextmanager
    def _nginx_away(self):
        with self._demo.upkeep:
            pid = self._pid("nginx")
            for one in [pid, *children(pid)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
                wait_for("nginx's end", lambda one=one: not is_alive(one))
            try:
                yield
            finally:
                self._demo.heal()

    @contextlib.contextmanager
    def _node_away(self, killed):
        with self._demo.upkeep, self._world.cassandra:
            # Version 1.2 cannot start over a commitlog with rows of a table that changed later.
            nodes.stop(self._demo, 3)
            if killed:
                self._demo.heal()
                self._world.nodes_were_killed = True
                nodes.kill(self._demo, 3)
            try:
                yield
            finally:
                self._demo.heal()

    # ── What passes ─────────────────────────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def _statement(self, statement):
        try:
            self._world.execute(statement)
        except psycopg2.OperationalError as error:
            self._world.ledger.say(f"    PostgreSQL is away: {error}")
        yield

    @contextlib.contextmanager
    def _bad_store(self, one):
        """What has been asked is not looked at here, and would be kept for ever."""
        self._world.proxy.requests.clear()

        def is_any(request):
            return True

        def is_reading(request):
            return request.is_reading

        match one.kind, one.target:
            case "cut", "requests":
                fault = Reset(is_any)
            case "cut", "answers":
                fault = CutOff(is_reading)
            case "delay", _:
                fault = Silence(is_any, 0.7)
            case "refuse", "busy":
                fault = Answer(is_any, 503, "SlowDown")
            case _:
                fault = Answer(is_any, 500, "InternalError")
        self._world.proxy.harm(fault)
        try:
            yield
        finally:
            fault.end()


def descendants(pid):
    """All processes that come from this one, parents first."""
    found = []
    for child in children(pid):
        found += [child, *descendants(child)]
    return found


def command(pid):
    """Its command line, as far as it tells one from another."""
    told = subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return told.stdout.strip()[-120:]
