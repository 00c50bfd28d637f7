"""The public histories end to end: bin/load, then the analyses, beside plain SQL.

Of Online Retail only those are loaded who first bought in December 2010, a third of the
rows, for the time it takes; CRM_RETAIL=all loads everybody.
"""

import csv
import gzip
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
def loaded(env, installed, tmp_path_factory):
    """A database with both, and the file of Online Retail that is in it."""
    folder = Path(os.environ.get("CRM_DATA") or TOP.parent / "shared/data")
    if not (folder / RETAIL).is_file() or not (folder / SAMPLE).is_file():
        pytest.skip(f"the data sets are not in {folder}: name it with CRM_DATA")
    retail = folder / RETAIL
    if os.environ.get("CRM_RETAIL") != "all":
        retail = _december(retail, tmp_path_factory.mktemp("retail") / RETAIL)
    with installed("crm_analytics", "load_analytics") as name:
        for file in (retail, folder / SAMPLE):
            _load(env, name, file)
        call(env, name, "analytics_checks.begin(env)")
        yield name, retail


def _december(whole, part):
    """The rows of customers whose first purchase was in December 2010."""
    with gzip.open(whole, "rt", newline="", encoding="utf-8") as lines:
        header, *rows = csv.reader(lines)
    number, quantity, day, customer = 0, 3, 4, 6
    months = {}
    for row in rows:
        if row[number][0] != "C" and int(row[quantity]) > 0:
            months.setdefault(row[customer], set()).add(row[day][:7])
    wanted = {who for who, bought in months.items() if who and "2010-12" in bought}
    with gzip.open(part, "wt", newline="", encoding="utf-8", compresslevel=1) as out:
        kept = [row for row in rows if row[customer] in wanted]
        csv.writer(out).writerows([header, *kept])
    return part


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
    name, _retail = loaded
    call(env, name, f"analytics_checks.{check}(env)")


def test_online_retail(env, loaded):
    """One shell, for the file is read once for all of it."""
    name, retail = loaded
    checks = "; ".join(f"told.{check}()" for check in RETAIL_CHECKS)
    call(env, name, f"told = analytics_retail.Retail(env, {str(retail)!r}); {checks}")
