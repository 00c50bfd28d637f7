"""Reading the results of Odoo's tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from dev.odoo_log import Report

HEAD = "2026-11-21 23:24:49,158 10049"
TESTS = "test_db odoo.addons.crm_credit.tests.test_access"


def _report(*lines):
    report = Report()
    for line in lines:
        report.feed(line)
    return report


def _summary(failed, run, level="INFO"):
    return (
        f"{HEAD} {level} test_db odoo.tests.result: {failed} failed, 0 error(s) of "
        f"{run} tests when loading database 'test_db'"
    )


def test_passed_failed_and_skipped_are_told_apart():
    report = _report(
        f"{HEAD} INFO {TESTS}: Starting TestA.test_good ...",
        f"{HEAD} INFO {TESTS}: Starting TestA.test_bad ...",
        f"{HEAD} ERROR {TESTS}: FAIL: Subtest TestA.test_bad (n=1)",
        "Traceback (most recent call last):",
        f"{HEAD} ERROR {TESTS}: FAIL: Subtest TestA.test_bad (n=2)",
        f"{HEAD} INFO {TESTS}: Starting TestA.test_later ...",
        f"{HEAD} INFO {TESTS}: skipped TestA.test_later : no browser",
        _summary(2, 3, "ERROR"),
    )
    assert (report.passed, len(report.failed), len(report.skipped)) == (1, 1, 1)
    assert report.problems(1) == []


def test_an_error_outside_the_tests_is_a_problem():
    report = _report(
        f"{HEAD} INFO {TESTS}: Starting TestA.test_good ...",
        f"{HEAD} CRITICAL test_db odoo.modules.loading: Cannot load",
        "the reason",
        _summary(0, 1),
    )
    assert report.problems(0) == ["Cannot load\nthe reason"]


def test_a_run_without_tests_is_a_problem():
    assert _report(_summary(0, 0, "WARNING")).problems(0) == ["No test ran."]
    assert _report().problems(255) == ["Odoo did not come to its tests."]


def test_a_class_that_cannot_be_set_up_has_failed():
    logger = "test_db odoo.tests.suite"
    report = _report(
        f"{HEAD} ERROR {logger}: ERROR: setUpClass (odoo.addons.x.tests.test_a.TestA)",
        _summary(0, 0, "ERROR"),
    )
    assert len(report.failed) == 1
