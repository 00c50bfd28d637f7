from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import freeze_time, tagged

from ..tools import bgnbd
from .common_persist import TODAY, PersistCommon


@freeze_time(TODAY)
@tagged("post_install", "-at_install")
class TestThinData(PersistCommon):
    """Every job and picture with hardly any data: an answer, and never a wrong one.

    What lifetime values say then is told in `test_crm_analytics_clv_thin.py`.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls._user(
            "thin finance", "crm_analytics.group_crm_analytics_finance"
        )
        cls.env["crm.cost.pool"].with_user(cls.finance).create(
            [
                {
                    "name": f"By {driver}",
                    "company_id": cls.company.id,
                    "driver": driver,
                    "amount": 100,
                    "period": "year",
                }
                for driver in ("orders", "revenue", "visits")
            ]
        )

    def _pictures(self):
        """What all screens ask for, after all jobs: by name."""
        self.rows.rebuild()
        figures = self.rows.with_user(self.manager).with_company(self.company)
        return {
            "cohorts": figures.get_cohorts()["rows"],
            "survival": figures.get_survival(),
            "people": figures.get_survival(group="salesperson"),
            "filters": figures.get_persistency_filters(),
            "listed": figures.web_search_read(
                [("company_id", "=", self.company.id)], {"partner_id": {}}
            )["length"],
            "grouped": figures.formatted_read_group(
                [("company_id", "=", self.company.id)],
                ["rfm_segment"],
                ["__count", "revenue:sum", "recency_days:avg"],
            ),
            "segments": self._segments(figures),
            "cost": self._cost_run(),
        }

    def _segments(self, figures):
        segments = figures.env["crm.analytics.segment"]
        two = segments.create(
            [
                {"name": "All", "company_id": self.company.id, "domain": "[]"},
                {
                    "name": "Champions",
                    "company_id": self.company.id,
                    "domain": "[('rfm_segment', '=', 'champions')]",
                },
            ]
        )
        self.rows._after_refresh(self.company)
        compare = figures.env["crm.analytics.compare"].create(
            {"segment_a_id": two[0].id, "segment_b_id": two[1].id}
        )
        compare.action_compare()
        two.mapped("graph")
        return two.mapped("count")

    def _cost_run(self):
        runs = self.env["crm.cost.run"].with_user(self.finance)
        run = runs.with_company(self.company).create(
            {
                "company_id": self.company.id,
                "date_from": date(2024, 7, 1),
                "date_to": TODAY,
                "capital_rate": 6,
            }
        )
        run._compute_figures()
        return {"run": run, **run.get_whale(run.id)["run"]}

    def _costs_add_up(self, cost, shared):
        run = cost["run"]
        self.assertEqual(run.total, 300)
        self.assertEqual(run.allocated, shared)
        self.assertEqual(run.unallocated, 300 - shared)
        self.assertEqual(sum(run.profit_ids.mapped("cost_to_serve")), shared)
        for row in run.profit_ids:
            self.assertTrue(row.statement)

    # -- no customers ------------------------------------------------------------------

    def test_no_sales_at_all(self):
        found = self._pictures()
        self.assertEqual(found["cohorts"], [])
        self.assertEqual(found["survival"]["customers"], 0)
        self.assertIs(found["survival"]["median"], False)
        self.assertEqual(found["survival"]["groups"], [])
        self.assertEqual((found["listed"], found["grouped"]), (0, []))
        self.assertEqual(found["segments"], [0, 0])
        self._costs_add_up(found["cost"], 0)
        self.assertEqual(found["cost"]["customers"], 0)
        self.assertIn("Not shared out", found["cost"]["unallocated_note"])

    def test_nothing_but_a_credit_note(self):
        """Who was only refunded has figures, and is in no cohort, curve or segment."""
        (one,) = self._customers(1)
        day = TODAY - timedelta(10)
        self._buy(one, day, amount=-50, order_count=0, invoice_count=0, ordered=0)
        found = self._pictures()
        self.assertEqual((found["cohorts"], found["survival"]["customers"]), ([], 0))
        self.assertRecordValues(
            self._row(one),
            [{"revenue": -50, "last_day": False, "rfm_segment": False, "r_score": 0}],
        )
        self._costs_add_up(found["cost"], 0)
        self.assertEqual(found["cost"]["total"], -50)

    # -- one customer, one order -------------------------------------------------------

    def test_one_customer_with_one_order(self):
        (one,) = self._customers(1)
        self._buy(one, TODAY - timedelta(40), amount=80, cost=48)
        found = self._pictures()
        (cohort,) = found["cohorts"]
        self.assertEqual(cohort["size"], 1)
        self.assertEqual([cell["customers"] for cell in cohort["cells"]], [1, 0])
        self.assertEqual(found["survival"]["customers"], 1)
        self.assertEqual(found["survival"]["lost"], 0)
        self.assertIs(found["survival"]["median"], False)
        self.assertRecordValues(
            self._row(one),
            [
                {
                    "r_score": 3,
                    "f_score": 3,
                    "m_score": 3,
                    "rhythm_days": 0,
                    "next_purchase_date": False,
                    "revenue_12m": 80,
                    "is_lost": False,
                }
            ],
        )
        self._costs_add_up(found["cost"], 200)
        self.assertEqual(found["cost"]["total"], 32 - 200)

    def test_one_order_each(self):
        """There is no rhythm; who is long gone is so by the company's days only."""
        partners = self._customers(30)
        days = [fields.Date.subtract(TODAY, months=number) for number in range(30)]
        for partner, day in zip(partners, days, strict=True):
            self._buy(partner, day)
        found = self._pictures()
        self.assertEqual(len(found["cohorts"]), 24)
        for row in found["cohorts"]:
            again = [cell["customers"] for cell in row["cells"] if cell["age"]]
            self.assertFalse(any(again), row)
        gone = [day for day in days if TODAY - day > timedelta(365)]
        self.assertEqual(found["survival"]["lost"], len(gone))
        rows = self.rows.search([("partner_id", "in", partners.ids)])
        self.assertFalse(any(rows.mapped("rhythm_days")))
        self.assertEqual(set(rows.mapped("f_score")), {3})
        self.assertEqual(set(rows.mapped("r_score")), {1, 2, 3, 4, 5})

    # -- amounts -----------------------------------------------------------------------

    def test_all_equal_amounts(self):
        """Nobody is better than another: the same scores, segment and profit."""
        partners = self._customers(20)
        for partner in partners:
            self._buy(partner, *(TODAY - timedelta(30 * n) for n in range(4)))
        found = self._pictures()
        rows = self.rows.search([("partner_id", "in", partners.ids)])
        for name in ("r_score", "f_score", "m_score"):
            self.assertEqual(set(rows.mapped(name)), {3}, name)
        self.assertEqual(set(rows.mapped("rfm_segment")), {"need_attention"})
        self._costs_add_up(found["cost"], 200)
        profits = found["cost"]["run"].profit_ids
        self.assertEqual(set(profits.mapped("profit")), {400 - 10})
        self.assertAlmostEqual(found["cost"]["gini"], 0)
        self.assertEqual(found["cost"]["losing"], 0)
        self.assertEqual({row["lost"] for row in found["people"]["groups"]}, {0})

    def test_negative_margins(self):
        """Revenue without profit: everybody is a loss, and the curve only falls."""
        partners = self._customers(5)
        for number, partner in enumerate(partners):
            self._buy(partner, TODAY, amount=100 + number, cost=150, margin=-50)
        found = self._pictures()
        self._costs_add_up(found["cost"], 200)
        self.assertEqual(found["cost"]["losing"], 5)
        self.assertEqual(found["cost"]["peak_customers"], 0)
        self.assertLess(found["cost"]["total"], -200)
        self.assertEqual(self._row(partners[0]).margin, -50)

    def test_refunded_more_than_bought(self):
        """A cohort that gave back more than it took keeps nothing, not less."""
        (one,) = self._customers(1)
        self._buy(one, date(2025, 5, 5), amount=100)
        self._buy(
            one,
            date(2025, 6, 6),
            amount=-300,
            order_count=0,
            invoice_count=0,
            ordered=0,
            refunds=300,
        )
        found = self._pictures()
        (row,) = found["cohorts"]
        self.assertEqual(row["cells"][1]["customers"], 0)
        self.assertEqual(row["cells"][1]["gross"], 0)
        self.assertEqual(row["cells"][1]["net"], -3)
        self.assertEqual(self._row(one).revenue, -200)

    def test_a_cohort_that_first_bought_for_nothing(self):
        """Of nothing there is no share: the cells are empty, not endless."""
        (one,) = self._customers(1)
        self._buy(one, date(2025, 5, 5), amount=0)
        self._buy(one, date(2025, 6, 6), amount=50)
        (row,) = self._pictures()["cohorts"]
        self.assertEqual(row["cells"][1]["retention"], 1)
        self.assertFalse(row["cells"][1]["net"])
        self.assertFalse(row["cells"][1]["gross"])

    # -- models that do not work -------------------------------------------------------

    def test_a_fit_that_does_not_converge(self):
        """The run says so, and shows what the customers have earned."""
        partners = self._customers(60)
        self._market(self.company, partners)
        climb = bgnbd._climb

        def stuck(*args, **kwargs):
            model, value, _converged = climb(*args, **kwargs)
            return model, value, False

        with patch.object(bgnbd, "_climb", stuck):
            run = self._run(days_outstanding=0)
        self.assertFalse(run.trusted)
        self.assertIn("did not come to an end", run.reason)
        self.assertIn("earned so far", run.reason)
        self.assertFalse(run.holdout_customers)
        row = self._row(partners[0])
        self.assertEqual(row.clv_source, "history")
        self.assertAlmostEqual(row.clv, row.margin, 1)
        self.assertFalse(row.p_alive)

    # -- histories that ended ----------------------------------------------------------

    def test_a_history_that_ended_long_ago(self):
        """As of its last purchase; seen from today, only that all are gone is true."""
        (one,) = self._customers(1)
        self._buy(one, *(date(2011, month, 9) for month in (10, 11, 12)))
        found = self._pictures()
        last = date(2011, 12, 9)
        self.assertEqual(found["survival"]["as_of"], last)
        self.assertEqual(found["survival"]["lost"], 0)
        self.assertEqual([row["size"] for row in found["cohorts"]], [1])
        row = self._row(one)
        self.assertEqual((row.as_of, row.recency_days), (last, 0))
        self.assertEqual(row.revenue_12m, 300)
        action = self.rows.with_company(self.company).action_open_cohort(
            found["cohorts"][0]["cohort"], 2
        )
        figures = self.rows.with_company(self.company)
        self.assertEqual(figures.search(action["domain"]), row)
        self._buy(one, TODAY - timedelta(3))
        self.env["crm.analytics.customer"]._touch(one.ids)
        self.rows.refresh()
        self.assertEqual((row.as_of, row.recency_days), (TODAY, 3))
        self.assertEqual(row.revenue_12m, 100)

    # -- currencies --------------------------------------------------------------------

    def test_a_foreign_invoice_without_a_rate(self):
        """The figures are the ledger's, to the cent, and the overview warns of it."""
        currency = self.env["res.currency"].create({"name": "XTS", "symbol": "¤"})
        company = self.env.company
        (one,) = self._customers(1)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": one.id,
                "invoice_date": TODAY,
                "currency_id": currency.id,
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Thing", "quantity": 3, "price_unit": 7, "tax_ids": []}
                    )
                ],
            }
        )
        invoice.action_post()
        self.env["crm.customer.day"].refresh()
        self.rows.refresh()
        row = self._row(one, company)
        self.assertEqual(row.revenue, invoice.amount_untaxed_signed)
        self.assertEqual(row.purchase_days, 1)
        overview = self.env["crm.analytics.overview"]
        told = [note["text"] for note in overview.get_overview("sales")["notes"]]
        self.assertTrue(any("XTS" in text for text in told), told)
        self.env["res.currency.rate"].create({"currency_id": currency.id, "rate": 2})
        told = [note["text"] for note in overview.get_overview("sales")["notes"]]
        self.assertFalse(any("XTS" in text for text in told), told)
