"""A confirmed order that grows: saved, but it starts nothing until it is accepted."""

from odoo.fields import Command
from odoo.tests import tagged

from .common_checks import ChecksCase


@tagged("post_install", "-at_install")
class TestOrderGrowth(ChecksCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = (
            cls.env["sale.order"].with_user(cls.sara).create(cls._order_vals(800, 8))
        )
        cls.order.action_confirm()
        cls.line = cls.order.order_line
        cls.move = cls.line.move_ids

    def _new_line(self, amount, quantity=1):
        return Command.create(
            {
                "product_id": self.product.id,
                "product_uom_qty": quantity,
                "price_unit": amount,
            }
        )

    def test_what_fits_is_delivered(self):
        self.line.product_uom_qty = 10
        self.assertConfirmed(self.order)
        self.assertEqual(self.move.product_uom_qty, 10)
        self.assertEqual(self.account.exposure, 1000)

    def test_more_of_a_line(self):
        self.line.product_uom_qty = 11
        self.assertHeld(self.order, "sale")
        self.assertEqual(self.line.product_uom_qty, 11, "the change is saved")
        self.assertEqual(self.move.product_uom_qty, 8)
        self.assertEqual(self.account.exposure, 800)
        hold = self._hold(self.order)
        self.assertRecordValues(hold, [{"checkpoint": "growth", "amount": 1100}])
        self.assertIn("100.00", hold.message)

    def test_a_new_line(self):
        self.order.write({"order_line": [self._new_line(201)]})
        self.assertHeld(self.order, "sale")
        self.assertEqual(self.order.order_line.move_ids, self.move)
        self.assertEqual(self.account.exposure, 800)

    def test_a_new_line_made_directly(self):
        self.env["sale.order.line"].with_user(self.sara).create(
            {
                "order_id": self.order.id,
                "product_id": self.product.id,
                "price_unit": 201,
            }
        )
        self.assertHeld(self.order, "sale")
        self.assertEqual(self.order.order_line.move_ids, self.move)

    def test_price_discount_and_tax(self):
        tax = self.env["account.tax"].create({"name": "30 %", "amount": 30})
        for vals in ({"price_unit": 130}, {"tax_ids": [Command.set(tax.ids)]}):
            with self.subTest(vals=vals):
                self.line.write(vals)
                self.assertHeld(self.order, "sale")
                self.assertEqual(self.account.exposure, 800)
                self.line.write({"price_unit": 100, "tax_ids": [Command.clear()]})
                self.assertConfirmed(self.order)
        self.line.write({"price_unit": 150, "discount": 50})
        self.assertConfirmed(self.order)
        self.line.discount = 0
        self.assertHeld(self.order, "sale")

    def test_the_call_is_judged_as_a_whole(self):
        other = self.order.copy()
        other.order_line.write({"product_uom_qty": 1})
        other.action_confirm()
        self.assertConfirmed(other)
        self.order.write(
            {
                "order_line": [
                    Command.update(self.line.id, {"product_uom_qty": 11}),
                    self._new_line(-210),
                ]
            }
        )
        self.assertConfirmed(self.order)
        self.assertEqual(self.move.product_uom_qty, 11)

    def test_several_orders_add_up(self):
        self._grant(self.account, 1178)
        other = self._order(100)
        other.action_confirm()
        (self.line | other.order_line).write({"price_unit": 130})
        self.assertConfirmed(self.order)
        self.assertConfirmed(other)
        (self.line | other.order_line).write({"price_unit": 131})
        self.assertEqual((self.order | other).mapped("credit_state"), ["clear", "held"])
        self.assertEqual(self.account.exposure, 8 * 131 + 130)

    def test_less_never_holds(self):
        self._grant(self.account, 100)
        self.line.product_uom_qty = 7
        self.assertConfirmed(self.order)
        self.assertEqual(self.move.product_uom_qty, 7)

    def _add_words_and_down_payment(self):
        texts = ("line_section", "line_subsection", "line_note")
        self.order.write(
            {
                "order_line": [
                    Command.create({"name": text, "display_type": text})
                    for text in texts
                ]
            }
        )
        wizard = self.env["sale.advance.payment.inv"].with_user(self.sara)
        wizard.create(
            {
                "sale_order_ids": self.order.ids,
                "advance_payment_method": "fixed",
                "fixed_amount": 50,
            }
        ).create_invoices()
        return self.order.order_line - self.line

    def test_words_and_down_payments_start_nothing(self):
        added = self._add_words_and_down_payment()
        self.assertConfirmed(self.order)
        down_payment = added.filtered("is_downpayment")
        self.assertEqual(len(added - down_payment), 3)
        self.assertEqual(down_payment.mapped("display_type"), ["line_section", False])
        self.assertFalse(added.product_uom_id)
        self.assertEqual(self.order.order_line.move_ids, self.move)
        self.assertEqual(self.account.exposure, 800)

    def test_words_and_down_payments_on_a_held_order(self):
        self.line.product_uom_qty = 11
        hold = self._hold(self.order)
        self._add_words_and_down_payment()
        self.assertHeld(self.order, "sale")
        self.assertEqual(self._hold(self.order), hold)
        self.assertEqual(self.move.product_uom_qty, 8)
        self._release(hold)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(sum(self.line.move_ids.mapped("product_uom_qty")), 11)

    def test_taken_back(self):
        self.line.product_uom_qty = 11
        hold = self._hold(self.order)
        self.line.product_uom_qty = 8
        self.assertConfirmed(self.order)
        self.assertEqual(hold.state, "passed")
        self.assertEqual(self.move.product_uom_qty, 8)

    def test_less_while_it_is_held(self):
        self.order.write({"order_line": [self._new_line(300)]})
        self.line.product_uom_qty = 7
        self.assertEqual(self.move.product_uom_qty, 7, "less is delivered at once")
        self.assertConfirmed(self.order)
        self.assertEqual(self.account.exposure, 1000)

    def test_release_starts_what_waited(self):
        self.order.write(
            {
                "order_line": [
                    Command.update(self.line.id, {"product_uom_qty": 10}),
                    self._new_line(1),
                ]
            }
        )
        self.assertHeld(self.order, "sale")
        self._release(self._hold(self.order))
        self.assertConfirmed(self.order, "released")
        self.assertEqual(self.move.product_uom_qty, 10)
        self.assertEqual(len(self.order.order_line.move_ids), 2)
        self.assertEqual(self.account.exposure, 1001)

    def test_it_starts_by_itself_when_the_limit_rises(self):
        self.line.product_uom_qty = 11
        self._grant(self.account, 1100)
        self._recheck()
        self.assertConfirmed(self.order)
        self.assertEqual(self.move.product_uom_qty, 11)
        self.assertEqual(self.account.exposure, 1100)

    def test_another_debtor(self):
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.order.partner_invoice_id = stranger
        self.assertHeld(self.order, "sale")
        files = self.env["crm.credit.account"]
        account = files._for(stranger, self.env.company)[stranger.id]
        self.assertEqual(self._hold(self.order).account_id, account)
        self.assertEqual((account.exposure, self.account.exposure), (0, 0))

    def test_without_a_growth_rule(self):
        self.rule.at_growth = False
        self.line.product_uom_qty = 11
        self.assertConfirmed(self.order)
        self.assertEqual(self.move.product_uom_qty, 11)

    def test_a_change_of_something_else(self):
        self.line.product_uom_qty = 11
        hold = self._hold(self.order)
        self.order.write({"client_order_ref": "REF"})
        self.assertEqual(self._hold(self.order), hold)
