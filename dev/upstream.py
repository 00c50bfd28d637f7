"""bin/test upstream: Odoo's own tests of what we extend, with our addons installed.

On a fresh database, as Odoo runs them: some of them while their module is installed,
the others once all are. They must fail in nothing but what fails without us, too: that
is listed in dev/upstream_failures.txt.
With CRM_UPSTREAM=without they run without our addons, to write that list anew.
"""

import os

from dev import addons, databases, odoo_tests
from dev.common import LOGS, TOP, free_port, say
from dev.odoo_log import Report

MODULES = ("sale", "sale_stock", "crm")
KNOWN = TOP / "dev/upstream_failures.txt"


def known():
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    return {line.split("#")[0].strip() for line in lines} - {""}


def compare(env):
    """Returns (passed, failed, skipped); a known failure counts as skipped."""
    without = os.environ.get("CRM_UPSTREAM") == "without"
    label = "upstream-without" if without else "upstream"
    database = f"test_upstream_{os.getpid()}"
    databases.drop(env, database)
    env.server.tool("createdb", "-T", "template0", "-E", "UTF8", database)
    try:
        modules = [*MODULES, *([] if without else addons.applications())]
        tags = ",".join(f"/{name}" for name in MODULES)
        args = ["-i", ",".join(modules), "--with-demo", f"--test-tags={tags}"]
        args.append(f"--http-port={free_port()}")
        passed, _failed, skipped, _ = odoo_tests.execute(env, database, args, label)
    finally:
        databases.drop(env, database)
    return passed, *_judge(_failures(LOGS / f"test-{label}.log"), skipped)


def _failures(log):
    report = Report()
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        report.feed(line.rstrip())
    names = {f"{logger.split('.')[2]}:{name}" for logger, name in report.failed}
    return names, report.summary


def _judge(found, skipped):
    names, ran = found
    new = sorted(names - known())
    for name in sorted(names & known()):
        say(f"  fails without us, too: {name}")
    for name in new:
        say(f"  NEW FAILURE {name}")
    if not ran:
        say("  PROBLEM Odoo's own tests did not run")
    return len(new) + (not ran), skipped + len(names & known())
