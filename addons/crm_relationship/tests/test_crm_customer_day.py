from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..models.crm_customer_day_source import DaySource
from .mart_history import MartHistoryCase

SALESMAN = "sales_team.group_sale_salesman"
MANAGER = "sales_team.group_sale_manager"
MIXIN = "odoo.addons.crm_relationship.models.crm_pass_mixin"


@tagged("post_install", "-at_install")
class TestCrmCustomerDay(MartHistoryCase):
    def setUp(self):
        super().setUp()
        self.customer = self.partners[0]
        self.contact = self.customer.child_ids[0]
        self.tick()

    def invoice(self, partner=None, kind="out_invoice", day="2024-03-05", **line):
        move = self.env["account.move"].create(
            {
                "move_type": kind,
                "partner_id": (partner or self.customer).id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": self.article.id,
                            "quantity": 3,
                            "price_unit": 100,
                            "tax_ids": False,
                            **line,
                        }
                    )
                ],
            }
        )
        move.action_post()
        return move

    def rows(self, partner=None):
        self.days.refresh()
        return self.days.search([("partner_id", "=", (partner or self.customer).id)])

    def seen_by(self, user):
        return self.days.with_user(user).with_context(allowed_company_ids=[])

    # -- columns -----------------------------------------------------------------------

    def test_contact_counts_for_the_commercial_entity(self):
        self.invoice(self.contact)
        self.invoice(self.customer)
        self.assertFalse(self.rows(self.contact))
        self.assertRecordValues(
            self.rows(),
            [
                {
                    "day": date(2024, 3, 5),
                    "company_id": self.env.company.id,
                    "currency_id": self.env.company.currency_id.id,
                    "invoice_count": 2,
                    "revenue": 600,
                    "cost": 199.98,
                    "margin": 400.02,
                    "order_count": 0,
                }
            ],
        )

    def test_refund_is_subtracted_and_shown(self):
        self.invoice()
        self.invoice(kind="out_refund", quantity=1)
        self.assertRecordValues(
            self.rows(),
            [
                {
                    "invoice_count": 1,
                    "revenue": 200,
                    "refunds": 100,
                    "cost": 66.66,
                    "margin": 133.34,
                }
            ],
        )

    def test_discount(self):
        for discount, given in ((0, 0), (20, 60), (100, 300), (-10, -30)):
            with self.subTest(discount=discount):
                move = self.invoice(discount=discount)
                row = self.rows()
                self.assertEqual(row.discount, given)
                self.assertEqual(row.revenue, 300 - given)
                move.button_draft()
        self.invoice(kind="out_refund", discount=100)
        self.assertEqual(self.rows().discount, -300)

    def test_vendor_bills_drafts_and_quotations_do_not_count(self):
        self.invoice(kind="in_invoice")
        self.invoice().button_draft()
        self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertFalse(self.rows())

    def test_order_day_is_the_company_s(self):
        self.do_order(0, 3)  # 2024-02-29 16:00 UTC is past midnight in Shanghai
        self.assertEqual(self.orders.date_order.day, 29)
        self.assertEqual(
            self.rows(self.orders.partner_id.commercial_partner_id).day,
            date(2024, 3, 1),
        )

    # -- frozen cost -------------------------------------------------------------------

    def test_cost_is_frozen_at_posting(self):
        move = self.invoice()
        line = move.invoice_line_ids
        self.assertEqual(line.crm_cost, 99.99)
        self.article.standard_price = 50
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(line.crm_cost, 99.99)
        move.button_draft()
        self.assertEqual(line.crm_cost, 0)
        move.action_post()
        self.assertEqual(line.crm_cost, 150)

    def test_cost_in_another_unit_and_company(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        line = self.invoice(quantity=2, product_uom_id=dozen.id).invoice_line_ids
        self.assertEqual(line.crm_cost, 799.92)
        self.do_invoice(1, 0)
        self.assertEqual(self.moves.company_id, self.abroad)
        self.assertEqual(self.moves.invoice_line_ids[0].crm_cost, 2 * 41.07)

    def test_filling_the_past_gives_the_same_costs(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.invoice(product_uom_id=dozen.id, quantity=1.5)
        self.invoice(kind="out_refund")
        self.invoice(kind="in_invoice")
        self.do_invoice(1, 0)
        lines = self.env["account.move.line"].search([])
        costs = {line: line.crm_cost for line in lines}
        self.assertTrue(any(costs.values()))
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move_line SET crm_cost = 0")
        lines._crm_fill_cost()
        lines.invalidate_recordset(["crm_cost"])
        mine = lines.filtered(lambda line: line.product_id == self.article)
        self.assertEqual(
            {line: line.crm_cost for line in mine}, {line: costs[line] for line in mine}
        )

    # -- refresh -----------------------------------------------------------------------

    def test_refresh_writes_only_what_changed(self):
        self.do_order(0, 3)
        self.invoice()
        self.assertGreaterEqual(self.days.refresh().rows, 2)
        self.tick()
        self.assertEqual(self.days.refresh().rows, 0)
        self.assertEqual(self.days.rebuild().rows, 0)
        self.tick()
        self.invoice(day="2024-03-06")
        self.assertEqual(self.days.refresh().rows, 1)

    def test_refresh_reads_only_what_changed(self):
        self.invoice()
        for _run in range(
            3
        ):  # each moves the watermark to what the one before measured
            self.tick()
            self.days.refresh()
        self.assertEqual(self.days.refresh().total, 0)
        self.invoice(self.partners[1])
        self.assertEqual(self.days.refresh().total, 1)

    def test_one_customer_that_fails_is_set_aside(self):
        self.invoice()
        self.invoice(self.partners[1])
        self.env.cr.execute(
            "ALTER TABLE crm_customer_day ADD CHECK (partner_id <> %s)",
            [self.customer.id],
        )
        with mute_logger("odoo.sql_db", MIXIN):
            run = self.days.refresh()
        self.assertEqual(run.state, "done")
        self.assertEqual(run.error_ids.partner_id, self.customer)
        self.assertIn("crm_customer_day", run.error_ids.message)
        self.assertTrue(self.days.search([("partner_id", "=", self.partners[1].id)]))
        queue = self.env["crm.customer.day.touch"].sudo().search([])
        self.assertEqual(queue.partner_id, self.customer, "the next run tries again")

    def test_rebuild_heals(self):
        self.invoice()
        row = self.rows()
        self.env.cr.execute("UPDATE crm_customer_day SET revenue = 1")
        self.env.cr.execute(
            """INSERT INTO crm_customer_day (company_id, partner_id, day)
            VALUES (%s, %s, '2020-01-01')""",
            [row.company_id.id, self.contact.id],
        )
        self.days.rebuild()
        self.assert_mart()

    def test_rebuild_in_ranges(self):
        """A range at a time, as a large database needs it."""
        self.do_order(0, 3)
        self.invoice()
        self.env.cr.execute("DELETE FROM crm_customer_day")
        for number in range(0, len(self.partners), 4):
            self.days._rebuild_batch(self.partners[number : number + 4].ids)
        mine = self.days.search([("partner_id", "in", self.partners.ids)])
        self.assertEqual(len(mine), 2)

    def test_source_of_another_addon(self):
        """It adds to its columns, on days of its own, and is refreshed like ours."""
        source = DaySource(
            documents={"account.payment": "document"},
            tables=SQL("account_payment document"),
            where=SQL("document.state IN ('in_process', 'paid')"),
            company=SQL("document.company_id"),
            partner=SQL("document.partner_id"),
            day=SQL("document.date"),
            columns={"refunds": SQL("document.amount")},
        )
        ours = self.days._day_sources()
        self.startPatcher(
            patch.object(
                type(self.days), "_day_sources", lambda days: {**ours, "paid": source}
            )
        )
        self.invoice()
        self.assertEqual(self.rows().refunds, 0)
        self.tick()
        payment = self.env["account.payment"].create(
            {"partner_id": self.contact.id, "amount": 7, "date": "2024-03-09"}
        )
        payment.action_post()
        self.assertRecordValues(
            self.rows().sorted("day"),
            [{"revenue": 300, "refunds": 0}, {"revenue": 0, "refunds": 7}],
        )

    def test_clock_gone_back(self):
        self.days.refresh()
        self.passes.sudo().search([], limit=1).watermark = "2999-01-01"
        self.invoice()
        self.assertTrue(self.rows())

    def test_customer_of_a_deleted_parent(self):
        parent = self.env["res.partner"].create({"name": "Old", "is_company": True})
        child = self.env["res.partner"].create({"name": "C", "parent_id": parent.id})
        self.partners = child
        self.do_order(1, 1)
        self.assertTrue(self.rows(parent))
        self.tick()
        parent.unlink()
        self.tick()
        self.assertTrue(self.rows(child))
        self.assert_mart()

    # -- who may see what --------------------------------------------------------------

    def test_salesperson_sees_own_customers_without_costs(self):
        user = new_test_user(self.env, "mart_sales", SALESMAN)
        other = new_test_user(self.env, "mart_other", SALESMAN)
        mine, free, foreign = self.partners[:3]
        (mine.user_id, foreign.user_id) = (user, other)
        for partner in (mine, free, foreign):
            self.invoice(partner)
        self.days.refresh()
        mine_only = [("partner_id", "in", (mine | free | foreign).ids)]
        rows = self.seen_by(user).search(mine_only)
        self.assertEqual(rows.partner_id, mine | free)
        self.assertEqual(rows[0].revenue, 300)
        for name in ("cost", "margin"):
            with self.subTest(name), self.assertRaises(AccessError):
                rows.read([name])
        with self.assertRaises(AccessError):
            self.seen_by(user)._read_group([], [], ["margin:sum"])
        manager = new_test_user(self.env, "mart_manager", MANAGER)
        rows = self.seen_by(manager).search(mine_only)
        self.assertEqual(rows.partner_id, mine | free | foreign)
        self.assertEqual(rows[0].margin, 200.01)

    def test_other_companies_are_not_seen(self):
        self.do_invoice(1, 0)
        self.days.refresh()
        manager = new_test_user(self.env, "mart_manager", MANAGER)
        self.assertFalse(
            self.seen_by(manager).search([("company_id", "=", self.abroad.id)])
        )

    def test_warehouse_sees_neither_days_nor_costs(self):
        worker = new_test_user(self.env, "mart_worker", "stock.group_stock_manager")
        with self.assertRaises(AccessError):
            self.days.with_user(worker).search([])
        lines = self.env["account.move.line"].with_user(worker)
        self.assertNotIn("crm_cost", lines.fields_get())

    def test_nobody_runs_it_from_outside(self):
        for name in ("refresh", "rebuild"):
            self.assertTrue(getattr(self.days, name)._api_private, name)
        user = new_test_user(self.env, "mart_sales", SALESMAN)
        with self.assertRaises(AccessError):
            self.days.with_user(user).action_rebuild()

    def test_rebuild_in_the_background(self):
        manager = new_test_user(self.env, "mart_manager", MANAGER)
        self.days.with_user(manager).action_rebuild()
        run = self.passes._unfinished("customer_day_rebuild")
        self.assertEqual(run.state, "paused")
        self.days._cron_refresh()
        self.assertEqual(run.state, "done")

    # -- screens -----------------------------------------------------------------------

    def test_list_costs_the_same_for_one_row_and_eighty(self):
        fields = dict.fromkeys(
            ("day", "company_id", "ordered", "revenue", "discount", "currency_id"), {}
        ) | {"partner_id": {"fields": {"display_name": {}}}}
        for number in range(80):
            partner = self.env["res.partner"].create({"name": f"Many {number}"})
            self.invoice(partner)
        self.days.refresh()
        counts = []
        user = new_test_user(self.env, "mart_sales", SALESMAN)
        for limit in (1, 1, 80):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.seen_by(user).web_search_read([], fields, limit=limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])

    def test_totals_in_views(self):
        self.invoice()
        self.days.refresh()
        user = new_test_user(self.env, "mart_sales", SALESMAN)
        groups = self.seen_by(user).formatted_read_group(
            [("partner_id", "=", self.customer.id)],
            ["day:month"],
            ["revenue:sum", "revenue:sum_currency", "currency_id:array_agg_distinct"],
        )
        self.assertEqual(groups[0]["revenue:sum"], 300)

    def test_job_log_form(self):
        run = self.days.refresh()
        manager = new_test_user(self.env, "mart_manager", MANAGER)
        run = run.with_user(manager).with_context(allowed_company_ids=[])
        form = Form(run)
        self.assertEqual(form.progress, 100)
