"""File systems of a size of their own, which can be filled."""

import contextlib
import os
import subprocess


class Disk:
    """A folder that has so many megabytes."""

    def __init__(self, folder, megabytes):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder],
            check=True)

    def end(self):
        # What is still open stays usable until it is closed.
        subprocess.run(["umount", "--lazy", self.folder], check=True)

    @contextlib.contextmanager
    def full(self, left=65_536):
        """But for so many bytes."""
        filler = self.folder / "filler"
        with open(filler, "wb") as file:
            try:
                self._fill(file.fileno(), left)
                yield
            finally:
                filler.unlink()

    def _fill(self, descriptor, left):
        while True:
            room = os.statvfs(self.folder)
            free = room.f_bavail * room.f_frsize - left
            if free <= 0:
                return
            try:
                os.posix_fallocate(descriptor, os.fstat(descriptor).st_size, free)
            except OSError:
                # Others write too.
                left += 1 << 20
