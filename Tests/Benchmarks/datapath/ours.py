"""Helenus: the agent's operations as one backup, and as the bringing of files for a restore."""

import time

from .agent import HOST_ID, Agent
from .measure import BenchmarkError, count_files


class Helenus:
    """A fresh agent for each round; `location` says where its destination is."""

    name = "helenus"

    def __init__(self, program, dataset):
        self._program, self._dataset = program, dataset
        self._folder = self._agent = None
        self.peaks = []

    def location(self):
        return {"local": {"_0": {"path": str(self._folder / "repository")}}}

    def _destination(self):
        return {"id": "bench", "location": self.location()}

    def begin_round(self, folder):
        self._folder = folder
        folder.mkdir(parents=True)
        self._agent = Agent(self._program, folder / "agent", self._dataset, [folder])

    def end_round(self):
        if self._agent:
            self._agent.stop()
            self._agent = None

    def backup(self, tag):
        """CaptureSnapshot and Upload, one after the other, until the backup exists."""
        measure = self._agent.measured(lambda: self._back_up(tag))
        self.peaks.append(measure.peak_bytes)
        return measure

    def _back_up(self, tag):
        target = {
            "destination": self._destination(),
            "options": {"compressed": False, "deleteAfterwards": False}}
        captured = self._agent.perform("capture_snapshot", {
            "tag": tag, "selection": {"keyspaces": {}}, "cluster": "bench",
            "clusterName": "bench", "snapshotTime": int(time.time()), "targets": [target],
            "hosts": [{"host_id": HOST_ID, "address": "127.0.0.1", "outcome": "success"}]})
        files = sum(table["files"] for table in captured["tables"])
        if files != self._dataset.files:
            raise BenchmarkError(f"{files} files were captured of {self._dataset.files}")
        self._agent.perform("upload", {"tag": tag, **target})

    def restore(self, tag):
        """Stage: every file is brought and its SHA-256 checked."""
        measure = self._agent.measured(lambda: self._agent.perform("stage", {
            "stagingID": "bench", "tag": tag, "selection": {"keyspaces": {}},
            "source": {"destination": {"_0": self._destination(), "host": HOST_ID}}}))
        self.peaks.append(measure.peak_bytes)
        found = count_files(self._folder / "agent/state/staging/bench")
        if found != (self._dataset.files, self._dataset.bytes):
            raise BenchmarkError(f"{found} files and bytes were staged")
        return measure
