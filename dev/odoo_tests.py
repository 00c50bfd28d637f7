"""Odoo's tests of our addons, each on its own copy of a prepared database.

The template holds the modules that ours stand on, with demo data and assets. Copies
carry the process id, so two runs at once do not meet.
"""

import os
import re
import subprocess
import time
from pathlib import Path

from dev import addons, databases
from dev.common import LOGS, TOP, digest, free_port, lock, say, step
from dev.odoo_log import Report

TOUR = "crm_tour"
# Tests of an addon that need more Odoo modules than it depends on have this tag and
# not `standard`, so that they neither run nor are skipped where these are missing.
ALSO_TAG = "crm_also"
ALSO = {
    "crm_credit": ["sale_mrp"],
    "crm_relationship": ["stock_dropshipping"],
}
# Installed in the template on top of what the manifests name: a test's own needs.
EXTRA = ["sale_management", "contacts"]


def template(env):
    """The name of the template database, made when it is missing."""
    modules = sorted({*addons.dependencies(), *EXTRA})
    key = digest(TOP / "requirements.txt", env.odoo.version, *modules)
    name = f"tmpl_{key}"
    with lock("template", "Waiting for another run that prepares the test database…"):
        if not databases.exists(env, name):
            for old in databases.names(env, "tmpl_"):
                databases.drop(env, old)
            step(f"preparing the test database with {', '.join(modules)}")
            databases.build(env, name, modules)
            step("the test database is ready")
    return name


def sweep(env):
    """Drop the databases of runs that are no more."""
    for name in databases.names(env, "test_"):
        pid = name.rpartition("_")[2]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            databases.drop(env, name)


class Runner:
    """Runs the tests of one addon after the other; keeps what was installed."""

    def __init__(self, env):
        self.env = env
        self.template = template(env)
        self.installed = {}
        self.more = {}
        sweep(env)

    def odoo(self, target):
        """All tests of an addon but the tours; target: addon[:Class[.method]]."""
        return self._run(target, f"/{target},-{TOUR}", "odoo")

    def also(self, target):
        """Its tests that need more modules, on a copy that has them."""
        addon = target.partition(":")[0]
        args = [f"--test-tags={ALSO_TAG}/{target}", f"--http-port={free_port()}"]
        return execute(self.env, self._with_more(addon), args, f"also-{addon}")

    def tours(self, target):
        """The browser tests of an addon."""
        return self._run(target, f"{TOUR}/{target}", "tours")

    def close(self):
        for name in (*self.installed.values(), *self.more.values()):
            databases.drop(self.env, name)

    def _with_more(self, addon):
        """A database with the addon and the modules of `ALSO`; tests load it anew."""
        if addon not in self.more:
            name = f"test_{addon}_also_{os.getpid()}"
            known = self.installed.get(addon)
            databases.copy(self.env, known or self.template, name)
            self.more[addon] = name
            modules = ALSO[addon] if known else [addon, *ALSO[addon]]
            databases.run_odoo(
                self.env,
                f"install-also-{addon}",
                f"{', '.join(modules)} could not be installed",
                *("-d", name, "-i", ",".join(modules), "--with-demo"),
            )
        return self.more[addon]

    def _run(self, target, tags, part):
        addon = target.partition(":")[0]
        args = [f"--test-tags={tags}", f"--http-port={free_port()}"]
        if addon not in self.installed:
            name = f"test_{addon}_{os.getpid()}"
            databases.copy(self.env, self.template, name)
            self.installed[addon] = name
            args += ["-i", addon, "--with-demo"]
        return execute(self.env, self.installed[addon], args, f"{part}-{addon}")


def execute(env, database, args, label):
    """One Odoo process with tests; returns (passed, failed, skipped, reasons)."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"test-{label}.log"
    started = time.monotonic()
    cmd = env.command("server", "-d", database, "--stop-after-init", *args)
    report = Report()
    with (
        log.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            cmd,
            env=env.variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as child,
    ):
        try:
            _follow(child.stdout, out, report)
        except BaseException:
            child.kill()  # Ctrl-C may have reached only us
            raise
    problems = report.problems(child.returncode)
    _tell(report, problems)
    failed = len(report.failed) + len(problems)
    skipped = len(report.skipped)
    took = time.monotonic() - started
    say(
        f"  {label}: {report.passed} passed, {failed} failed, {skipped} skipped "
        f"in {took:.0f} s ({log})"
    )
    return report.passed, failed, skipped, list(report.skipped.values())


def _follow(lines, out, report):
    for line in lines:
        out.write(line)
        failed = report.feed(line.rstrip())
        if failed:
            say(f"  FAILED {failed}")


def _tell(report, problems):
    for lines in report.failed.values():
        say("\n".join(["", *lines, ""]))
    for problem in problems:
        say(f"  PROBLEM {problem}")
    for (_logger, name), reason in report.skipped.items():
        say(f"  skipped {name}: {reason}")
    for warning in dict.fromkeys(report.warnings):
        say(f"  warning {warning}")


def has_tours(addon):
    """Does the addon have browser tests at all?"""
    return any(TOUR in text for text in _tests(addon))


def kinds(target):
    """How the Odoo tests of a target run: `odoo`, `also`, or one after the other."""
    addon, _colon, name = target.partition(":")
    if addon not in ALSO:
        return ["odoo"]
    if not name:
        return ["odoo", "also"]
    wanted = re.escape(name.partition(".")[0])
    also = re.compile(
        rf'^@tagged\([^)]*"{ALSO_TAG}"[^)]*\)\n(@.*\n)*class {wanted}\b', re.M
    )
    return ["also" if any(also.search(text) for text in _tests(addon)) else "odoo"]


def _tests(target):
    """The texts of an addon's tests."""
    tests = addons.ADDONS / target.partition(":")[0] / "tests"
    return [path.read_text(encoding="utf-8") for path in tests.rglob("*.py")]
