import random
from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..models.crm_analytics_clv_renewal import MIN_PURCHASES
from ..tools import renewal
from .common_persist import TODAY, PersistCommon


@freeze_time(TODAY)
@tagged("post_install", "-at_install")
class TestClvRenewal(PersistCommon):
    """Customers who buy each month as if by contract, until one month they do not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regular = cls._customers(80)
        cls.others = cls._customers(60)
        cls.dice = random.Random(7)
        cls.stopped = dict.fromkeys(cls.regular, False)
        rows = [row for partner in cls.regular for row in cls._monthly(partner)]
        cls._load(cls.company, rows)
        cls._market(cls.company, cls.others)

    @classmethod
    def _monthly(cls, partner):
        """Every thirty days, give or take two; each has a chance of its own to stop."""
        stops, day = cls.dice.betavariate(1, 8), TODAY - timedelta(720)
        days = []
        while day <= TODAY and not cls.stopped[partner]:
            days.append(day + timedelta(cls.dice.randrange(-2, 1)))
            day += timedelta(30)
            enough = len(days) >= MIN_PURCHASES and day < TODAY - timedelta(200)
            cls.stopped[partner] = enough and cls.dice.random() < stops
        return [(partner.id, day, 100, 40) for day in days]

    def test_a_hazard_for_who_buys_in_a_steady_rhythm(self):
        run = self._run()
        self.assertGreaterEqual(run.regular_customers, 80)
        self.assertFalse(run.renewal_reason_code)
        self.assertEqual(run.renewals[0][0], MIN_PURCHASES)
        self.assertIn("steady rhythm", run.renewal_text)
        model = renewal.Model(run.renewal_alpha, run.renewal_beta)
        for partner in self.regular:
            row = self._row(partner)
            if self.stopped[partner]:
                self.assertFalse(row.churn_hazard, "lost is lost")
                continue
            expected = renewal.hazard(model, [row.purchase_days - MIN_PURCHASES])[0]
            self.assertAlmostEqual(row.churn_hazard, expected, 5)

    def test_who_is_recorded_as_lost_has_none(self):
        loyal = [p for p in self.regular if not self.stopped[p]]
        self.env["crm.analytics.loss"].create(
            {
                "partner_id": loyal[0].id,
                "company_id": self.company.id,
                "date": TODAY,
                "reason_id": self.env["crm.analytics.loss.reason"].search([])[0].id,
            }
        )
        self._run()
        self.assertFalse(self._row(loyal[0]).churn_hazard)
        self.assertTrue(self._row(loyal[1]).churn_hazard)

    def test_a_run_of_before_says_nothing(self):
        run = self._run()
        run.sudo().write({"regular_customers": 0, "renewal_reason_code": False})
        self.assertFalse(run.renewal_text)

    def test_random_buyers_have_none(self):
        self._run()
        rows = self.rows.search([("partner_id", "in", self.others.ids)])
        few = rows.filtered(lambda row: row.purchase_days < MIN_PURCHASES)
        self.assertTrue(few)
        self.assertFalse(any(few.mapped("churn_hazard")))
        steady = rows.filtered("churn_hazard")
        self.assertLess(len(steady), len(rows) / 4)

    def test_companies_are_apart(self):
        self._run()
        run = self._run(self.sister)
        self.assertFalse(run.regular_customers)
        self.assertIn("No customer has bought", run.renewal_text)

    def test_a_company_that_waits_longer_loses_fewer(self):
        self.company.crm_lost_factor = 50
        run = self._run()
        self.assertEqual(run.renewal_reason_code, renewal.NONE_LOST)
        self.assertIn("none of them was lost", run.renewal_text)
        self.assertFalse(any(self._row(p).churn_hazard for p in self.regular))

    def test_too_few_to_learn_from(self):
        days = self.env["crm.customer.day"]
        days.search([("partner_id", "in", self.regular[8:].ids)]).unlink()
        days.search([("partner_id", "in", self.others.ids)]).unlink()
        run = self._run()
        self.assertEqual(run.regular_customers, 8)
        self.assertEqual(run.renewal_reason_code, renewal.FEW)
        self.assertFalse(run.renewals)

    def test_the_numbers_are_exported(self):
        run = self._run()
        book = self.env["crm.analytics.clv.run"].with_user(self.manager)
        sheets = book._export_calibration(run.id).sheets
        self.assertEqual(sheets[-1].rows, run.renewals)
