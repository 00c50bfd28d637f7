"""Fixtures for tests of the product from outside: Odoo processes and databases."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from dev import addons, databases, odoo_tests, server


def pytest_generate_tests(metafunc):
    """Tests that take `addon` run for each one that bin/test was asked for."""
    if "addon" in metafunc.fixturenames:
        wanted = os.environ.get("CRM_ADDONS", "").split(",")
        names = [
            name for name in addons.manifests() if wanted == [""] or name in wanted
        ]
        metafunc.parametrize("addon", names)


@pytest.fixture(scope="session")
def env():
    """Odoo's environment with the test cluster running."""
    with server.environment("test") as environment:
        yield environment


@pytest.fixture(scope="session")
def template(env):
    """The prepared database: Odoo's modules that ours need, with demo data."""
    return odoo_tests.template(env)


@pytest.fixture(scope="module")
def installed(env, template):
    """Context of a database with an addon and its demo data: (addon, its label)."""

    @contextmanager
    def install(addon, label):
        name = f"test_{label}_{os.getpid()}"
        databases.copy(env, template, name)
        args = ["-d", name, "-i", addon, "--with-demo"]
        what = "The addon could not be installed"
        databases.run_odoo(env, f"test-{label}", what, *args)
        yield name
        databases.drop(env, name)

    return install


@pytest.fixture
def database(env, template, request):
    """A database of the test's own."""
    name = f"test_system_{abs(hash(request.node.name)) % 10**6}_{os.getpid()}"
    databases.copy(env, template, name)
    yield name
    databases.drop(env, name)
