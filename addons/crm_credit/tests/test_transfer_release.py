"""What a release lets go, what it reserves, and what the warehouse may see."""

from odoo.tests import tagged

from .common_goods import GoodsCase


@tagged("post_install", "-at_install")
class TestTransferRelease(GoodsCase):
    def _held(self, **vals):
        order = self._confirmed(**vals)
        self._grant(self.account, 500)
        self._validate(order.picking_ids)
        self.assertWaits(order.picking_ids)
        return order

    def test_a_complete_one_leaves_by_itself(self):
        order = self._held()
        picking = order.picking_ids
        self._release(self._hold(picking))
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.credit_state, "released")
        self.assertEqual(self.account.exposure_delivered, 800)

    def test_an_incomplete_one_is_announced(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        picking = order.picking_ids
        picking.move_ids.quantity = 3
        self._validate(picking)
        self._release(self._hold(picking))
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(picking.credit_state, "released")
        activity = picking.activity_ids
        self.assertEqual(activity.user_id, self.wanda)
        self.assertEqual(picking.move_ids.quantity, 8, "reserved again")
        picking.move_ids.quantity = 3
        self._validate(picking, skip_backorder=True)
        self.assertEqual(picking.state, "done")
        backorder = order.picking_ids - picking
        self.assertEqual(backorder.credit_state, "clear")
        self._validate(backorder)
        self.assertWaits(backorder)

    def test_more_than_seen_is_judged_again(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        picking = order.picking_ids
        picking.move_ids.quantity = 3
        self._validate(picking)
        self._release(self._hold(picking))
        picking.move_ids.quantity = 9
        self._validate(picking)
        self.assertWaits(picking)

    def test_up_to_an_amount(self):
        order = self._confirmed()
        self._grant(self.account, 500)
        picking = order.picking_ids
        self._validate(picking)
        self._release(self._hold(picking), "release_up_to", amount=300)
        self.assertNotEqual(picking.state, "done")
        picking.move_ids.quantity = 4
        self._validate(picking, skip_backorder=True)
        self.assertWaits(picking)
        self._release(self._hold(picking), "release_up_to", amount=300)
        picking.move_ids.quantity = 3
        self._validate(picking, skip_backorder=True)
        self.assertEqual(picking.state, "done")

    def test_a_held_one_reserves_nothing_until_released(self):
        order = self._held()
        picking = order.picking_ids
        picking.do_unreserve()
        picking.action_assign()
        picking.move_ids._action_assign()
        self.env["stock.rule"].run_scheduler()
        self.env["stock.move"].browse(picking.move_ids.ids)._trigger_assign()
        self.assertEqual(picking.move_ids.quantity, 0)
        self._release(self._hold(picking))
        self.assertEqual(picking.state, "done", "reserved again, and complete again")

    def test_reserved_again_though_not_complete(self):
        order = self._held()
        picking = order.picking_ids
        picking.do_unreserve()
        self.env["stock.quant"]._update_available_quantity(
            self.product, self.warehouse.lot_stock_id, -95
        )
        self._release(self._hold(picking))
        self.assertEqual(picking.move_ids.quantity, 5)
        self.assertNotEqual(picking.state, "done")
        self.assertEqual(picking.activity_ids.user_id, self.wanda)

    def test_the_order_release_covers_its_transfers(self):
        self.rule.write({"at_order": True})
        order = self._order(1500, 15)
        order.action_confirm()
        self._release(self._hold(order))
        picking = order.sudo().picking_ids
        self._validate(picking)
        self.assertEqual(picking.state, "done")
        self.assertEqual(picking.credit_state, "released")

    def test_ship_up_to_an_amount(self):
        self.rule.write({"at_order": True, "at_transfer": False})
        order = self._order(1500, 15)
        order.action_confirm()
        self._release(self._hold(order), "release_up_to", amount=700)
        order = order.sudo()
        picking = order.picking_ids
        picking.move_ids.quantity = 4
        self._validate(picking, skip_backorder=True)
        self.assertEqual(picking.state, "done")
        second = order.picking_ids - picking
        second.move_ids.quantity = 4
        action = self._validate(second, skip_backorder=True)
        self.assertWaits(second)
        self.assertNotRegex(action["params"]["message"], "700|800")
        self.assertIn("800.00", self._hold(second).message)
        self.assertIn("700.00", self._hold(second).message)
        second.move_ids.quantity = 3
        self._validate(second, skip_backorder=True)
        self.assertEqual(second.state, "done")
        third = order.picking_ids - picking - second
        self._validate(third)
        self.assertWaits(third)
        self._release(self._hold(third))
        self.assertEqual(third.state, "done")

    def test_two_transfers_share_the_amount(self):
        self.rule.write({"at_order": True, "at_transfer": False})
        order = self._order(1500, 15)
        order.action_confirm()
        self._release(self._hold(order), "release_up_to", amount=700)
        first = order.sudo().picking_ids
        first.move_ids.quantity = 5
        first.action_split_transfer()
        second = order.sudo().picking_ids - first
        second.move_ids.quantity = 5
        self._validate(first + second, skip_backorder=True)
        self.assertEqual(first.state, "done")
        self.assertWaits(second)

    def test_the_warehouse_sees_no_amount(self):
        self.wanda.group_ids += self.env.ref("base.group_allow_export")
        secret = 7654.32
        self._grant(self.account, 9000)
        order = self._confirmed(secret, 8)
        self._grant(self.account, 4321)
        picking = order.picking_ids.with_user(self.wanda)
        picking.move_ids.quantity = 7
        self._validate(picking)
        self._release(self._hold(picking), "release_up_to", amount=5432.1)
        self._validate(picking, skip_backorder=True)
        self.assertWaits(picking)
        seen = [
            picking.read(),
            picking.message_ids.read(["body", "subject", "preview"]),
            picking.message_ids.sudo().tracking_value_ids.read(),
            picking.activity_ids.read(["summary", "note"]),
            picking.export_data(list(self._exportable(picking)))["datas"],
            picking.get_formview_action(),
        ]
        told = repr(seen).replace(",", "").replace("\u00a0", "")
        self.assertNotRegex(told, r"7654|4321|5432|6697|3333")
        self.assertNotIn(self.rule.name, told)
        self.assertTrue(picking.is_credit_hold)
        fields = picking.fields_get()
        self.assertFalse({"credit_hold_id", "credit_hold_ids"} & fields.keys())
        for model in ("crm.credit.hold", "crm.credit.account", "crm.credit.decision"):
            self.assertFalse(self.env[model].with_user(self.wanda).has_access("read"))

    def _exportable(self, picking):
        return (
            name
            for name, field in picking.fields_get().items()
            if field["type"] not in ("one2many", "many2many", "binary", "properties")
            and field.get("relation") != "sale.order"  # not open to the warehouse
        )

    def test_views_show_yes_or_no(self):
        for name in ("view_picking_form", "vpicktree", "view_picking_internal_search"):
            view = (
                self.env["stock.picking"]
                .with_user(self.wanda)
                .get_view(self.env.ref(f"stock.{name}").id)
            )
            self.assertIn("is_credit_hold", view["arch"])
            self.assertNotIn("credit_hold_id", view["arch"])
            self.assertNotIn("credit_message", view["arch"])
