"""Virtual environments below the state folder: one for Odoo, one for the linters."""

import subprocess
import sys

from dev.common import (
    STATE,
    TOP,
    apt_install,
    clean_env,
    digest,
    lock,
    run_logged,
    step,
)

ODOO = STATE / "venv"
LINT = STATE / "lint"


def _pip(venv, *args):
    run_logged(
        [venv / "bin/python", "-m", "pip", "install", "-q", "--only-binary=:all:"]
        + ["--disable-pip-version-check", *args],
        f"pip-{venv.name}",
        "Python packages could not be installed: check the network and pip's settings",
    )


def _create(venv):
    cmd = [sys.executable, "-m", "venv", "--clear", venv]
    ok = subprocess.run([sys.executable, "-c", "import ensurepip"], check=False)
    if ok.returncode:
        apt_install("python3-venv")
    run_logged(cmd, f"venv-{venv.name}", f"{venv} could not be made", env=clean_env())


def _ensure(venv, requirements, *pip_args):
    """Bring `venv` to the state that the requirement files describe."""
    stamp = venv / ".requirements"
    files = [TOP / name for name in requirements]
    want = digest(sys.version_info[:2], *files)
    with lock(f"venv-{venv.name}", "Waiting for another run that installs packages…"):
        have = stamp.read_text().split() if stamp.exists() else []
        if want in have:
            return
        step(f"installing {' and '.join(requirements)}")
        if not have or digest(sys.version_info[:2], files[0]) != have[0]:
            _create(venv)
        _pip(venv, *pip_args, *(arg for file in files for arg in ("-r", file)))
        base = digest(sys.version_info[:2], files[0])
        stamp.write_text(f"{base} {want}\n")


def ensure_odoo(tests=False):
    names = ["requirements.txt"] + ["requirements-test.txt"] * tests
    _ensure(ODOO, names, "--no-deps")
    return ODOO / "bin/python"


def ensure_lint():
    _ensure(LINT, ["requirements-lint.txt"])
    return LINT / "bin"
