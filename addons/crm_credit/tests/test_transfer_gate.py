"""Goods do not leave while credit control has not decided, whoever moves them."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..tools.gate import PASS_KEY
from .common_goods import GoodsCase


@tagged("post_install", "-at_install")
class TestTransferGate(GoodsCase):
    def test_nothing_happens_without_a_rule(self):
        self.rule.active = False
        order = self._confirmed(9000)
        self.assertIs(self._validate(order.picking_ids), True)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.picking_ids.credit_state, "clear")

    def test_what_fits_leaves(self):
        order = self._confirmed()
        self.assertIs(self._validate(order.picking_ids), True)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.account.exposure_delivered, 800)

    def test_the_button(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        picking = order.picking_ids
        action = self._validate(picking)
        self.assertWaits(picking)
        self.assertEqual(action["tag"], "display_notification")
        self.assertIn(picking.name, action["params"]["message"])
        self.assertNotRegex(action["params"]["message"], r"300|500|800")
        hold = self._hold(picking)
        self.assertRecordValues(
            hold,
            [
                {
                    "amount": 800,
                    "account_id": self.account.id,
                    "requested_by": self.wanda.id,
                    "salesperson_id": self.sara.id,
                    "transfer_complete": True,
                }
            ],
        )
        self.assertEqual(hold.activity_ids.user_id, self.carl)
        self.assertEqual(sum(picking.move_ids.mapped("quantity")), 8)

    def test_sales_sees_the_figures(self):
        self.sara.group_ids += self.env.ref("stock.group_stock_user")
        order = self._confirmed()
        self._grant(self.account, 500)
        action = self._validate(order.picking_ids, self.sara)
        self.assertIn("300.00", action["params"]["message"])

    def test_one_of_a_batch_waits(self):
        bad = self._confirmed()
        good = self._confirmed(partner_id=self._debtor().id)
        self._grant(self.account, 500)
        self.assertIs(self._validate(bad.picking_ids + good.picking_ids), True)
        self.assertWaits(bad.picking_ids)
        self.assertEqual(good.picking_ids.state, "done")
        self.assertEqual(good.picking_ids.credit_state, "clear")

    def test_the_backorder_wizard_leaves_the_held_one_out(self):
        bad = self._confirmed()
        good = self._confirmed(partner_id=self._debtor().id)
        self._grant(self.account, 500)
        good.picking_ids.move_ids.quantity = 3
        action = self._validate(bad.picking_ids + good.picking_ids)
        self.assertEqual(action["res_model"], "stock.backorder.confirmation")
        self.assertNotIn(PASS_KEY, action["context"])
        wizard = self.env[action["res_model"]].with_user(self.wanda)
        wizard.with_context(**action["context"]).create({}).process()
        self.assertWaits(bad.picking_ids)
        self.assertEqual(sorted(good.picking_ids.mapped("state")), ["assigned", "done"])

    def test_money_lets_it_go(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        self._validate(order.picking_ids)
        hold = self._hold(order.picking_ids)
        self._grant(self.account, 900)
        self._validate(order.picking_ids)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(hold.state, "passed")

    def test_no_rule_any_more_lets_it_go(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        self._validate(order.picking_ids)
        self.rule.active = False
        self._validate(order.picking_ids)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.picking_ids.credit_state, "clear")

    def test_the_last_defence(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        moves = order.picking_ids.move_ids
        moves.picked = True
        for call in (
            moves._action_done,
            order.picking_ids._action_done,
            lambda: moves.write({"state": "done"}),
        ):
            with self.assertRaisesRegex(UserError, "credit control"):
                call()
        self.assertNotEqual(moves.state, "done")

    def test_no_key_opens_the_gate(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        picking = order.picking_ids
        picking.move_ids.picked = True
        keys = {
            PASS_KEY: {"model": "stock.picking", "ids": picking.ids},
            "skip_sanity_check": True,
            "skip_backorder": True,
            "skip_immediate": True,
            "button_validate_picking_ids": picking.ids,
            "force_validate": True,
            "credit_bypass": True,
        }
        self._validate(picking, **keys)
        self.assertWaits(picking)
        with self.assertRaises(UserError):
            picking.with_context(**keys).move_ids._action_done()

    def test_nobody_writes_the_state(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        self._validate(order.picking_ids)
        picking = order.picking_ids.with_user(self.wanda)
        with self.assertRaises(AccessError):
            picking.credit_state = "released"
        with self.assertRaises(AccessError):
            picking.copy({"credit_state": "released"})
        self.assertEqual(picking.copy().credit_state, "clear")

    def test_a_stranger_holds_nothing(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        stranger = new_test_user(self.env, "goods stranger", "base.group_user")
        with self.assertRaises(AccessError):
            self._validate(order.picking_ids, stranger)

    def test_receipts_and_returns_are_not_asked(self):
        order = self._confirmed()
        self._validate(order.picking_ids)
        self._grant(self.account, 0)
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.id}
        )
        wizard.product_return_moves.quantity = 8
        action = wizard.action_create_returns()
        back = self.env["stock.picking"].browse(action["res_id"])
        self._validate(back)
        self.assertEqual(back.state, "done")

    def test_goods_for_nobody_are_not_asked(self):
        self._grant(self.account, 0)
        picking = self._manual(partner=False)
        self._validate(picking)
        self.assertEqual(picking.state, "done")

    def test_goods_without_an_order_have_a_price(self):
        picking = self._manual(quantity=11)
        self._validate(picking)
        self.assertWaits(picking)
        self.assertEqual(self._hold(picking).amount, 1100)
        self.assertEqual(self._hold(picking).failure_ids.actual, 1100)

    def test_a_batch_without_orders_adds_up(self):
        pickings = self._manual(quantity=6) + self._manual(quantity=6)
        self._validate(pickings)
        self.assertEqual(pickings[0].state, "done")
        self.assertWaits(pickings[1])

    def test_more_than_ordered(self):
        order = self._confirmed()
        picking = order.picking_ids
        picking.move_ids.quantity = 11
        self._validate(picking)
        self.assertWaits(picking)
        self.assertEqual(self._hold(picking).failure_ids.actual, 1100)
        picking.move_ids.quantity = 10
        self._validate(picking)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.account.exposure, 1000)

    def test_goods_added_to_the_transfer(self):
        other = self.env["product.product"].create(
            {
                "name": "Other thing",
                "type": "consu",
                "is_storable": True,
                "list_price": 150,
                "taxes_id": [Command.clear()],
            }
        )
        self._stock(other, 10)
        order = self._confirmed()
        picking = order.picking_ids
        picking.move_ids = [
            Command.create(
                {
                    "product_id": other.id,
                    "product_uom_qty": 2,
                    "quantity": 2,
                    "location_id": picking.location_id.id,
                    "location_dest_id": picking.location_dest_id.id,
                }
            )
        ]
        self._validate(picking)
        self.assertWaits(picking)
        self.assertEqual(self._hold(picking).failure_ids.actual, 1100)

    def test_more_goods_on_a_done_delivery(self):
        order = self._confirmed()
        self._validate(order.picking_ids)
        line = order.picking_ids.move_line_ids
        line.quantity = 9
        with self.assertRaisesRegex(UserError, "credit control"):
            line.quantity = 11
        with self.assertRaisesRegex(UserError, "credit control"):
            line.copy({"quantity": 5, "picking_id": order.picking_ids.id})

    def test_a_held_order_keeps_everything_back(self):
        self.rule.write({"at_growth": True, "at_transfer": False})
        order = self._confirmed()
        order.order_line.product_uom_qty = 12
        self.assertEqual(order.credit_state, "held")
        picking = order.picking_ids
        self.assertTrue(picking.is_credit_hold)
        action = self._validate(picking)
        self.assertEqual(action["tag"], "display_notification")
        self.assertNotEqual(picking.state, "done")
        self.assertFalse(self._hold(picking), "the order's hold says it")
        with self.assertRaises(UserError):
            picking.move_ids._action_done()
        self._release(self._hold(order))
        self.assertFalse(picking.is_credit_hold)
        self._validate(order.picking_ids)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})

    def test_search_finds_both(self):
        bad, held = self._confirmed(300, 3), self._confirmed(300, 3)
        self.rule.write({"at_growth": True})
        held.order_line.product_uom_qty = 12
        self._grant(self.account, 500)
        self._validate(bad.picking_ids)
        pickings = self.env["stock.picking"].with_user(self.wanda)
        domain = [("id", "in", (bad + held).picking_ids.ids)]
        found = pickings.search([*domain, ("is_credit_hold", "=", True)])
        self.assertEqual(found, (bad + held).picking_ids)
        self.assertFalse(pickings.search([*domain, ("is_credit_hold", "=", False)]))

    def test_cancel_forgets(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        self._validate(order.picking_ids)
        hold = self._hold(order.picking_ids)
        order._action_cancel()
        self.assertEqual(hold.state, "cancelled")
        self.assertEqual(order.picking_ids.credit_state, "clear")

    def test_two_companies(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.rule.company_id = other
        order = self._confirmed(9000)
        self.assertIs(self._validate(order.picking_ids), True)
        self.assertEqual(order.picking_ids.state, "done")

    def test_one_and_two_steps_before(self):
        for steps in ("pick_ship", "pick_pack_ship"):
            with self.subTest(steps):
                self.warehouse.delivery_steps = steps
                self._grant(self.account, 5000)
                order = self._confirmed()
                self._grant(self.account, 500)
                for _step in range(len(steps.split("_")) - 1):
                    self._validate(self._open(order))
                last = self._open(order)
                self.assertEqual(last.picking_type_code, "outgoing")
                self._validate(last)
                self.assertWaits(last)

    def test_earlier_steps_of_a_held_order_reserve_nothing(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.rule.write({"at_growth": True})
        order = self._confirmed()
        pick = self._open(order)
        pick.do_unreserve()
        order.order_line.product_uom_qty = 12
        self.assertEqual(order.credit_state, "held")
        self.assertTrue(pick.is_credit_hold)
        pick.move_ids._action_assign()
        self.assertFalse(sum(pick.move_ids.mapped("quantity")))
        self._release(self._hold(order))
        self.assertEqual(sum(order.picking_ids.move_ids.mapped("quantity")), 12)

    def test_drop_shipped_goods(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        picking = order.picking_ids
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        supplier = self.env.ref("stock.stock_location_suppliers")
        picking.do_unreserve()
        picking.write({"partner_id": vendor.id, "location_id": supplier.id})
        picking.move_ids.location_id = supplier
        picking.action_assign()
        self._validate(picking)
        self.assertWaits(picking)
        self.assertEqual(self._hold(picking).account_id, self.account)

    def test_in_another_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", euro.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 0.5, "name": "2020-01-01"}
        )
        prices = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        order = self._confirmed(400, 8, pricelist_id=prices.id)
        self.assertEqual(order.currency_id, euro)
        order.picking_ids.move_ids.quantity = 11
        self._validate(order.picking_ids)
        self.assertWaits(order.picking_ids)
        hold = self._hold(order.picking_ids)
        self.assertEqual(hold.currency_id, euro)
        self.assertEqual(hold.amount, 550)
        self.assertEqual(hold.amount_account, 1100)
        self.assertEqual(hold.failure_ids.actual, 1100)

    def test_the_recheck_ships_what_was_ready(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        self._validate(order.picking_ids)
        hold = self._hold(order.picking_ids)
        self._grant(self.account, 900)
        with self.enter_registry_test_mode():
            self.env.ref("crm_credit.ir_cron_recheck_holds").method_direct_trigger()
        self.assertEqual(hold.state, "passed")
        self.assertEqual(order.picking_ids.state, "done")

    def _open(self, order):
        return order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))

    def _manual(self, quantity=1, partner=None):
        kind = self.warehouse.out_type_id
        return self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "partner_id": self.debtor.id if partner is None else partner,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": quantity,
                            "location_id": kind.default_location_src_id.id,
                            "location_dest_id": kind.default_location_dest_id.id,
                        }
                    )
                ],
            }
        )
