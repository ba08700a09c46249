"""One run of chaos, which all tests look at afterwards, each from one side."""

import os
import pathlib
import secrets
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "EndToEndTests"))

# First, for it knows where the story lies.
import demo as demos  # noqa: E402
import world as worlds  # noqa: E402
from aftermath import Aftermath  # noqa: E402
from clocks import Clocks  # noqa: E402
from stores import S3  # noqa: E402

SEED = os.environ.get("HELENUS_CHAOS_SEED") or str(secrets.randbelow(1_000_000))
SECONDS = int(os.environ.get("HELENUS_CHAOS_SECONDS") or (
    600 if os.environ.get("HELENUS_FULL") == "yes" else 60))


def pytest_report_header(config):
    return f"chaos: HELENUS_CHAOS_SEED={SEED} HELENUS_CHAOS_SECONDS={SECONDS}"


def programs():
    """The folder of the programs under test."""
    given = os.environ.get("HELENUS_BIN")
    return pathlib.Path(given or subprocess.run(
        ["swift", "build", "-c", "release", "--show-bin-path"], cwd=ROOT, check=True,
        capture_output=True, text=True).stdout.strip()).resolve()


def keep(found):
    """Leaves logs and story where somebody wants them."""
    if folder := os.environ.get("HELENUS_CHAOS_LOGS"):
        shutil.copytree(found.demo.directory / "log", folder, dirs_exist_ok=True)
        (pathlib.Path(folder) / "story.txt").write_text(found.story())


# The seed stands in the name of each test, and so in every failure.
@pytest.fixture(scope="module", params=[pytest.param(SEED, id=f"seed-{SEED}")])
def aftermath(request, tmp_path_factory):
    """What the chaos of this seed has left."""
    with pytest.MonkeyPatch.context() as environment:
        folder = programs()
        store = S3(tmp_path_factory.mktemp("swift") / "d")
        try:
            with (
                demos.made(worlds.PatientDemo) as demo,
                worlds.made(demo, store, folder, environment, request.param, SECONDS) as world,
            ):
                found = Aftermath(world)
                try:
                    yield found.settle()
                finally:
                    keep(found)
        finally:
            store.end()
            # When the last process has ended.
            Clocks.sweep()


@pytest.fixture
def peace(aftermath):
    """The same, where everything has come to an end."""
    assert not aftermath.unrest, "There is no peace: see test_everything_has_come_to_an_end."
    return aftermath
