from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..tools import bgnbd, clv, gamma_gamma, summaries
from .common_persist import TODAY, PersistCommon


@tagged("post_install", "-at_install")
class TestClvRun(PersistCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls._customers(400)
        cls.bought = cls._market(cls.company, cls.partners)

    def _known(self, until=TODAY):
        who, days, amounts, _margins = zip(*self.bought, strict=True)
        return summaries.histories(
            who, [day.toordinal() for day in days], amounts, until.toordinal()
        )

    def test_the_same_as_the_pure_functions(self):
        run = self._run(horizon_months=12, days_outstanding=0)
        known = self._known()
        buying = bgnbd.fit(known.frequency, known.recency, known.age)
        spending = gamma_gamma.fit(known.frequency, known.value)
        self.assertTrue(run.trusted, run.reason)
        self.assertEqual(run.state, "done")
        for name, value in (buying.model._asdict() | spending.model._asdict()).items():
            self.assertAlmostEqual(run[name], value, 5, name)
        self.assertAlmostEqual(run.log_likelihood, buying.log_likelihood, 4)
        self.assertEqual(
            (run.customers, run.repeat_buyers), (400, buying.repeat_buyers)
        )
        self.assertAlmostEqual(run.margin_share, 0.4, 3)
        self.assertEqual(sum(run.histogram["actual"]), 400)
        terms = clv.Terms(12, 365 / 12 / 7, 12, 0.1)
        value = clv.predicted(
            buying.model, spending.model, known, terms, clv.Costs(margin=0.4)
        )
        alive = bgnbd.p_alive(buying.model, known.frequency, known.recency, known.age)
        for n in range(0, 400, 37):
            row = self._row(self.partners[n])
            self.assertAlmostEqual(row.p_alive, alive[n], 5)
            self.assertAlmostEqual(row.churn_risk, 1 - alive[n], 5)
            self.assertAlmostEqual(row.expected_orders, value.purchases[n], 4)
            self.assertAlmostEqual(row.clv, value.value[n], delta=0.01 + row.clv / 1e3)
            self.assertAlmostEqual(
                row.value_at_stake, row.yearly_value * (1 - alive[n]), 1
            )
            self.assertEqual((row.clv_source, row.clv_date), ("model", TODAY))
            self.assertEqual(row.clv_run_id, run)

    def test_holdout(self):
        run = self._run(holdout_weeks=20)
        middle = TODAY - timedelta(weeks=20)
        known = self._known(middle)
        buying = bgnbd.fit(known.frequency, known.recency, known.age)
        predicted = bgnbd.conditional_expected_purchases(
            buying.model, known.frequency, known.recency, known.age, 20
        )
        actual = sum(
            day > middle and who in known.customers for who, day, *_ in self.bought
        )
        self.assertEqual(run.holdout_actual, actual)
        self.assertEqual(run.holdout_customers, len(known.customers))
        self.assertAlmostEqual(run.holdout_predicted, predicted.sum(), delta=0.1)
        self.assertAlmostEqual(run.holdout_bias, predicted.sum() / actual - 1, 4)
        self.assertEqual(
            sum(line[1] for line in run.calibration), run.holdout_customers
        )
        self.assertIn(str(actual), run.holdout_text)
        self.assertFalse(self._run(holdout_weeks=0).holdout_customers)
        early = self._run(holdout_weeks=500)
        self.assertTrue(early.trusted)
        self.assertIn("Not checked", early.holdout_text)

    def test_the_unit_of_time_changes_no_value(self):
        self._run()
        weekly = {row.id: row.clv for row in self.rows.search([("clv", ">", 0)])}
        run = self._run(time_unit="day")
        self.assertAlmostEqual(run.alpha / 7, self._run().alpha, 2)
        for row in self.rows.browse(weekly):
            self.assertAlmostEqual(row.clv, weekly[row.id], delta=0.02)

    def test_a_run_is_of_one_company_in_its_currency(self):
        self._market(self.sister, self.partners[:300], seed=8)
        self._run()
        before = self._row(self.partners[0]).clv
        self.assertFalse(self._row(self.partners[0], self.sister).clv_run_id)
        run = self._run(self.sister)
        self.assertEqual(run.currency_id, self.env.ref("base.JPY"))
        self.assertEqual(run.customers, 300)
        self.assertEqual(self._row(self.partners[0]).clv, before)
        there = self._row(self.partners[0], self.sister)
        self.assertEqual(there.clv, round(there.clv))
        alone = new_test_user(
            self.env,
            "persist sister manager",
            "crm_analytics.group_crm_analytics_manager",
            company_id=self.sister.id,
            company_ids=[Command.set(self.sister.ids)],
        )
        seen = self.env["crm.analytics.clv.run"].with_user(alone).search([])
        self.assertEqual(seen.company_id, self.sister)

    def test_only_the_customers_of_a_tier(self):
        gold = self.env.ref("crm_relationship.tier_gold")
        some = self.partners[:250]
        self.env["crm.tier.assignment"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "tier_id": gold.id,
                    "date_from": date(2025, 1, 1),
                    "cause": "override",
                }
                for partner in some
            ]
        )
        run = self._run(tier_id=gold.id)
        self.assertEqual(run.customers, 250)
        valued = self.rows.search([("clv_run_id", "=", run.id)])
        self.assertEqual(valued.partner_id, some)
        self.assertEqual(
            self.rows.search_count(run.action_open_customers()["domain"]), 250
        )
        found = self.rows.search(
            [("tier_id", "=", gold.id), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(found.partner_id, some)
        self.assertEqual(found[0].tier_id, gold)
        without = self.rows.search(
            [("tier_id", "=", False), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(without.partner_id, self.partners - some)

    def test_costs_and_rates_lower_the_value(self):
        free = self._run(days_outstanding=0, discount_rate=0)
        row = self._row(self.partners[0])
        value, orders = row.clv, row.expected_orders
        self.assertGreater(value, 0)
        self._run(days_outstanding=0, discount_rate=0, service_cost=1)
        self.assertAlmostEqual(row.clv, value - orders, delta=0.02)
        self._run(days_outstanding=0, discount_rate=25)
        self.assertLess(row.clv, value)
        self._run(days_outstanding=365, capital_rate=40, discount_rate=0)
        self.assertAlmostEqual(row.clv, 0, delta=0.02)
        self._run(margin_basis="revenue", days_outstanding=0, discount_rate=0)
        self.assertAlmostEqual(row.clv, value / 0.4, delta=value / 100)
        self.assertGreater(free.gamma, 0)

    def test_a_done_run_is_kept(self):
        run = self._run()
        with self.assertRaisesRegex(UserError, "duplicate"):
            run.action_compute()
        again = run.copy()
        self.assertEqual((again.state, again.r), ("draft", 0))
        again.action_compute()
        self.assertEqual(again.r, run.r)

    def test_who_may_run(self):
        with self.assertRaises(AccessError):
            self.env["crm.analytics.clv.run"].with_user(self.seller).create({})
        fields = self.rows.with_user(self.seller).fields_get()
        self.assertNotIn("clv", fields)
        self.assertIn("value_at_stake", fields)

    def test_it_is_a_job_with_a_log(self):
        run = self._run()
        self.assertRecordValues(
            run.sudo().pass_id,
            [{"state": "done", "rows": 400, "company_id": self.company.id}],
        )
        run = self.env["crm.analytics.clv.run"].create(
            {"company_id": self.company.id, "date": TODAY}
        )
        log = self.env["crm.pass"].create(
            {
                "code": "analytics_clv",
                "name": "Stopped",
                "company_id": self.company.id,
                "state": "paused",
                "position": self.partners[200].id,
                "processed": 201,
            }
        )
        run.write({"pass_id": log.id, "state": "running", **run._fit()})
        run._compute_values()
        self.assertEqual(run.state, "done")
        self.assertEqual(self.rows.search_count([("clv_run_id", "=", run.id)]), 199)

    def test_schedule(self):
        runs = self.env["crm.analytics.clv.run"]
        first = self._run(horizon_months=7, date=date(2025, 1, 31))
        new = runs._create_scheduled().filtered(
            lambda run: run.company_id == self.company
        )
        self.assertRecordValues(
            new, [{"horizon_months": 7, "state": "running", "customers": 0}]
        )
        self.assertGreater(new.date, first.date)
        (runs.search([("state", "=", "running")]) - new).unlink()
        runs._cron_compute()
        self.assertEqual(new.state, "done")
