"""Each addon is a wheel, too: pip installs it into the environment of an Odoo."""

import shutil
import subprocess
import zipfile

import pytest
from dev import addons
from dev.common import ADDONS, clean_env

CODE_AND_DATA = {".py", ".xml", ".csv", ".js", ".scss", ".svg", ".png", ".po", ".pot"}
FIND = """
import sys
from odoo.modules.module import Manifest
from odoo.tools import config
config.parse_config(["--addons-path", sys.argv[1]], setup_logging=False)
import odoo.init, odoo.modules
odoo.modules.module.initialize_sys_path()
manifest = Manifest.for_addon(sys.argv[2])
print(manifest.path if manifest else "not found")
"""


def _pip(env, *args):
    cmd = [env.python, "-m", "pip", *args, "--no-deps", "-q"]
    done = subprocess.run(
        [str(part) for part in cmd], env=clean_env(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.fixture
def wheel(env, addon, tmp_path):
    """The addon's wheel, built from a copy that is in no version control."""
    source = tmp_path / addon
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ADDONS / addon, source, ignore=ignored)
    _pip(env, "wheel", "--no-build-isolation", "-w", tmp_path / "out", source)
    return next((tmp_path / "out").glob("*.whl"))


def test_the_wheel_has_every_file(wheel, addon):
    inside = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        f"odoo/addons/{path.relative_to(ADDONS)}"
        for path in (ADDONS / addon).rglob("*")
        if path.suffix in CODE_AND_DATA
    }
    assert wheel.name.startswith(f"odoo_addon_{addon}-19.0.")
    assert wanted - inside == set()


def test_odoo_finds_it_without_addons_path(env, wheel, addon, tmp_path):
    site = tmp_path / "site"
    _pip(env, "install", "--no-index", "--target", site, wheel)
    variables = clean_env(PYTHONPATH=f"{env.odoo.python_path}:{site}")
    found = subprocess.run(
        [env.python, "-c", FIND, str(env.odoo.addons[0]), addon],
        env=variables,
        capture_output=True,
        text=True,
    )
    assert found.stdout.strip().startswith(str(site)), found.stderr[-2000:]


def test_the_wheel_names_what_it_needs(wheel, addon):
    archive = zipfile.ZipFile(wheel)
    name = next(name for name in archive.namelist() if name.endswith("/METADATA"))
    metadata = archive.read(name).decode()
    for below in set(addons.manifests()[addon]["depends"]) & set(addons.manifests()):
        assert f"Requires-Dist: odoo-addon-{below}" in metadata
