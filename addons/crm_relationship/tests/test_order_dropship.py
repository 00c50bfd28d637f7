from odoo import fields
from odoo.tests import tagged

from .test_crm_order_chain import ChainCommon


@tagged("post_install", "-at_install", "-standard", "crm_also")
class TestOrderDropship(ChainCommon):
    """What the supplier sends to the customer itself; needs `stock_dropshipping`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = False
        cls.route = cls.env.ref("stock_dropshipping.route_drop_shipping")
        cls.crane = cls._product("Crane", cls.route, delay=3)
        cls.env.cr.flush()

    def _bought(self, quantity=5, promise=9, arrives=8):
        """An order, and its purchase that is confirmed for a day."""
        order = self._order((self.crane, quantity), promise=promise)
        purchase = order.sudo().order_line.purchase_line_ids.order_id
        purchase = purchase.with_user(self.buyer)
        purchase.order_line.date_planned = self._noon(arrives)
        purchase.button_confirm()
        return order, purchase

    def _return(self, transfer, quantity):
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=transfer.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.write({"quantity": quantity, "to_refund": True})
        back = wizard.action_create_returns()["res_id"]
        return self.env["stock.picking"].browse(back)

    # Where it is, and why late -------------------------------------------------------

    def test_a_request_that_nobody_has_confirmed(self):
        order = self._order((self.crane, 5), promise=9)
        purchase = order.sudo().order_line.purchase_line_ids.order_id
        purchase.order_line.date_planned = self._noon(12)
        self.assertTrace(
            order.order_line,
            stage="to_source",
            promise=9,
            expected=12,
            days_late=3,
            is_late=True,
            reason="request",
            cause_kind="request",
            cause=purchase,
            cause_partner_id=self.supplier,
            depth=0,
            warehouse_id=self.env["stock.warehouse"],
        )

    def test_a_confirmed_purchase_is_in_time(self):
        order, purchase = self._bought()
        self.assertTrace(
            order.order_line,
            stage="buying",
            expected=8,
            days_late=0,
            is_late=False,
            reason="planned",
            cause_kind="receipt",
            cause=purchase,
            depth=0,
            warehouse_id=self.env["stock.warehouse"],
        )

    def test_the_supplier_delays_by_thirty_days(self):
        order, purchase = self._bought()
        purchase.order_line.date_planned = self._noon(38)
        self.assertTrace(
            order.order_line,
            stage="buying",
            promise=9,
            expected=38,
            days_late=29,
            is_late=True,
            reason="planned",
            cause=purchase,
            cause_partner_id=self.supplier,
        )
        sentence = self._trace(order.order_line).cause_sentence
        self.assertIn(f"29 days late — purchase {purchase.name} from Wood", sentence)
        purchase.order_line.date_planned = self._noon(8)
        self.assertTrace(order.order_line, expected=8, is_late=False, cause=purchase)

    def test_an_overdue_drop_shipment(self):
        order, purchase = self._bought(promise=2)
        purchase.order_line.date_planned = self._noon(-4)
        purchase.picking_ids.move_ids.date = self._noon(-4)
        self.assertTrace(
            order.order_line, expected=0, reason="overdue", cause=purchase, days_late=0
        )

    def test_the_supplier_ships_a_part(self):
        order, purchase = self._bought()
        self._transfer(purchase.picking_ids, {self.crane: 2})
        rest = purchase.picking_ids.filtered(lambda picking: picking.state != "done")
        self.assertEqual(rest.move_ids.product_uom_qty, 3)
        expected = {"stage": "buying", "qty_delivered": 2, "cause": purchase}
        self.assertTrace(order.order_line, expected=8, is_late=False, **expected)
        purchase.order_line.date_planned = self._noon(20)
        self.assertTrace(order.order_line, expected=20, days_late=11, **expected)
        rest.action_cancel()
        self.assertTrace(
            order.order_line, stage="delivered", qty_delivered=2, expected=0
        )

    def test_the_supplier_has_shipped(self):
        order, purchase = self._bought(promise=0)
        purchase.order_line.date_planned = self._noon(30)
        self.assertTrace(order.order_line, expected=30, days_late=30)
        self._transfer(purchase.picking_ids)
        self.assertTrace(
            order.order_line,
            stage="delivered",
            qty_delivered=5,
            qty_reserved=0,
            expected=0,
            days_late=0,
            is_late=False,
            is_finished=True,
            cause=False,
        )

    def test_a_cancelled_purchase(self):
        order, purchase = self._bought()
        purchase.button_cancel()
        self.assertTrace(
            order.order_line, stage="to_source", expected=False, reason="no_supply"
        )

    def test_what_comes_back_does_not_come_again(self):
        order, purchase = self._bought()
        self._transfer(purchase.picking_ids)
        back = self._return(purchase.picking_ids, 2)
        self.assertTrace(order.order_line, stage="delivered", qty_delivered=5)
        self._transfer(back)
        self.assertTrace(order.order_line, stage="delivered", qty_delivered=3)

    def test_stock_and_other_purchases_have_nothing_to_do_with_it(self):
        self._stock(self.crane, 50)
        order, purchase = self._bought()
        self._purchase(self.crane, 50, days=1)
        self.assertTrace(
            order.order_line, qty_reserved=0, expected=8, cause=purchase, stage="buying"
        )
        self.assertEqual(purchase.waiting_trace_ids.sale_line_id, order.order_line)

    def test_a_line_from_stock_beside_it_keeps_its_own_date(self):
        chair = self._product("Chair")
        self._stock(chair, 1)
        order = self._order((self.crane, 5), (chair, 1), promise=9)
        sent, own = order.order_line
        purchase = order.sudo().order_line.purchase_line_ids.order_id
        purchase.button_confirm()
        purchase.order_line.date_planned = self._noon(39)
        self.assertTrace(sent, expected=39, days_late=30, cause=purchase)
        self.assertTrace(own, expected=9, stage="in_stock", is_late=False)
        card = self.env["crm.order.board"].with_user(self.worker)
        card = card.search([("order_id", "=", order.id)])
        self.assertEqual((card.line_count, card.days_late), (1, 0))

    # What can be promised ------------------------------------------------------------

    def test_the_suppliers_time_is_promised_without_our_transport(self):
        self._stock(self.crane, 50)
        self.company.security_lead = 4
        order = self._order((self.crane, 5), confirm=False)
        offer = order.order_line.promise_offer
        day = self._day(3)
        self.assertEqual(fields.Date.to_date(offer["date"]), day)
        words = f"5 to buy from Wood Corner ({day:%b} {day.day})"
        self.assertEqual((offer["sentence"], offer["split"]), (words, []))
        order.order_line.action_use_promise()
        order.action_confirm()
        self.assertTrace(order.order_line, promise=3, is_late=False)

    def test_another_date_is_promised_when_the_supplier_delays(self):
        order, purchase = self._bought()
        purchase.order_line.date_planned = self._noon(38)
        action = order.action_repromise()
        wizard = self.env[action["res_model"]].with_user(self.seller)
        wizard = wizard.browse(action["res_id"])
        self.assertEqual(wizard.line_ids.earliest_date, self._day(38))
        wizard.action_promise()
        self.assertTrace(order.order_line, promise=38, expected=38, is_late=False)

    # The picture ---------------------------------------------------------------------

    def test_the_chain(self):
        order = self._order((self.crane, 1), promise=9)
        self.assertEqual(
            self._columns(self._draw(order.order_line)),
            ["order", "request", "invoice", "payment"],
        )
        order.order_line.sudo().purchase_line_ids.order_id.button_confirm()
        self.assertEqual(
            self._columns(self._draw(order.order_line)),
            ["order", "purchase", "dropship", "invoice", "payment"],
        )
