from datetime import date, timedelta

from odoo import fields
from odoo.tests import tagged

from .common_persist import TODAY, PersistCommon


@tagged("post_install", "-at_install")
class TestClvThin(PersistCommon):
    """Too little to learn from: the screen says so and shows what was earned."""

    def _days(self, count, gap=30, last=TODAY):
        return [last - timedelta(gap * n) for n in range(count)]

    def _assert_history(self, run, why):
        self.assertEqual(run.state, "done")
        self.assertFalse(run.trusted)
        self.assertIn(why, run.reason)

    def test_no_sales_at_all(self):
        run = self._run()
        self._assert_history(run, "no purchase yet")
        self.assertFalse(run.buying_text or run.spending_text)
        self.assertEqual(run.customers, 0)

    def test_one_customer(self):
        (one,) = self._customers(1)
        self._buy(one, *self._days(5), amount=50)
        self._assert_history(self._run(days_outstanding=0), "same history")
        self.assertRecordValues(
            self._row(one),
            [
                {
                    "clv": 100,
                    "yearly_value": 250,
                    "value_at_stake": 0,
                    "p_alive": 0,
                    "clv_source": "history",
                }
            ],
        )

    def test_late_by_its_own_rhythm(self):
        late, regular, once = self._customers(3)
        self._buy(late, *self._days(5, last=date(2025, 2, 1)), amount=50)
        self._buy(regular, *self._days(5), amount=50)
        self._buy(once, date(2024, 1, 1))
        self._assert_history(self._run(), "too few")
        self.assertEqual(self._row(late).value_at_stake, 250)
        self.assertEqual(self._row(regular).value_at_stake, 0)
        self.assertEqual(self._row(once).value_at_stake, 0)

    def test_one_order_each(self):
        for n, partner in enumerate(self._customers(40)):
            self._buy(partner, TODAY - timedelta(n))
        self._assert_history(self._run(), "too few customers have bought more")

    def test_all_equal_amounts(self):
        partners = self._customers(400)
        bought = self._market(self.company, partners)
        self.env["crm.customer.day"].search(
            [("company_id", "=", self.company.id)]
        ).write({"ordered": 10, "revenue": 10, "margin": 4})
        run = self._run(days_outstanding=0)
        self._assert_history(run, "spend the same")
        counts = [sum(row[0] == partner.id for row in bought) for partner in partners]
        n = counts.index(max(counts))
        self.assertTrue(run.buying_text)
        self.assertFalse(run.spending_text)
        row = self._row(partners[n])
        self.assertEqual((row.clv_source, row.clv), ("alive", counts[n] * 4))
        self.assertTrue(row.p_alive and row.expected_orders)

    def test_negative_margins(self):
        partners = self._customers(400)
        self._market(self.company, partners, margin=-0.2)
        run = self._run()
        self.assertTrue(run.trusted)
        rows = self.rows.search([("clv_run_id", "=", run.id)])
        self.assertLessEqual(max(rows.mapped("clv")), 0)
        self.assertLess(sum(rows.mapped("clv")), 0)
        self.assertGreaterEqual(min(rows.mapped("value_at_stake")), 0)

    def test_a_currency_without_rate(self):
        currency = self.env["res.currency"].create({"name": "XTS", "symbol": "¤"})
        odd = self.env["res.company"].create(
            {"name": "Odd", "currency_id": currency.id}
        )
        self.manager.company_ids |= odd
        (one,) = self._customers(1)
        self._buy(one, *self._days(3), company=odd)
        run = self._run(odd)
        self._assert_history(run, "same history")
        self.assertEqual(self._row(one, odd).yearly_value, 300)

    def test_what_is_a_purchase(self):
        orders, invoices, moved, refunded = partners = self._customers(4)
        self._buy(orders, date(2025, 1, 1), invoice_count=0, revenue=0)
        self._buy(orders, date(2025, 1, 9), order_count=0, ordered=0)
        self._buy(invoices, *self._days(2), order_count=0, ordered=0, amount=30)
        # an invoice of the system used before, then an order and its invoice
        self._buy(moved, date(2024, 6, 1), order_count=0, ordered=0, amount=20)
        self._buy(moved, date(2024, 9, 1), invoice_count=0, revenue=0, amount=70)
        self._buy(moved, date(2024, 9, 9), order_count=0, ordered=0, amount=70)
        self._buy(refunded, TODAY, order_count=0, invoice_count=0, amount=-9)
        run = self._run()
        self.assertEqual((run.customers, run.repeat_buyers), (3, 2))
        found, _year = run._read_histories(TODAY)
        self.assertEqual(found.customers.tolist(), partners[:3].ids)
        self.assertEqual(found.total.tolist(), [100, 60, 90])
        self.assertFalse(self._row(refunded).clv_run_id)

    def test_values_go_when_the_purchases_go(self):
        one, other = self._customers(2)
        self._buy(one, *self._days(4))
        self._buy(other, TODAY)
        self._run()
        self.assertTrue(self._row(one).clv)
        days = self.env["crm.customer.day"].search([("partner_id", "=", one.id)])
        days.write({"order_count": 0, "invoice_count": 0})
        self._run()
        self.assertRecordValues(
            self._row(one), [{"clv": 0, "clv_source": False, "clv_date": False}]
        )

    def test_proposed_day(self):
        runs = self.env["crm.analytics.clv.run"].with_user(self.manager)
        today = fields.Date.context_today(runs)
        self.assertEqual(runs.create({"company_id": self.company.id}).date, today)
        (one,) = self._customers(1)
        self._buy(one, date(1998, 6, 30))
        self.env.flush_all()
        old = runs.create({"company_id": self.company.id})
        self.assertEqual(old.date, date(1998, 6, 30))
