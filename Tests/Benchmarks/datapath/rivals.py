"""Tools that copy files and know nothing of Cassandra: they get the plain tree."""

from .measure import BenchmarkError, count_files, remove, run


class Copier:
    """A command that copies a tree, then `sync`."""

    name = ""

    def __init__(self, folder, dataset):
        self._folder, self._dataset = folder, dataset
        self._stored, self._restored = folder / "stored", folder / "restored"

    def command(self, source, target):
        raise NotImplementedError

    def begin_round(self):
        remove(self._folder)
        self._stored.mkdir(parents=True)

    def end_round(self):
        remove(self._folder)

    def backup(self, tag):
        del tag
        return self._copy(self._dataset.view, self._stored)

    def restore(self, tag):
        del tag
        self._restored.mkdir()
        return self._copy(self._stored, self._restored)

    def _copy(self, source, target):
        measure = run(self.command(source, target), self._folder / "log", flushing=target)
        if count_files(target) != (self._dataset.files, self._dataset.bytes):
            raise BenchmarkError(f"{self.name} did not copy everything")
        return measure


class Cp(Copier):
    """`cp -a`."""

    name = "cp -a"

    def command(self, source, target):
        return ["cp", "-a", f"{source}/.", target]


class Rclone(Copier):
    """`rclone copy` with its own defaults: 4 transfers, 8 checkers, hashes checked."""

    name = "rclone"

    def __init__(self, program, folder, dataset):
        super().__init__(folder, dataset)
        self._program = program

    def command(self, source, target):
        return [self._program, "copy", "--config", "/dev/null", source, target]
