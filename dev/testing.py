"""bin/test: all tests, or the parts and addons that are named."""

import argparse
import contextlib
import os
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

from dev import addons, browser, python_env
from dev.common import TOP, clean_env, say, step
from dev.odoo_tests import Runner, has_tours, kinds
from dev.server import environment

PARTS = ("unit", "odoo", "tours", "system")
EPILOG = """\
parts: unit (pure code), odoo (each addon in Odoo), tours (in a headless browser),
system (the product from outside), upstream (Odoo's own tests with our addons
installed; only when named). ADDON may be ADDON:Class.method for odoo and tours.
"""


def main(args):
    parts, targets = _parse(args)
    run = Run(targets)
    with contextlib.ExitStack() as stack:
        for part in parts:
            step(f"tests: {part}")
            getattr(run, part)(stack)
    say(f"{run.passed} passed, {run.failed} failed" + run.skipped_words())
    return 1 if run.failed or not run.passed else 0


def _parse(args):
    parser = argparse.ArgumentParser(
        "bin/test",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", metavar="PART|ADDON")
    words = parser.parse_args(args).words
    known = (*PARTS, "upstream")
    parts = [word for word in words if word in known]
    return parts or PARTS, addons.chosen([word for word in words if word not in known])


class Run:
    """The counts of one bin/test, and its parts."""

    def __init__(self, targets):
        self.targets = targets
        self.everything = targets == list(addons.manifests())
        self.passed = self.failed = self.skipped = 0
        self.runner = None

    def add(self, passed, failed, skipped):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped

    def skipped_words(self):
        return f", {self.skipped} skipped" if self.skipped else ""

    def unit(self, _stack):
        paths = ["tests/unit"]
        if not self.everything:
            names = [f"tests/unit/{name.partition(':')[0]}" for name in self.targets]
            paths = [name for name in names if (TOP / name).exists()]
        if paths:
            self.pytest(*paths)

    def system(self, _stack):
        self.pytest("tests/system", CRM_ADDONS=",".join(self.targets))

    def pytest(self, *paths, **variables):
        python = python_env.ensure_odoo(tests=True)
        with tempfile.TemporaryDirectory() as folder:
            xml = Path(folder, "junit.xml")
            cmd = [python, "-m", "pytest", "-q", f"--junitxml={xml}", *paths]
            kept = {k: v for k, v in os.environ.items() if k.startswith("ODOO_")}
            env = clean_env(**kept, **variables)
            code = subprocess.run(cmd, cwd=TOP, env=env, check=False).returncode
            counts = _junit_counts(xml)
        if code and not counts[1]:
            say(f"  PROBLEM pytest ended with code {code} in {' '.join(paths)}")
            counts = (counts[0], 1, counts[2])
        self.add(*counts)

    def odoo(self, stack):
        for target in self.targets:
            for kind in kinds(target):
                self.add(*getattr(self._runner(stack), kind)(target)[:3])

    def tours(self, stack):
        targets = [target for target in self.targets if has_tours(target)]
        if not targets:
            return
        if not browser.find():
            self._no_browser(len(targets))
            return
        for target in targets:
            passed, failed, skipped, reasons = self._runner(stack).tours(target)
            if any("hrome" in reason for reason in reasons):
                say("  PROBLEM the browser did not start, see the reasons above")
                failed += bool(os.environ.get("CI"))
            self.add(passed, failed, skipped)

    def _no_browser(self, count):
        say(f"\n  !!! THE TOURS ARE SKIPPED. {browser.ADVICE}\n")
        ci = bool(os.environ.get("CI"))
        self.add(0, count * ci, count * (not ci))

    def upstream(self, stack):
        from dev.upstream import compare

        self.add(*compare(stack.enter_context(environment("test"))))

    def _runner(self, stack):
        """One for both parts: the tours run on what the Odoo tests installed."""
        if self.runner is None:
            self.runner = Runner(stack.enter_context(environment("test")))
            stack.callback(self.runner.close)
        return self.runner


def _junit_counts(path):
    if not path.exists():
        return 0, 0, 0
    suites = ET.parse(path).getroot().iter("testsuite")
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return total - failed - skipped, failed, skipped
