"""Programs that run for the time of a benchmark."""

import os
import pathlib
import signal
import subprocess
import time


class BenchmarkError(Exception):
    """Something did not do what it was to do: no number comes from it."""


def plain_environment(**more):
    """Without what would override the settings of a program of ours."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HELENUS_")}
    return {**kept, **more}


def run(*command, input=None, timeout=1_800):
    """Runs a program to its end; answers what it wrote to its standard output."""
    done = subprocess.run(
        [str(part) for part in command], input=input, capture_output=True, text=True,
        timeout=timeout, cwd="/", env=plain_environment(),
        **({} if input is not None else {"stdin": subprocess.DEVNULL}))
    if done.returncode != 0:
        raise BenchmarkError(
            f"{command[0]} ended with status {done.returncode}:\n{done.stdout[-1_000:]}"
            f"{done.stderr[-2_000:]}")
    return done.stdout


class Service:
    """A process in the background, its output in a file, or where `output` says."""

    def __init__(self, *command, log, output=None, environment=None, cwd="/"):
        self.log = pathlib.Path(log)
        self._file = open(log, "ab")
        self._name = pathlib.Path(str(command[0])).name
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=output or self._file,
            stderr=output or self._file, env=environment or plain_environment(), cwd=cwd)

    @property
    def pid(self):
        return self.process.pid

    def check(self):
        """Raises BenchmarkError where it has ended, with the end of its output."""
        if self.process.poll() is not None:
            raise BenchmarkError(
                f"{self._name} ended with status {self.process.returncode}:\n"
                f"{self.log.read_text(errors='replace')[-2_000:]}")

    def await_file(self, path):
        """Waits until it has made a file, such as its socket."""
        wait_for(lambda: self.check() or pathlib.Path(path).exists(), f"{self._name} to be ready")

    def hold(self):
        """It does nothing until `release`."""
        self.process.send_signal(signal.SIGSTOP)

    def release(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._file.close()


def wait_for(holds, what, seconds=30, pause=0.05):
    """Until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise BenchmarkError(f"waited {seconds} s in vain for {what}")
        time.sleep(pause)


def children(pid):
    """The process ids of a process's children, sorted."""
    return sorted(
        int(one)
        for tasks in pathlib.Path(f"/proc/{pid}/task").glob("*/children")
        for one in tasks.read_text().split())


def resident_bytes(pid):
    """The memory that it has at this moment."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1_024
    raise BenchmarkError(f"process {pid} has ended")


def processor_seconds(pids):
    """By process, what it has used of processors, user and system; without those that ended."""
    used = {}
    for pid in pids:
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        used[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def program(pid):
    """The path of the program that a process runs."""
    return pathlib.Path(f"/proc/{pid}/exe").resolve()
