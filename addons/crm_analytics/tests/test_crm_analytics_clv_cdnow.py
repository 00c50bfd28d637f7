import os
from datetime import date
from pathlib import Path

from odoo.tests import tagged

from .common_persist import PersistCommon

SAMPLE = "cdnow/CDNOW_sample.txt"
TOP = Path(__file__).resolve().parents[3]


@tagged("post_install", "-at_install")
class TestClvCdnow(PersistCommon):
    """The published estimates, end to end, from the public data set."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = Path(os.environ.get("CRM_DATA") or TOP.parent / "shared/data")
        if not (folder / SAMPLE).is_file():
            cls.skipTest(cls, f"{SAMPLE} is not in {folder}: name it with CRM_DATA")
        bought = {}
        for line in (folder / SAMPLE).read_text(encoding="ascii").splitlines():
            _master, customer, day, _units, dollars = line.split()
            key = int(customer), date.fromisoformat(day)
            bought[key] = bought.get(key, 0) + float(dollars)
        ids = sorted({customer for customer, _day in bought})
        partner = dict(zip(ids, cls._customers(len(ids)).ids, strict=True))
        cls._load(
            cls.company,
            [
                (partner[who], day, round(amount, 2), round(amount, 2))
                for (who, day), amount in bought.items()
            ],
        )

    def test_published_estimates(self):
        run = self._run(date=date(1997, 9, 30), holdout_weeks=0)
        self.assertTrue(run.trusted)
        self.assertEqual((run.customers, run.repeat_buyers), (2357, 946))
        self.assertEqual(
            [round(run[name], 3) for name in ("r", "alpha", "a", "b")],
            [0.243, 4.414, 0.793, 2.426],
        )
        self.assertEqual(round(run.log_likelihood, 1), -9582.4)
        self.assertEqual(
            [round(run[name], 2) for name in ("p", "q", "gamma")], [6.25, 3.74, 15.44]
        )
        self.assertEqual(round(run.spending_log_likelihood, 2), -4055.92)
        self.assertEqual(round(run.correlation, 4), 0.1139)

    def test_published_holdout(self):
        run = self._run(date=date(1998, 6, 30), holdout_weeks=39)
        self.assertEqual(round(run.holdout_correlation, 3), 0.626)
        self.assertEqual(run.holdout_actual, 1882)
        self.assertEqual(round(run.cumulative_bias, 2), -0.04)
