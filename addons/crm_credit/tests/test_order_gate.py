"""A quotation that fails a rule is held, on whatever way it is confirmed."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.sale.models.sale_order import SaleOrder as Core

from ..tools.gate import PASS_KEY
from .common_checks import ChecksCase


@tagged("post_install", "-at_install")
class TestOrderGate(ChecksCase):
    def test_nothing_happens_without_a_rule(self):
        self.rule.active = False
        order = self._order(9000)
        version = self.account.version
        self.assertIs(order.action_confirm(), True)
        self.assertConfirmed(order)
        self.assertEqual(self.account.exposure, 9000)
        self.assertEqual(self.account.version, version + 1, "settled, not locked")

    def test_the_button(self):
        order = self._order(1250)
        action = order.action_confirm()
        self.assertHeld(order)
        self.assertFalse(order.picking_ids)
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn("250.00", action["params"]["message"])
        self.assertIn("1,000.00", action["params"]["message"])
        hold = self._hold(order)
        self.assertRecordValues(
            hold,
            [
                {
                    "amount": 1250,
                    "account_id": self.account.id,
                    "controller_id": self.carl.id,
                    "requested_by": self.sara.id,
                    "salesperson_id": self.sara.id,
                    "state": "waiting",
                    "checkpoint": "order",
                }
            ],
        )
        self.assertEqual(hold.activity_ids.user_id, self.carl)
        self.assertEqual(self.account.exposure, 0)

    def test_what_fits_passes(self):
        order = self._order(1000)
        self.assertIs(order.action_confirm(), True)
        self.assertConfirmed(order)
        self.assertEqual(order.sudo().credit_amount_accepted, 1000)
        self.assertTrue(order.picking_ids)
        self.assertEqual(self.account.available, 0)

    def test_an_action_carries_no_pass(self):
        answer = {"type": "ir.actions.act_window_close"}
        with patch.object(
            Core,
            "action_confirm",
            lambda orders: {**answer, "context": orders.env.context},
        ):
            action = self._order(100).with_context(here=1).action_confirm()
        self.assertNotIn(PASS_KEY, action["context"])
        self.assertEqual(action["context"]["here"], 1)

    def test_asking_twice_leaves_one_hold(self):
        order = self._order(1250)
        order.action_confirm()
        hold = self._hold(order)
        order.order_line.price_unit = 1300
        order.action_confirm()
        self.assertEqual(self._hold(order), hold)
        self.assertEqual(hold.amount, 1300)
        self.assertEqual(len(hold.failure_ids), 1)

    def test_it_passes_once_it_fits(self):
        order = self._order(1250)
        order.action_confirm()
        hold = self._hold(order)
        order.order_line.price_unit = 900
        order.action_confirm()
        self.assertConfirmed(order)
        self.assertEqual(hold.state, "passed")
        self.assertEqual(hold.decision_ids.kind, "automatic")
        self.assertFalse(hold.activity_ids)

    def test_a_batch_adds_up_in_order(self):
        orders = self.env["sale.order"].union(
            *(self._order(amount) for amount in (600, 600, 300, 200))
        )
        orders = orders.sorted("id")
        orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "draft", "sale", "draft"])
        self.assertEqual(self.account.exposure, 900)

    def test_write_of_the_state(self):
        good, bad = self._order(500), self._order(600)
        (good | bad).write({"state": "sale", "client_order_ref": "REF"})
        self.assertConfirmed(good)
        self.assertHeld(bad)
        self.assertEqual(bad.client_order_ref, "REF")

    def test_write_of_the_state_with_new_lines(self):
        order = self._order(500)
        order.write(
            {
                "state": "sale",
                "order_line": [
                    Command.create({"product_id": self.product.id, "price_unit": 501})
                ],
            }
        )
        self.assertHeld(order)
        self.assertFalse(order.picking_ids)

    def test_create_with_the_state(self):
        orders = self.env["sale.order"].with_user(self.sara)
        good, bad, small, quotation = orders.create(
            [
                self._order_vals(700, state="sale"),
                self._order_vals(400, state="sale"),
                self._order_vals(300, state="sale"),
                self._order_vals(9000),
            ]
        )
        self.assertConfirmed(good)
        self.assertHeld(bad)
        self.assertConfirmed(small)
        self.assertEqual(quotation.credit_state, "clear")
        self.assertTrue(good.picking_ids, "as plain Odoo does")
        self.assertFalse(bad.picking_ids)
        self.assertEqual(self.account.exposure, 1000)

    def test_create_with_the_state_as_a_default(self):
        orders = self.env["sale.order"].with_user(self.sara)
        order = orders.with_context(default_state="sale").create(self._order_vals(1001))
        self.assertHeld(order)

    def test_import(self):
        orders = self.env["sale.order"].with_user(self.sara)
        product = self.env["product.product"].create(
            {"name": "Imported", "list_price": 1, "taxes_id": [Command.clear()]}
        )
        result = orders.load(
            [
                "partner_id/.id",
                "state",
                "order_line/product_id/.id",
                "order_line/price_unit",
                "order_line/product_uom_qty",
            ],
            [
                [str(self.debtor.id), "sale", str(product.id), "800", "1"],
                [str(self.debtor.id), "sale", str(product.id), "300", "1"],
            ],
        )
        self.assertFalse(result["messages"])
        good, bad = orders.browse(result["ids"])
        self.assertConfirmed(good)
        self.assertHeld(bad)

    def test_other_addons(self):
        order = self._order(1250)
        order._action_confirm()
        self.assertHeld(order)
        self.assertFalse(order.picking_ids)

    def test_a_line_that_pretends_to_be_confirmed(self):
        order = self._order(1250)
        order.action_confirm()
        order.order_line.write({"state": "sale"})
        order.order_line.write({"product_uom_qty": 20})
        self.assertFalse(order.order_line.move_ids)

    def test_no_context_key_opens_it(self):
        for value in (True, {"model": "sale.order"}, "sale.order"):
            order = self._order(1250).with_context(**{PASS_KEY: value})
            order.action_confirm()
            self.assertHeld(order)

    def test_nobody_sets_the_state(self):
        order = self._order(1250)
        order.action_confirm()
        for vals in ({"credit_state": "released"}, {"credit_amount_accepted": 9000}):
            with self.assertRaises(AccessError):
                order.write(vals)
            with self.assertRaises(AccessError):
                order.sudo().write(vals)
            with self.assertRaises(AccessError):
                self._order(10, **vals)
        default = order.with_context(default_credit_state="released")
        self.assertEqual(default.create(self._order_vals()).credit_state, "clear")
        self.assertEqual(order.copy().credit_state, "clear")

    def test_cancelled_and_deleted(self):
        cancelled, deleted = self._order(1250), self._order(1250)
        (cancelled | deleted).action_confirm()
        holds = self._hold(cancelled) | self._hold(deleted)
        cancelled.action_cancel()
        deleted.sudo().unlink()
        self.assertEqual(set(holds.mapped("state")), {"cancelled"})
        self.assertEqual(cancelled.credit_state, "clear")

    def test_a_customer_without_a_file_gets_one(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        order = self._order(10, partner_id=stranger.id)
        order.action_confirm()
        self.assertHeld(order)
        self.assertEqual(self._hold(order).account_id.partner_id, stranger)

    def test_a_warning_passes(self):
        self._rule("utilisation", outcome="warn", percent=80, name="Nearly used up")
        order = self._order(900)
        self.assertIs(order.action_confirm(), True)
        self.assertConfirmed(order)
        self.assertIn("Nearly used up", order.message_ids[0].body)
        self.assertNotIn("900", order.message_ids[0].body)

    def test_exclusions_come_first(self):
        self._rule("below_amount", amount=100, sequence=90)
        small, big = self._order(99.99), self._order(100)
        self._grant(self.account, 0)
        (small | big).action_confirm()
        self.assertConfirmed(small)
        self.assertHeld(big)
