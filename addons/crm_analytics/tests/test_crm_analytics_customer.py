from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_analytics import AnalyticsCommon


@tagged("post_install", "-at_install")
class TestCrmAnalyticsCustomer(AnalyticsCommon):
    def setUp(self):
        super().setUp()
        type(self).today = date(2026, 4, 1)

    def test_figures_wait_for_a_rebuild_of_the_days(self):
        """And lists that are empty until then say that figures are on their way."""
        lists = "crm.analytics.customer", "crm.analytics.product.month"

        def helps():
            return [self.env[name].get_empty_list_help("<p>None</p>") for name in lists]

        self.day(self.alpha, "2026-03-01", order_count=1, revenue=9)
        self.env["crm.customer.day"]._queue_rebuild()
        self.figures._cron_refresh()
        self.assertFalse(self.of(self.alpha))
        self.assertTrue(all("being refreshed" in text for text in helps()))
        self.env["crm.pass"]._unfinished("customer_day_rebuild").state = "done"
        self.figures._cron_refresh()
        self.assertTrue(self.of(self.alpha))
        self.assertEqual(helps(), ["<p>None</p>"] * 2)

    def test_figures_of_a_customer(self):
        """Windows end today; each company has its own row in its own currency."""
        day = self.day  # the first is from before any order, so it is a purchase
        day(self.alpha, "2024-04-01", revenue=1, invoice_count=1)
        day(self.alpha, "2024-04-02", revenue=3, order_count=1, ordered=4, margin=1)
        day(self.alpha, "2025-04-01", revenue=10, margin=4, invoice_count=1)
        day(self.alpha, "2025-04-02", revenue=100, margin=40, order_count=2, ordered=90)
        day(self.alpha, "2026-04-01", revenue=1000, margin=400, order_count=1)
        day(self.alpha, "2026-04-02", revenue=5000, order_count=5)
        day(self.alpha, "2026-03-02", self.abroad, revenue=7, invoice_count=1)
        self.refresh()
        expected = {
            "as_of": self.today,
            "first_day": self.date("2024-04-01"),
            "last_day": self.date("2026-04-01"),
            "recency_days": 0,
            "order_count": 4,
            "order_count_12m": 3,
            "purchase_days": 4,
            "revenue": 1114.0,
            "revenue_12m": 1100.0,
            "revenue_prev_12m": 13.0,
            "margin": 445.0,
            "margin_12m": 440.0,
            "average_order": 23.5,
            "rhythm_days": 364.0,
        }
        self.assertRecordValues(self.of(self.alpha), [expected])
        expected = {
            "currency_id": self.abroad.currency_id.id,
            "first_day": self.date("2026-03-02"),
            "order_count": 0,
            "purchase_days": 1,
            "recency_days": 30,
            "revenue": 7.0,
            "average_order": 7.0,
            "next_purchase_date": False,
        }
        self.assertRecordValues(self.of(self.alpha, self.abroad), [expected])
        self.assert_same_as_rebuilt()

    def test_time_alone_changes_figures(self):
        """Days come due and leave windows without any document changing."""
        for number in range(3):
            self.day(
                self.alpha,
                date(2025, 4, 2) + timedelta(10 * number),
                revenue=100,
                order_count=1,
            )
        self.day(self.alpha, "2026-04-03", revenue=7, order_count=1)
        self.refresh()
        row = self.of(self.alpha)
        self.assertEqual((row.revenue_12m, row.recency_days), (300, 344))
        self.assertEqual(row.overdue_factor, 34.4)
        self.assertEqual(row.next_purchase_date, self.date("2025-05-02"))
        self.refresh(today=date(2026, 4, 2))
        self.assertEqual((row.revenue_12m, row.recency_days), (200, 345))
        self.assertEqual(row.overdue_factor, 34.5)
        self.assert_same_as_rebuilt()
        self.refresh(today=date(2026, 4, 3))
        self.assertEqual((row.revenue_12m, row.recency_days), (207, 0))
        self.assert_same_as_rebuilt()

    def test_thin_data(self):
        """Nothing, only a refund, only visits, only the future: no row or no score."""
        self.refresh()
        self.assertFalse(self.figures.search([]))
        self.day(self.alpha, "2026-03-01", revenue=-5, refunds=5)
        self.day(self.beta, "2026-03-01", visit_count=2)
        self.day(self.gamma, "2026-05-01", order_count=2)
        self.refresh()
        row = self.figures.search([])
        self.assertEqual(row.partner_id, self.alpha)
        self.assertRecordValues(
            row,
            [{"last_day": False, "purchase_days": 0, "rfm_segment": False}],
        )
        self.assert_same_as_rebuilt()

    def test_scores_compare_customers_of_one_company(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number}"} for number in range(5)]
        )
        for number, partner in enumerate(partners):
            for nth in range(number + 1):
                self.day(
                    partner,
                    date(2026, 1 + nth // 2, 1 + number + 10 * (nth % 2)),
                    order_count=1,
                    revenue=100 * number - 50,
                )
            self.day(partner, "2026-02-20", self.abroad, order_count=1, revenue=9)
        self.refresh()
        rows = self.figures.search(
            [("company_id", "=", self.company.id)], order="purchase_days"
        )
        self.assertEqual(rows.mapped("f_score"), [1, 2, 3, 4, 5])
        self.assertEqual(rows.mapped("m_score"), [1, 2, 3, 4, 5])
        self.assertEqual(rows[-1].rfm_segment, "champions")
        abroad = self.figures.search([("company_id", "=", self.abroad.id)])
        self.assertEqual(set(abroad.mapped("r_score")), {3})
        self.assert_same_as_rebuilt()

    def test_refresh_writes_what_differs_and_keeps_what_runs_filled(self):
        first = self.day(self.alpha, "2026-01-05", revenue=100, invoice_count=1)
        gone = self.day(self.beta, "2026-01-05", revenue=5, invoice_count=1)
        self.assertEqual(self.refresh(), 2)
        row = self.of(self.alpha)
        self.figures._store(row.ids, {"p_alive": [0.75], "clv": [12.5]})
        self.assertEqual(self.refresh(), 0)
        first.revenue = 90
        gone.unlink()
        self.assertEqual(self.refresh(), 2)
        self.assertRecordValues(row, [{"revenue": 90, "p_alive": 0.75, "clv": 12.5}])
        self.assertFalse(self.of(self.beta))

    def test_merging_customers_keeps_one_row(self):
        self.day(self.alpha, "2026-01-05", revenue=100, invoice_count=1)
        self.day(self.beta, "2026-01-06", revenue=5, invoice_count=1)
        self.refresh()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.alpha | self.beta).ids, self.alpha
        )
        self.assertEqual(len(self.of(self.alpha)), 1)
        self.env["crm.customer.day"].refresh()
        self.refresh()
        self.assert_same_as_rebuilt()

    def test_a_failing_customer_is_set_aside(self):
        """The others get their figures; the next refresh tries that one again."""
        for partner in (self.alpha, self.beta):
            self.day(partner, "2026-01-05", revenue=100, invoice_count=1)
        batch = type(self.figures)._refresh_batch

        def fails(figures, ids):
            if self.alpha.id in ids:
                raise ValueError("broken")
            return batch(figures, ids)

        with (
            patch.object(type(self.figures), "_refresh_batch", fails),
            self.assertLogs("odoo.addons.crm_relationship", "WARNING"),
        ):
            run = self.figures.refresh()
        self.assertEqual(run.error_ids.partner_id, self.alpha)
        self.assertTrue(self.of(self.beta))
        self.refresh()
        self.assertTrue(self.of(self.alpha))

    def test_salesperson_sees_own_customers_only(self):
        """In lists, sums and exports; a key account manager sees its customers, too."""
        for partner in (self.alpha, self.beta, self.gamma):
            self.day(partner, "2026-01-05", revenue=100, margin=9, invoice_count=1)
            self.day(partner, "2026-01-05", self.abroad, revenue=1, invoice_count=1)
        self.refresh()
        figures = self.figures.with_user(self.sara).with_context(
            allowed_company_ids=self.company.ids
        )
        seen = figures.search([])
        self.assertEqual(seen.partner_id, self.alpha | self.gamma)
        self.assertEqual(seen.company_id, self.company)
        total = figures.formatted_read_group([], [], ["revenue:sum", "__count"])
        self.assertEqual((total[0]["revenue:sum"], total[0]["__count"]), (200, 2))
        with self.assertRaises(AccessError):
            self.of(self.beta).with_user(self.sara).export_data(["revenue"])
        self.beta.with_company(self.company).key_account_manager_id = self.sara
        self.assertIn(self.beta, figures.search([]).partner_id)
        action = figures.search([("partner_id", "=", self.beta.id)]).action_open_days()
        days = figures.env[action["res_model"]].search(action["domain"])
        self.assertEqual(days.mapped("revenue"), [100])
        self.assertEqual(len(self.figures.with_user(self.karim).search([])), 6)

    def test_margin_is_for_managers(self):
        self.day(self.gamma, "2026-01-05", revenue=100, margin=9, invoice_count=1)
        self.refresh()
        row = self.of(self.gamma)
        self.assertEqual(row.with_user(self.mona).margin, 9)
        figures = self.figures.with_user(self.karim)
        for attempt in (
            lambda: row.with_user(self.karim).read(["margin"]),
            lambda: row.with_user(self.karim).export_data(["margin"]),
            lambda: figures.search([("margin", ">", 5)]),
            lambda: figures.search([], order="margin_12m"),
            lambda: figures.formatted_read_group([], [], ["margin:sum"]),
        ):
            with self.assertRaises(AccessError):
                attempt()
