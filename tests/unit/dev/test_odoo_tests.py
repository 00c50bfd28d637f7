"""Which Odoo tests run where."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from dev.common import TOP
from dev.odoo_tests import ALSO, ALSO_TAG, kinds


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("crm_analytics", ["odoo"]),
        ("crm_credit", ["odoo", "also"]),
        ("crm_credit:TestExposureStoriesKits", ["also"]),
        ("crm_credit:TestExposureStoriesKits.test_kit_of_one_part", ["also"]),
        ("crm_credit:TestExposureStories", ["odoo"]),
        ("crm_credit:TestHold", ["odoo"]),
    ],
)
def test_tests_that_need_more_modules_run_apart(target, expected):
    assert kinds(target) == expected


def test_such_tests_run_nowhere_else_and_no_addon_is_forgotten():
    found = set()
    for path in (TOP / "addons").glob("*/tests/**/*.py"):
        for tags in _tags(path):
            if ALSO_TAG in tags:
                found.add(path.relative_to(TOP / "addons").parts[0])
                assert {"-standard", "post_install", "-at_install"} <= tags, path
    assert found == set(ALSO)


def _tags(path):
    """The tags of each test class of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for mark in getattr(node, "decorator_list", ()):
            if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "tagged":
                yield {arg.value for arg in mark.args if isinstance(arg, ast.Constant)}
