from datetime import date, timedelta

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_product import TODAY, ProductCommon


def every(days, times, last):
    """So many days, each so long after the one before."""
    return [last - timedelta(days * number) for number in reversed(range(times))]


@tagged("post_install", "-at_install")
class TestStopped(ProductCommon):
    def of(self, partner, product, company=None):
        return self.stopped.search(
            [
                ("partner_id", "=", partner.id),
                ("product_id", "=", product.id),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def test_who_is_late_with_a_product(self):
        """Tea every 10 days until 25 days ago; coffee until 15 days ago is not yet."""
        last = TODAY - timedelta(25)
        self.order(self.alpha, every(10, 4, last), self.tea)
        self.order(self.alpha, every(10, 4, TODAY - timedelta(15)), self.coffee)
        self.sell(self.alpha, last, (self.tea, 4, 30))
        self.sell(self.alpha, last - timedelta(400), (self.tea, 4, 99))
        self.sell(self.alpha, TODAY, (self.tea, 1, 20), kind="out_refund")
        self.refresh()
        row = self.of(self.alpha, self.tea)
        self.assertRecordValues(
            row,
            [
                {
                    "last_day": last,
                    "purchase_days": 5,
                    "rhythm_days": 10,
                    "overdue_factor": 2.5,
                    "revenue_12m": 100,
                    "still_buys": True,
                    "as_of": TODAY,
                    "user_id": self.sara.id,
                }
            ],
        )
        self.assertFalse(self.of(self.alpha, self.coffee))

    def test_twice_the_rhythm_is_not_yet_too_late(self):
        self.order(self.alpha, every(10, 3, TODAY - timedelta(20)), self.tea)
        self.refresh()
        self.assertFalse(self.of(self.alpha, self.tea))
        self.refresh(TODAY + timedelta(1))
        self.assertTrue(self.of(self.alpha, self.tea))

    def test_two_days_make_no_rhythm(self):
        """Nor do three orders of two days."""
        days = every(5, 2, TODAY - timedelta(100))
        self.order(self.alpha, [*days, days[0]], self.tea)
        self.refresh()
        self.assertFalse(self.of(self.alpha, self.tea))

    def test_a_purchase_takes_the_row_away(self):
        self.order(self.alpha, every(10, 3, TODAY - timedelta(40)), self.tea)
        self.refresh()
        self.assertTrue(self.of(self.alpha, self.tea))
        order = self.order(self.alpha, [TODAY], self.tea)
        self.refresh()
        self.assertFalse(self.of(self.alpha, self.tea))
        order._action_cancel()
        self.refresh()
        self.assertTrue(self.of(self.alpha, self.tea))

    def test_who_never_orders_buys_by_invoice(self):
        """And of who began to order, invoices before the first order count."""
        days = every(10, 3, TODAY - timedelta(40))
        for day in days:
            self.sell(self.gamma, day, (self.tea, 1, 10))
            self.sell(self.beta, day, (self.tea, 1, 10))
        self.order(self.beta, [TODAY - timedelta(30)], self.coffee)
        self.sell(self.beta, TODAY - timedelta(5), (self.tea, 1, 10))
        self.refresh()
        self.assertEqual(self.of(self.gamma, self.tea).last_day, days[-1])
        self.assertEqual(self.of(self.beta, self.tea).last_day, days[-1])

    def test_what_was_credited_or_taken_off_is_no_purchase(self):
        for day in every(10, 3, TODAY - timedelta(40)):
            self.sell(self.gamma, day, (self.tea, 1, 10), kind="out_refund")
            self.sell(self.gamma, day, (self.coffee, 1, -10), (self.cup, 1, 50))
            self.sell(self.gamma, day, (self.coffee, -1, 10), (self.cup, 1, 50))
        self.refresh()
        self.assertEqual(self.stopped.search([]).product_id, self.cup)

    def test_more_credited_than_sold(self):
        for day in every(10, 3, TODAY - timedelta(40)):
            self.sell(self.gamma, day, (self.tea, 1, 10))
        self.sell(self.gamma, TODAY, (self.tea, 9, 10), kind="out_refund")
        self.refresh()
        self.assertEqual(self.of(self.gamma, self.tea).revenue_12m, -60)

    def test_lost_as_a_customer_or_only_for_a_product(self):
        self.order(self.alpha, every(10, 3, TODAY - timedelta(40)), self.tea)
        self.order(self.beta, every(10, 3, TODAY - timedelta(40)), self.tea)
        self.order(self.beta, every(9, 5, TODAY - timedelta(4)), self.coffee)
        self.refresh()
        self.assertFalse(self.of(self.alpha, self.tea).still_buys)
        self.assertTrue(self.of(self.beta, self.tea).still_buys)

    def test_what_is_no_longer_sold_is_not_missed(self):
        days = every(10, 3, TODAY - timedelta(40))
        for product in (self.tea, self.coffee, self.cup):
            self.order(self.alpha, days, product)
        self.refresh()
        self.assertEqual(len(self.stopped.search([])), 3)
        self.tea.action_archive()
        self.coffee.sale_ok = False
        self.refresh()
        self.assertEqual(self.stopped.search([]).product_id, self.cup)

    def test_each_company_says_when(self):
        """Three rhythms in the one abroad, whose amounts are its own."""
        days = every(10, 3, TODAY - timedelta(25))
        self.abroad.crm_stopped_factor = 3
        for company in (self.company, self.abroad):
            self.order(self.alpha, days, self.tea, company=company)
            self.sell(self.alpha, days[-1], (self.tea, 1, 10), company=company)
        self.refresh()
        self.assertEqual(self.stopped.search([]).company_id, self.company)
        self.refresh(TODAY + timedelta(10))
        row = self.of(self.alpha, self.tea, self.abroad)
        self.assertEqual(row.currency_id, self.abroad.currency_id)
        self.assertEqual(row.revenue_12m, 10)
        with (
            self.assertRaises(CheckViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.abroad.crm_stopped_factor = 0.5
            self.env.flush_all()

    def test_merged_customers_are_one(self):
        days = every(10, 4, TODAY - timedelta(40))
        self.order(self.alpha, days[::2], self.tea)
        self.order(self.gamma, days[1::2], self.tea)
        self.refresh()
        self.assertFalse(self.stopped.search([]))
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.alpha | self.gamma).ids, self.alpha
        )
        self.refresh()
        self.assertEqual(self.of(self.alpha, self.tea).purchase_days, 4)

    def test_what_is_right_is_not_written_again(self):
        self.order(self.alpha, every(10, 3, TODAY - timedelta(40)), self.tea)
        self.refresh()
        self.assertEqual(self.stopped.refresh().rows, 0)

    def test_batches_give_the_same(self):
        """However the customers are cut, and where a run goes on."""
        for number, partner in enumerate((self.alpha, self.beta, self.gamma)):
            days = every(10, 3, TODAY - timedelta(40 + number))
            self.order(partner, days, self.tea)
        self.refresh()
        one = sorted(self.stopped.search([]).mapped("last_day"))
        self.stopped.search([]).sudo().unlink()
        self.patch(type(self.stopped), "_batch_size", 1)
        self.stopped.refresh()
        self.assertEqual(sorted(self.stopped.search([]).mapped("last_day")), one)

    def test_nobody_bought_anything(self):
        self.refresh()
        self.assertFalse(self.stopped.search([]))

    # -- screens -----------------------------------------------------------------------

    def rows_of_three(self):
        for partner in (self.alpha, self.beta, self.gamma):
            self.order(partner, every(10, 3, TODAY - timedelta(40)), self.tea)
            self.order(partner, every(10, 3, TODAY - timedelta(40)), self.cup)
            self.sell(
                partner, TODAY - timedelta(40), (self.tea, 1, 10), (self.cup, 1, 3)
            )
        self.refresh()
        return self.stopped.search([])

    def test_a_salesperson_sees_own_customers(self):
        rows = self.rows_of_three()
        self.assertEqual(len(rows), 6)
        self.assertEqual(
            self.stopped.with_user(self.sara).search([]).partner_id, self.alpha
        )
        self.assertEqual(len(self.stopped.with_user(self.karim).search([])), 6)
        with self.assertRaises(AccessError):
            rows.with_user(self.sara).action_new_quotation()
        abroad = {"allowed_company_ids": self.abroad.ids}
        mine = self.stopped.with_user(self.karim).with_context(**abroad)
        self.assertFalse(mine.search([]))

    def test_largest_loss_first(self):
        self.assertEqual(
            [row.product_id.name for row in self.rows_of_three()],
            ["Tea"] * 3 + ["Cup"] * 3,
        )

    def test_activities_say_what_and_since_when(self):
        rows = self.rows_of_three().with_user(self.sara)
        mine = rows.search([])
        action = mine.action_create_activities()
        wizard = Form(
            rows.env["crm.analytics.activity"].with_context(**action["context"])
        ).save()
        wizard.action_create()
        activity = self.alpha.activity_ids
        self.assertEqual(activity.user_id, self.sara)
        self.assertIn("Tea: last bought on 2026-03-06", activity.note)
        self.assertIn("every 10 days", activity.note)
        self.assertIn("Cup", activity.note)
        with self.assertRaises(UserError):
            self.stopped.action_create_activities()

    def test_a_quotation_of_what_is_missed(self):
        mine = self.rows_of_three().with_user(self.sara).search([])
        action = mine.action_new_quotation()
        orders = self.env["sale.order"].with_user(self.sara)
        with Form(orders.with_context(**action["context"])) as form:
            self.assertEqual(form.partner_id, self.alpha)
            self.assertEqual(len(form.order_line), 2)
        order = form.save()
        self.assertEqual(order.order_line.product_id, self.tea | self.cup)
        self.assertEqual(order.state, "draft")
        with self.assertRaises(UserError):
            self.stopped.search([]).action_new_quotation()

    def test_a_row_opens_its_orders(self):
        rows = self.rows_of_three()
        action = rows[0].with_user(self.karim).action_open_orders()
        found = self.env["sale.order"].search(action["domain"])
        self.assertEqual(len(found), 3)
        self.assertEqual(found.order_line.product_id, self.tea)

    def test_a_list_takes_as_many_queries_for_two_as_for_many(self):
        self.rows_of_three()
        names = ("partner_id", "product_id", "categ_id", "user_id", "tier_id")
        spec = {name: {"fields": {"display_name": {}}} for name in names} | {
            name: {} for name in ("last_day", "revenue_12m", "still_buys")
        }
        rows = self.stopped.with_user(self.karim)
        counts = []
        for limit in (2, 2, 6):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(
                len(rows.web_search_read([], spec, limit=limit)["records"]), limit
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_groups_and_filters(self):
        self.rows_of_three()
        rows = self.stopped.with_user(self.karim)
        found = rows.formatted_read_group([], ["product_id"], ["revenue_12m:sum"])
        self.assertEqual([row["revenue_12m:sum"] for row in found], [9, 30])
        for group in ("categ_id", "user_id", "tier_id", "partner_id"):
            rows.formatted_read_group([], [group], ["__count"])
        found = rows.search([("product_id.categ_id", "child_of", self.drinks.id)])
        self.assertEqual(found.product_id, self.tea)


@tagged("post_install", "-at_install")
class TestStoppedTimeZone(ProductCommon):
    def test_an_order_after_midnight_is_of_the_next_day(self):
        """The company's day, as in the customer days."""
        self.company.partner_id.tz = "Asia/Shanghai"
        orders = self.order(self.alpha, every(10, 3, TODAY - timedelta(40)), self.tea)
        orders[-1].date_order = "2026-03-06 17:00:00"
        self.refresh()
        self.assertEqual(self.stopped.search([]).last_day, date(2026, 3, 7))
