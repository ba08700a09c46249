"""What the tests share: one demo for all of them, stores, keyspaces."""

import os
import re

import pytest

# First, for it knows where the story lies.
import demo as demos
import bare as bare_service
from stores import S3, Azure
from story import Keyspace


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "full: takes minutes; runs where HELENUS_FULL is yes, as check.sh --full has it")


def pytest_collection_modifyitems(config, items):
    """Leaves out what is for a full run, loses the catalog before anybody needs it, and looks for
    secrets after all others."""
    if os.environ.get("HELENUS_FULL") != "yes":
        config.hook.pytest_deselected(
            items=[item for item in items if item.get_closest_marker("full")])
        items[:] = [item for item in items if not item.get_closest_marker("full")]
    # Version 1.2 does not always start again after other tests have changed tables.
    places = {"test_catalog_rebuild.py": -1, "test_secrets.py": 1}
    items.sort(key=lambda item: places.get(item.path.name, 0))


@pytest.fixture(scope="session")
def demo():
    with demos.made() as running:
        yield running.up()


@pytest.fixture
def keyspace(demo, request):
    """A keyspace of the test's own with 2,000 rows in it."""
    test, _, case = request.node.name.removeprefix("test_").partition("[")
    name = re.sub("[^a-z0-9]+", "_", f"{test[:30]}_{case}").strip("_")
    made = Keyspace(demo.hosts, name)
    made.create()
    made.load(2000)
    return made


@pytest.fixture(scope="module")
def bare():
    """PostgreSQL and an executor for the module's own APIs, without Cassandra."""
    with bare_service.started() as running:
        yield running


@pytest.fixture
def local(demo):
    """The id of the demo's local destination."""
    return demo.api.local_destination(str(demo.local))


@pytest.fixture(scope="session")
def s3_store(tmp_path_factory):
    store = S3(tmp_path_factory.mktemp("swift") / "d")
    try:
        yield store
    finally:
        store.end()


@pytest.fixture(scope="session")
def azure_store():
    store = Azure()
    try:
        yield store
    finally:
        store.end()


@pytest.fixture
def s3(s3_store):
    """A bucket as a destination's fields."""
    return s3_store.fields


@pytest.fixture
def azure(azure_store):
    """A container as a destination's fields."""
    return azure_store.fields
