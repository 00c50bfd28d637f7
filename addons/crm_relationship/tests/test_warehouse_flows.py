from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common_trace import TraceCommon


@tagged("post_install", "-at_install")
class TestWarehouseFlows(TraceCommon):
    """Who may not read orders ships, receives and returns as before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair = cls._product("Chair", cls._route_buy(), delay=5, list_price=77)
        cls.table = cls._product("Table", cls._route_buy(), delay=5, list_price=88)
        cls._stock(cls.chair, 20)
        cls._stock(cls.table, 20)
        cls.env.cr.flush()

    def _as_worker(self, record):
        """The record as the worker's own request finds it: nothing is cached."""
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.env["sale.order"].with_user(self.worker).check_access("read")
        return record.with_user(self.worker)

    def _open(self, record):
        """Read all that the form shows, as the client does."""
        views = record.get_views([(False, "form")])
        form = Form(record, view=views["views"]["form"]["id"])
        self.assertEqual(form.id, record.id)

    def _validate(self, picking):
        """Press Validate, and the first button of what it asks."""
        result = self._as_worker(picking).button_validate()
        if isinstance(result, dict):
            wizard = self.env[result["res_model"]].with_user(self.worker)
            Form(wizard.with_context(**result["context"])).save().process()

    def test_a_delivery_and_its_back_order(self):
        order = self._order((self.chair, 5), (self.table, 1), promise=3)
        picking = self._as_worker(order.picking_ids)
        self._open(picking)
        picking = self._as_worker(picking)
        with Form(picking) as form, form.move_ids.edit(0) as line:
            line.quantity = 2
        self._validate(picking)
        rest = picking.sudo().backorder_ids
        self.assertEqual(rest.sale_id, order)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 1])
        self._validate(rest)
        self.assertEqual(order.order_line.mapped("qty_delivered"), [5, 1])

    def test_without_a_back_order(self):
        order = self._order((self.chair, 5), promise=3)
        picking = self._as_worker(order.picking_ids)
        picking.move_ids.quantity = 2
        context = {"skip_backorder": True, "picking_ids_not_to_backorder": picking.ids}
        picking.with_context(**context).button_validate()
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(order.picking_ids, picking)

    def test_more_than_was_ordered(self):
        order = self._order((self.chair, 5), promise=3)
        picking = self._as_worker(order.picking_ids)
        picking.move_ids.quantity = 7
        self._validate(picking)
        self.assertEqual(order.order_line.qty_delivered, 7)

    def test_what_was_not_ordered_becomes_a_line_of_the_order(self):
        self.table.invoice_policy = "delivery"
        order = self._order((self.chair, 5), promise=3)
        picking = self._as_worker(order.picking_ids)
        with Form(picking) as form, form.move_ids.new() as line:
            line.product_id = self.table
            line.quantity = 3
        self._validate(picking)
        self.assertRecordValues(
            order.order_line,
            [
                {"product_id": self.chair.id, "qty_delivered": 5, "price_unit": 10},
                {"product_id": self.table.id, "qty_delivered": 3, "price_unit": 88},
            ],
        )
        message = "The worker is who delivered it."
        self.assertEqual(order.order_line[1].create_uid, self.worker, message)

    def test_three_steps(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self._order((self.chair, 5), promise=3)
        for _step in range(3):
            picking = order.picking_ids.filtered(lambda p: p.state == "assigned")
            picking.with_user(self.worker).move_ids.quantity = 5
            self._validate(picking)
        self.assertEqual(order.order_line.qty_delivered, 5)

    def _return(self, picking, button):
        wizard = self.env["stock.return.picking"].with_user(self.worker)
        context = {"active_id": picking.id, "active_model": "stock.picking"}
        form = Form(wizard.with_context(**context))
        with form.product_return_moves.edit(0) as line:
            line.quantity = 2
        action = getattr(form.save(), button)()
        return self.env["stock.picking"].browse(action["res_id"])

    def test_a_return(self):
        order = self._order((self.chair, 5), promise=3)
        picking = order.picking_ids
        self._validate(picking)
        back = self._return(self._as_worker(picking), "action_create_returns")
        self._open(self._as_worker(back))
        self._validate(back)
        self.assertEqual(order.order_line.qty_delivered, 3)

    def test_an_exchange(self):
        order = self._order((self.chair, 5), promise=3)
        picking = order.picking_ids
        self._validate(picking)
        self._return(self._as_worker(picking), "action_create_exchanges")
        self.assertEqual(len(order.picking_ids), 3)

    def test_cancel_and_release(self):
        order = self._order((self.chair, 5), promise=3)
        picking = self._as_worker(order.picking_ids)
        picking.do_unreserve()
        self._as_worker(picking).action_assign()
        self._as_worker(picking).action_cancel()
        self.assertEqual(picking.state, "cancel")

    def test_the_delivery_slip(self):
        order = self._order((self.chair, 5), promise=3, client_order_ref="PO 77")
        self._print_slip(order)
        self._validate(order.picking_ids)
        self._print_slip(order)

    def _print_slip(self, order):
        picking = self._as_worker(order.picking_ids)
        html = self._print("stock.report_deliveryslip", picking)
        self.assertIn(order.name, html)
        self.assertIn("PO 77", html)

    def _print(self, report, records):
        reports = self.env["ir.actions.report"].with_user(self.worker)
        # a drawing needs libraries that not every machine has
        with patch.object(type(reports), "barcode", return_value=b""):
            return reports._render_qweb_html(report, records.ids)[0].decode()

    def test_the_picking_list(self):
        order = self._order((self.chair, 5), promise=3)
        picking = self._as_worker(order.picking_ids)
        self.assertIn(order.name, self._print("stock.report_picking", picking))

    def test_mail_to_the_customer_on_delivery(self):
        self.company.stock_move_email_validation = True
        order = self._order((self.chair, 5), promise=3)
        self._validate(order.picking_ids)
        self.assertEqual(order.order_line.qty_delivered, 5)

    def test_lots_do_not_tell_of_orders(self):
        self.chair.tracking = "lot"
        lot = self.env["stock.lot"].create(
            {"name": "L1", "product_id": self.chair.id, "company_id": self.company.id}
        )
        place = self.warehouse.lot_stock_id
        quants = self.env["stock.quant"]
        quants._update_available_quantity(self.chair, place, 5, lot_id=lot)
        order = self._order((self.chair, 5), promise=3)
        order.picking_ids.move_ids.move_line_ids.lot_id = lot
        self._validate(order.picking_ids)
        self.assertEqual(lot.with_user(self.seller).sale_order_count, 1)
        lot = self._as_worker(lot)
        self._open(lot)
        self.assertEqual(lot.sale_order_count, 0)
        self.assertFalse(lot.sale_order_ids)

    def test_a_receipt_for_an_order(self):
        goods = self._product("Lamp", self._route_buy(), self._route_mto(), delay=5)
        order = self._order((goods, 2), promise=7)
        purchase = self._purchase_for(order)
        self.env.invalidate_all()
        purchase.button_confirm()
        self._open(self._as_worker(purchase.picking_ids))
        self._validate(purchase.picking_ids)
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_what_is_received_is_shared_out(self):
        order = self._order((self.chair, 30), promise=3)
        purchase = self._purchase(self.chair, 10, days=1)
        picking = self._as_worker(purchase.picking_ids)
        report = self.env["report.stock.report_reception"].with_user(self.worker)
        self.assertIn(str(order), str(report.get_report_data(picking.ids, {})))
        moves = order.picking_ids.move_ids
        report.action_assign(moves.ids, [10], [picking.move_ids.ids])
        self.assertIn(picking.move_ids, order.picking_ids.move_ids.move_orig_ids)
        html = self._print("stock.report_reception", self._as_worker(picking))
        self.assertIn(order.name, html)
        self._as_worker(picking)
        report.action_unassign(moves.ids, 10, picking.move_ids.ids)

    def test_references_open(self):
        order = self._order((self.chair, 5), promise=3)
        reference = self._as_worker(order.stock_reference_ids)
        self._open(reference)

    def test_stock_of_a_product_to_come(self):
        order = self._order((self.chair, 5), promise=3)
        report = self.env["stock.forecasted_product_product"]
        self._as_worker(order)
        docs = report.with_user(self.worker).get_report_values(self.chair.ids)["docs"]
        shown = [line["move_out"] for line in docs["lines"] if line["move_out"]]
        self.assertEqual(
            shown[0]["picking_id"]["sale_id"]["partner_id"]["id"], self.customer.id
        )
        self.assertNotIn("amount_untaxed", shown[0]["picking_id"]["sale_id"])
        docs = report.with_user(self.seller).get_report_values(self.chair.ids)["docs"]
        self.assertIn("amount_untaxed", str(docs["lines"]))

    def test_an_order_is_linked_to_a_transfer_by_hand(self):
        order = self._order((self.chair, 5), promise=3)
        picking = self._as_worker(order.picking_ids)
        self.env["stock.move"].with_user(self.worker).create(
            {
                "product_id": self.table.id,
                "product_uom_qty": 1,
                "picking_id": picking.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        self._as_worker(picking).action_confirm()
        self.assertEqual(picking.sale_id, order)

    def test_only_who_may_write_a_transfer_validates_it(self):
        order = self._order((self.chair, 5), promise=3)
        picking = order.picking_ids
        group = self.env.ref("base.group_portal")
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "stranger",
                "partner_id": self.customer.id,
                "group_ids": [Command.set(group.ids)],
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        for method in ("button_validate", "_action_done"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(picking.with_user(stranger), method)()
