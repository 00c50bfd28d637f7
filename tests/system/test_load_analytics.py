"""The public histories end to end: bin/load, then the analyses, beside plain SQL."""

import os
import subprocess
from pathlib import Path

import pytest
from dev.common import TOP

RETAIL, SAMPLE = "online_retail.csv.gz", "cdnow/CDNOW_sample.txt"
RETAIL_CHECKS = (
    "published_totals",
    "customers",
    "revenue_to_the_cent",
    "scores_and_segments",
    "december_2010",
    "cohorts",
    "bought_together",
    "lifetime_values",
)
CDNOW_CHECKS = ("published_estimates", "published_holdout", "the_pictures_open")


@pytest.fixture(scope="module")
def loaded(env, installed):
    """A database with both; each is loaded where it is there."""
    folder = Path(os.environ.get("CRM_DATA") or TOP.parent / "shared/data")
    if not (folder / RETAIL).is_file() or not (folder / SAMPLE).is_file():
        pytest.skip(f"the data sets are not in {folder}: name it with CRM_DATA")
    with installed("crm_analytics", "load_analytics") as name:
        for file in (RETAIL, SAMPLE):
            _load(env, name, folder / file)
        call(env, name, "analytics_checks.begin(env)")
        yield name, folder


def _load(env, name, path):
    subprocess.run(
        [env.python, TOP / "dev/load.py", path, "--database", name],
        env={**env.variables(), "PYTHONPATH": f"{env.odoo.python_path}:{TOP}"},
        check=True,
    )


def call(env, name, code):
    lines = [
        f"import sys; sys.path.insert(0, {str(TOP)!r})",
        "from tests.system import analytics_checks, analytics_retail",
        f"{code}; print('checked', flush=True)",
        "",
    ]
    assert "checked" in env.shell(name, "\n".join(lines))


@pytest.mark.parametrize("check", CDNOW_CHECKS)
def test_cdnow(env, loaded, check):
    name, _folder = loaded
    call(env, name, f"analytics_checks.{check}(env)")


def test_online_retail(env, loaded):
    """One shell, for the file is read once for all of it."""
    name, folder = loaded
    checks = "; ".join(f"told.{check}()" for check in RETAIL_CHECKS)
    path = str(folder / RETAIL)
    call(env, name, f"told = analytics_retail.Retail(env, {path!r}); {checks}")
