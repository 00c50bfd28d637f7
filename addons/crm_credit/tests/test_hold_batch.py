"""Documents that fail together are held together: look-ups don't grow with them."""

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common_goods import GoodsCase

FEW, MANY = 2, 20


class HoldBatchCase(GoodsCase):
    def setUp(self):
        super().setUp()
        self.sara.notification_type = self.carl.notification_type = "email"

    def _check(self, documents, user):
        """Queries of a check that holds all of them."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()
        documents = documents.with_user(user).browse(documents.ids)  # as a client sends
        before = self.env.cr.sql_log_count
        self.assertFalse(documents._credit_check(self.checkpoint))
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - before
        self.assertEqual(set(documents.mapped("credit_state")), {"held"})
        return queries

    def assertFlat(self, make, user):
        self._check(make(FEW), user)  # caches
        few = self._check(make(FEW), user)
        self.assertEqual(self._check(make(MANY), user), few)


@tagged("post_install", "-at_install")
class TestHeldOrders(HoldBatchCase):
    checkpoint = "order"

    def _orders(self, count):
        vals = [self._order_vals(1500) for _number in range(count)]
        return self.env["sale.order"].with_user(self.sara).create(vals)

    def test_queries(self):
        self.assertFlat(self._orders, self.sara)

    def test_queries_of_asking_again(self):
        few, many = self._orders(FEW), self._orders(MANY)
        for orders in (few, many, few, many):
            self._check(orders, self.sara)
        count = self._check(few, self.sara)
        self.assertEqual(self._check(many, self.sara), count)

    def test_queries_of_passing(self):
        counts = []
        for count in (FEW, FEW, MANY):
            orders = self._orders(count)
            self._check(orders, self.sara)
            self._grant(self.account, 10**6)
            self.env.flush_all()
            self.env.cr.precommit.run()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(orders._credit_check(self.checkpoint), orders)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self._grant(self.account, 1000)
        self.assertEqual(counts[1], counts[2])

    def test_one_mail_for_a_batch(self):
        orders = self._orders(3)
        mails = self.env["mail.message"].sudo()
        last = mails.search([], order="id desc", limit=1).id
        orders.action_confirm()
        (mail,) = mails.search(
            [("id", ">", last), ("notified_partner_ids", "=", self.carl.partner_id.id)]
        )
        for order in orders:
            self.assertIn(order.name, mail.body)
        self.assertEqual(self._hold(orders[0]).activity_ids.user_id, self.carl)
        self.assertEqual(len(orders.sudo().credit_hold_id.activity_ids), 3)


@tagged("post_install", "-at_install")
class TestHeldTransfers(HoldBatchCase):
    def _transfers(self, count):
        vals = [self._order_vals(100) for _number in range(count)]
        orders = self.env["sale.order"].with_user(self.sara).create(vals)
        orders.action_confirm()
        self._grant(self.account, 10)
        return orders.sudo().picking_ids

    def test_queries(self):
        self.assertFlat(self._transfers, self.wanda)


@tagged("post_install", "-at_install")
class TestHeldInvoices(HoldBatchCase):
    checkpoint = "invoice"

    def _invoices(self, count):
        line = {"name": "x", "price_unit": 1500, "tax_ids": [Command.clear()]}
        vals = {
            "move_type": "out_invoice",
            "partner_id": self.debtor.id,
            "invoice_date": fields.Date.today(),
            "invoice_line_ids": [Command.create(line)],
        }
        return self.env["account.move"].with_user(self.bill).create([vals] * count)

    def test_queries(self):
        self.assertFlat(self._invoices, self.bill)
