from odoo.tests import tagged

from .common_trace import TraceCommon


@tagged("post_install", "-at_install")
class TestCrmOrderTrace(TraceCommon):
    """Stories of one order line: where it is, when it comes, and why not earlier."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought = cls._product("Chair", cls._route_buy(), delay=5)
        cls.to_order = cls._product(
            "Table", cls._route_buy(), cls._route_mto(), delay=5
        )
        cls.env.cr.flush()

    def test_goods_in_stock_are_shipped_as_planned(self):
        self._stock(self.bought, 10)
        order = self._order((self.bought, 4), promise=3)
        line = order.order_line
        self.assertTrace(
            line,
            stage="in_stock",
            qty_reserved=4,
            promise=3,
            expected=3,
            is_late=False,
            reason="planned",
            cause=order.picking_ids,
        )
        self._transfer(order.picking_ids)
        self.assertTrace(line, stage="delivered", qty_delivered=4, expected=0)

    def test_an_invoice_and_its_payment_finish_the_line(self):
        self._stock(self.bought, 4)
        order = self._order((self.bought, 4), promise=3)
        self._transfer(order.picking_ids)
        self.env["account.chart.template"].try_loading("generic_coa", self.company)
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self.assertTrace(order.order_line, stage="invoiced", qty_paid_share=0)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 10.0}).action_create_payments()
        self.assertTrace(order.order_line, stage="invoiced", qty_paid_share=0.25)

    def test_a_purchase_on_order_that_is_not_confirmed(self):
        order = self._order((self.to_order, 2), promise=7)
        purchase = self._purchase_for(order)
        self.assertEqual(purchase.state, "draft")
        purchase.order_line.date_planned = self._noon(9)
        self.assertTrace(
            order.order_line,
            stage="to_source",
            reason="request",
            cause=purchase,
            expected=9,
            days_late=2,
        )

    def test_a_purchase_on_order_that_is_delayed_by_thirty_days(self):
        order = self._order((self.to_order, 2), promise=7)
        line = order.order_line
        purchase = self._purchase_for(order)
        purchase.order_line.date_planned = self._noon(6)
        purchase.button_confirm()
        self.assertTrace(line, stage="buying", is_late=False, expected=7)
        purchase.with_user(self.buyer).order_line.date_planned = self._noon(36)
        self.assertTrace(
            line,
            stage="buying",
            promise=7,
            expected=36,
            days_late=29,
            is_late=True,
            cause=purchase,
            cause_partner_id=self.supplier,
            depth=1,
        )

    def test_an_overdue_receipt_cannot_come_before_today(self):
        order = self._order((self.to_order, 2), promise=2)
        line = order.order_line
        purchase = self._purchase_for(order)
        purchase.button_confirm()
        purchase.order_line.date_planned = self._noon(-4)
        purchase.picking_ids.move_ids.date = self._noon(-4)
        order.picking_ids.move_ids.date = self._noon(-3)
        self.assertTrace(
            line, expected=0, reason="overdue", cause=purchase, is_late=False
        )

    def test_a_cancelled_purchase_leaves_nothing_to_wait_for(self):
        order = self._order((self.to_order, 2), promise=7)
        line = order.order_line
        purchase = self._purchase_for(order)
        purchase.button_confirm()
        purchase.button_cancel()
        self.assertTrace(line, stage="to_source", reason="no_supply", expected=7)

    def test_what_nobody_has_ordered_takes_the_suppliers_time(self):
        order = self._order((self.bought, 2), promise=1)
        self.assertTrace(
            order.order_line,
            stage="to_source",
            reason="no_supply",
            cause=self.bought,
            expected=5,
            days_late=4,
        )

    def test_a_count_that_is_not_applied_is_no_stock(self):
        self._count(self.bought, 9)
        order = self._order((self.bought, 2), promise=1)
        self.assertTrace(order.order_line, reason="no_supply", expected=5, days_late=4)

    def test_a_replenishment_is_given_in_the_order_of_the_dates(self):
        early = self._order((self.bought, 2), promise=3)
        late = self._order((self.bought, 2), promise=6)
        purchase = self._purchase(self.bought, 3, days=4)
        more = self._purchase(self.bought, 3, days=9)
        self.assertTrace(early.order_line, expected=4, cause=purchase, days_late=1)
        self.assertTrace(late.order_line, expected=9, cause=more, days_late=3)

    def test_a_better_tier_takes_the_stock_of_another(self):
        first = self._order((self.bought, 2), promise=3)
        purchase = self._purchase(self.bought, 2, days=4)
        self.assertTrace(first.order_line, expected=4, cause=purchase)
        second = self._order((self.bought, 2), promise=3, priority="3")
        self.assertTrace(second.order_line, expected=4, cause=purchase)
        self.assertTrace(first.order_line, reason="no_supply", expected=5)

    def test_a_request_counts_after_what_is_confirmed(self):
        order = self._order((self.bought, 2), promise=9)
        asked = self._purchase(self.bought, 5, days=3, confirm=False)
        self.assertTrace(order.order_line, reason="request", expected=9)
        sure = self._purchase(self.bought, 5, days=12)
        self.assertTrace(order.order_line, cause=sure, expected=12, stage="buying")
        sure.button_cancel()
        asked.order_line.date_planned = self._noon(15)
        self.assertTrace(order.order_line, cause=asked, reason="request", expected=15)

    def test_a_partial_receipt(self):
        order = self._order((self.to_order, 5), promise=7)
        line = order.order_line
        purchase = self._purchase_for(order)
        purchase.button_confirm()
        self._transfer(purchase.picking_ids, {self.to_order: 2})
        self.assertTrace(
            line, qty_reserved=2, stage="buying", cause_model="stock.picking"
        )
        rest = purchase.picking_ids.filtered(lambda picking: picking.state != "done")
        purchase.order_line.date_planned = self._noon(20)
        self.assertTrace(line, qty_reserved=2, expected=20, cause=purchase)
        self._transfer(rest)
        self.assertTrace(line, qty_reserved=5, stage="in_stock", is_late=False)

    def test_a_back_order_keeps_the_line_open(self):
        self._stock(self.bought, 3)
        order = self._order((self.bought, 5), promise=3)
        self._transfer(order.picking_ids, {self.bought: 3})
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        self.assertTrue(rest)
        self.assertTrace(
            order.order_line, qty_delivered=3, stage="to_source", expected=5
        )
        rest.action_cancel()
        self.assertTrace(order.order_line, qty_delivered=3, stage="delivered")

    def test_returned_goods_do_not_come_again(self):
        self._stock(self.bought, 5)
        order = self._order((self.bought, 5), promise=3)
        self._transfer(order.picking_ids)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=order.picking_ids.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.write({"quantity": 2, "to_refund": True})
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self._transfer(back)
        self.assertTrace(order.order_line, qty_delivered=3, stage="delivered")

    def test_a_cancelled_order_has_no_trace(self):
        order = self._order((self.bought, 2), promise=1)
        self.assertTrue(self._trace(order.order_line))
        order.sudo()._action_cancel()
        self.assertFalse(self._trace(order.order_line))

    def test_a_service_is_due_when_it_was_promised(self):
        service = self.env["product.product"].create(
            {"name": "Fitting", "type": "service", "invoice_policy": "delivery"}
        )
        order = self._order((service, 1), promise=3)
        self.assertTrace(order.order_line, stage="to_do", expected=3, is_late=False)
        order.order_line.qty_delivered = 1
        self.assertTrace(order.order_line, stage="delivered")

    def test_picking_and_shipping_in_two_steps(self):
        self.warehouse.delivery_steps = "pick_ship"
        self._stock(self.bought, 5)
        order = self._order((self.bought, 5), promise=3)
        self.assertTrace(
            order.order_line, stage="in_stock", qty_picked=0, qty_reserved=5
        )
        self._transfer(order.picking_ids)
        ship = order.picking_ids.filtered(lambda picking: picking.state != "done")
        self.assertTrace(
            order.order_line, stage="picking", qty_picked=5, qty_reserved=5, cause=ship
        )
        self._transfer(ship)
        self.assertTrace(order.order_line, stage="delivered", qty_delivered=5)

    def test_receiving_in_two_steps(self):
        self.warehouse.reception_steps = "two_steps"
        order = self._order((self.bought, 5), promise=3)
        purchase = self._purchase(self.bought, 5, days=6)
        self.assertTrace(order.order_line, expected=6, cause=purchase, stage="buying")
        self._transfer(purchase.picking_ids)
        store = self.env["stock.picking"].search(
            [("picking_type_id", "=", self.warehouse.store_type_id.id)]
        )
        self.assertTrace(order.order_line, cause_kind="transfer", expected=3)
        self._transfer(store)
        order.picking_ids.action_assign()
        self.assertTrace(order.order_line, stage="in_stock", qty_reserved=5)

    def test_dozens_are_counted_in_the_lines_unit(self):
        self._stock(self.bought, 30)
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order((self.bought, 4), promise=3, confirm=False)
        order.order_line.product_uom_id = dozen
        order.action_confirm()
        self.assertTrace(order.order_line, qty_ordered=4, qty_reserved=2.5)

    def test_goods_of_another_warehouse_are_not_ours(self):
        other = self.env["stock.warehouse"].create(
            {"name": "North", "code": "NOR", "company_id": self.company.id}
        )
        self._stock(self.bought, 5, other)
        here = self._order((self.bought, 5), promise=3)
        there = self._order((self.bought, 5), promise=3, warehouse_id=other.id)
        self.assertTrace(here.order_line, reason="no_supply")
        self.assertTrace(there.order_line, stage="in_stock", warehouse_id=other)

    def test_merged_customers_and_suppliers_keep_their_lines(self):
        kept = self.env["res.partner"].create([{"name": "Azure AG"}, {"name": "Wood"}])
        self._stock(self.bought, 2)
        done = self._order((self.bought, 2), promise=3)
        self._transfer(done.picking_ids)
        late = self._order((self.to_order, 2), promise=7)
        purchase = self._purchase_for(late)
        purchase.button_confirm()
        purchase.order_line.date_planned = self._noon(37)
        self.assertTrace(done.order_line, stage="delivered")
        self.assertTrace(late.order_line, cause_partner_id=self.supplier, is_late=True)
        merge = self.env["base.partner.merge.automatic.wizard"]
        for source, destination in zip(
            self.customer | self.supplier, kept, strict=True
        ):
            merge._merge([source.id, destination.id], destination)
        for order in (done, late):
            self.assertEqual(self._trace(order.order_line).partner_id, kept[0])
        self.assertTrace(late.order_line, cause_partner_id=kept[1], is_late=True)
        self.assertEqual(self._trace(late.order_line).late_partner_id, kept[1])
        card = self.env["crm.order.board"].with_user(self.worker)
        card = card.search([("order_id", "=", late.id)])
        self.assertEqual(card.partner_id, kept[0])
