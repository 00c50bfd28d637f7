"""bin/lint: every linter over the whole repository; --fix mends what it can."""

import argparse
import os
import shutil
import subprocess
from pathlib import Path

from dev import python_env, readme
from dev.common import (
    ADDONS,
    STATE,
    TOP,
    Stop,
    apt_install,
    clean_env,
    digest,
    lock,
    run_logged,
    say,
    step,
)

PYTHON = ("addons", "dev", "tests")
PRETTIER = "{css,js,json,scss,xml,yaml,yml}"
IGNORE_MISSING = "--no-error-on-unmatched-pattern"


def main(args):
    parser = argparse.ArgumentParser("bin/lint", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")
    fix = parser.parse_args(args).fix
    tools = python_env.ensure_lint()
    _ensure_node_modules()
    failed = [name for name, cmds in _checks(tools, fix) if not _run(name, cmds, tools)]
    failed += _own_checks(fix)
    say(f"Not clean: {', '.join(failed)}." if failed else "All clean.")
    return 1 if failed else 0


def _checks(tools, fix):
    """(name, [command…]) of each linter."""
    modules = sorted(str(path.parent) for path in ADDONS.glob("*/__manifest__.py"))
    po = sorted(str(path) for path in ADDONS.glob("*/i18n/*.po*"))
    node = TOP / "node_modules/.bin"
    write = ["--write", "--list-different"] if fix else ["--check"]
    yield "ruff check", [["ruff", "check", *(["--fix"] if fix else []), *PYTHON]]
    yield "ruff format", [["ruff", "format", *([] if fix else ["--check"]), *PYTHON]]
    if modules:
        yield "pylint-odoo", [["pylint", "--rcfile=.pylintrc", *modules]]
        mend = ["--fix"] if fix else []
        yield "oca-checks-odoo-module", [["oca-checks-odoo-module", *mend, *modules]]
    if po:
        yield "oca-checks-po", [["oca-checks-po", *po]]
    files = f"addons/**/*.{PRETTIER}"
    prettier = [str(node / "prettier"), *write, "--ignore-unknown", "--log-level=warn"]
    yield "prettier", [[*prettier, IGNORE_MISSING, files]]
    eslint = [str(node / "eslint"), *(["--fix"] if fix else []), "--no-warn-ignored"]
    scripts = "addons/**/static/{src,tests}/**/*.js"
    yield "eslint", [[*eslint, "--max-warnings=0", IGNORE_MISSING, scripts]]


def _run(name, commands, tools):
    env = clean_env(PATH=f"{tools}:{os.environ['PATH']}")
    say(f"--- {name}")
    done = [subprocess.run(cmd, cwd=TOP, env=env, check=False) for cmd in commands]
    return not any(result.returncode for result in done)


def _own_checks(fix):
    """What no linter knows; returns the names of the checks that failed."""
    say("--- README.rst of each addon is made from its readme/")
    stale = readme.refresh(write=fix)
    for path in stale:
        say(f"{path.relative_to(TOP)} is not what readme/ says: run bin/lint --fix")
    return ["README.rst"] if stale and not fix else []


def _ensure_node_modules():
    """npm ci, again only when package-lock.json has changed."""
    stamp = Path(STATE, "npm.stamp")
    want = digest(TOP / "package-lock.json")
    with lock("npm", "Waiting for another run that installs npm packages…"):
        done = stamp.exists() and stamp.read_text() == want
        if done and (TOP / "node_modules").exists():
            return
        if not (shutil.which("npm") or apt_install("nodejs", "npm")):
            raise Stop(
                "There is no npm: install Node.js 18 or later with npm (as root: "
                "apt-get install nodejs npm)."
            )
        step("installing the npm packages of package-lock.json")
        run_logged(
            ["npm", "ci", "--no-audit", "--no-fund"],
            "npm",
            "npm packages could not be installed: check the network and npm's settings",
            cwd=TOP,
        )
        stamp.write_text(want)
