"""A database of an earlier release, brought up to date, has its figures again."""

from dev import databases
from dev.common import LOGS, TOP
from dev.odoo_log import Report
from tests.system.upgrade_checks import EARLIER


def _call(env, name, check):
    lines = [
        f"import sys; sys.path.insert(0, {str(TOP)!r})",
        "from tests.system import upgrade_checks",
        f"upgrade_checks.{check}(env); print('checked', flush=True)",
        "",
    ]
    assert "checked" in env.shell(name, "\n".join(lines))


def test_upgrade_fills_what_is_new(env, installed):
    with installed("crm_analytics", "upgrade") as name:
        env.server.sql(EARLIER, name)
        args = ["-d", name, "-u", "crm_relationship"]
        databases.run_odoo(env, "system-upgrade", "The upgrade failed", *args)
        report = Report()
        log = (LOGS / "system-upgrade.log").read_text(encoding="utf-8")
        for line in log.splitlines():
            report.feed(line)
        assert not report.errors
        for check in ("empty_screens", "run_jobs", "same_as_a_rebuild"):
            _call(env, name, check)
