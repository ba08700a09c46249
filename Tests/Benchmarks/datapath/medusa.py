"""Medusa, the field's open backup tool for Cassandra, with its storage provider `local`."""

import pathlib

from .measure import BenchmarkError, Measure, count_files, run

LAUNCHER = pathlib.Path(__file__).parent / "standins" / "run_medusa.py"
HOST = "127.0.0.1"


class Medusa:
    """`medusa backup` and `medusa download`, each followed by `sync`."""

    name = "medusa"

    def __init__(self, python, dataset):
        self._python, self._dataset = python, dataset
        self._folder = self._bucket = None

    def begin_round(self, folder):
        self._folder, self._bucket = folder, folder / "storage" / "bucket"
        self._bucket.mkdir(parents=True)
        (folder / "tmp").mkdir()
        self._write_configuration()

    def end_round(self):
        pass

    def _write_configuration(self):
        yaml = self._folder / "cassandra.yaml"
        yaml.write_text(
            f"data_file_directories: ['{self._dataset.data}']\n"
            f"commitlog_directory: {self._folder}/commitlog\n"
            f"listen_address: {HOST}\n")
        # Whatever is not named here is as Medusa has it by default: one transfer at a time,
        # differential backups, no MD5 checks of files that are there.
        (self._folder / "medusa.ini").write_text(
            "[cassandra]\n"
            f"config_file = {yaml}\n"
            "resolve_ip_addresses = False\n"
            "use_sudo = False\n"
            "[storage]\n"
            "storage_provider = local\n"
            f"base_path = {self._folder}/storage\n"
            "bucket_name = bucket\n"
            f"fqdn = {HOST}\n"
            "use_sudo_for_restore = False\n")

    def backup(self, tag):
        measure = self._run(
            ["backup", "--backup-name", tag, "--use-existing-snapshot", "--keep-snapshot"],
            self._bucket)
        stored, _ = count_files(self._bucket / HOST / "data")
        manifest = self._bucket / HOST / tag / "meta" / "manifest.json"
        if stored != self._dataset.files or not manifest.exists():
            raise BenchmarkError(f"medusa stored {stored} files of {self._dataset.files}")
        return measure

    def restore(self, tag):
        target = self._folder / "restored"
        target.mkdir()
        measure = self._run(
            ["download", "--backup-name", tag, "--download-destination", target], target)
        # Besides the files: manifest.json, schema.cql, tokenmap.json.
        files, _ = count_files(target)
        if files != self._dataset.files + 3:
            raise BenchmarkError(f"medusa brought {files} files of {self._dataset.files}")
        return measure

    def _run(self, arguments, target):
        started = self._folder / "started"
        started.unlink(missing_ok=True)
        command = [
            self._python, LAUNCHER, started, self._dataset.schema,
            "--config-file", self._folder / "medusa.ini", *arguments]
        measure = run(
            command, self._folder / "log", flushing=target,
            environment={"TMPDIR": str(self._folder / "tmp")})
        start_up = float(started.read_text())
        return Measure(
            measure.seconds, measure.cpu_seconds, measure.peak_bytes,
            measure.seconds - start_up)
