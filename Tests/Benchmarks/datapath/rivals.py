"""Tools that copy files and know nothing of Cassandra: they get the plain tree."""

from .measure import BenchmarkError, count_files, run


class Copier:
    """A command that copies a tree, then `sync`."""

    name = ""

    def __init__(self, dataset):
        self._dataset = dataset
        self._folder = None

    def command(self, source, target):
        raise NotImplementedError

    def begin_round(self, folder):
        self._folder = folder
        (folder / "stored").mkdir(parents=True)
        (folder / "restored").mkdir()

    def end_round(self):
        pass

    def backup(self, tag):
        del tag
        return self._copy(self._dataset.view, self._folder / "stored")

    def restore(self, tag):
        del tag
        return self._copy(self._folder / "stored", self._folder / "restored")

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

    def __init__(self, program, dataset):
        super().__init__(dataset)
        self._program = program

    def command(self, source, target):
        return [self._program, "copy", "--config", "/dev/null", source, target]
