from odoo.tests import freeze_time, tagged

from .common_exposure import ExposureCase

# Ten pieces at 115.00. A step, then how many pieces are: ordered, delivered, in a draft
# invoice, owed. d4: deliver 4. i: a draft of all that may be invoiced, i4: of 4 pieces.
# p: post all drafts. c: cancel what is still to deliver.
ON_DELIVERY = {
    "deliver, then invoice": (
        ("d10", 0, 10, 0, 0),
        ("i", 0, 0, 10, 0),
        ("p", 0, 0, 0, 10),
    ),
    "deliver part, invoice it, deliver the rest, invoice it": (
        ("d4", 6, 4, 0, 0),
        ("i", 6, 0, 4, 0),
        ("p", 6, 0, 0, 4),
        ("d6", 0, 6, 0, 4),
        ("i", 0, 0, 6, 4),
        ("p", 0, 0, 0, 10),
    ),
    "deliver in parts, invoice at once": (
        ("d1", 9, 1, 0, 0),
        ("d2", 7, 3, 0, 0),
        ("d7", 0, 10, 0, 0),
        ("i", 0, 0, 10, 0),
        ("p", 0, 0, 0, 10),
    ),
    "deliver at once, invoice in parts": (
        ("d10", 0, 10, 0, 0),
        ("i3", 0, 7, 3, 0),
        ("p", 0, 7, 0, 3),
        ("i2", 0, 5, 2, 3),
        ("i5", 0, 0, 7, 3),
        ("p", 0, 0, 0, 10),
    ),
    "a draft invoice waits while the rest is delivered": (
        ("d4", 6, 4, 0, 0),
        ("i", 6, 0, 4, 0),
        ("d6", 0, 6, 4, 0),
        ("i", 0, 0, 10, 0),
        ("p", 0, 0, 0, 10),
    ),
    "the rest is cancelled before the invoice": (
        ("d4", 6, 4, 0, 0),
        ("c", 0, 4, 0, 0),
        ("i", 0, 0, 4, 0),
        ("p", 0, 0, 0, 4),
    ),
    "the rest is cancelled after the invoice": (
        ("d4", 6, 4, 0, 0),
        ("i", 6, 0, 4, 0),
        ("p", 6, 0, 0, 4),
        ("c", 0, 0, 0, 4),
    ),
    "more is delivered than ordered": (
        ("d12", 0, 12, 0, 0),
        ("i", 0, 0, 12, 0),
        ("p", 0, 0, 0, 12),
    ),
    "all is cancelled": (("c", 0, 0, 0, 0),),
}
ON_ORDER = {
    "invoice, then deliver": (
        ("i", 0, 0, 10, 0),
        ("p", 0, 0, 0, 10),
        ("d10", 0, 0, 0, 10),
    ),
    "deliver, then invoice": (
        ("d10", 0, 10, 0, 0),
        ("i", 0, 0, 10, 0),
        ("p", 0, 0, 0, 10),
    ),
    "invoice part, deliver all, invoice the rest": (
        ("i4", 6, 0, 4, 0),
        ("p", 6, 0, 0, 4),
        ("d10", 0, 6, 0, 4),
        ("i", 0, 0, 6, 4),
        ("p", 0, 0, 0, 10),
    ),
    "deliver behind the invoice, overtake it, be overtaken": (
        ("i4", 6, 0, 4, 0),
        ("p", 6, 0, 0, 4),
        ("d2", 6, 0, 0, 4),
        ("d4", 4, 2, 0, 4),
        ("i5", 1, 0, 5, 4),
        ("p", 1, 0, 0, 9),
        ("d4", 0, 1, 0, 9),
        ("i", 0, 0, 1, 9),
        ("p", 0, 0, 0, 10),
    ),
    "deliver part, invoice all, deliver the rest": (
        ("d4", 6, 4, 0, 0),
        ("i", 0, 0, 10, 0),
        ("d6", 0, 0, 10, 0),
        ("p", 0, 0, 0, 10),
    ),
    "invoice in parts, nothing is delivered": (
        ("i4", 6, 0, 4, 0),
        ("i3", 3, 0, 7, 0),
        ("p", 3, 0, 0, 7),
        ("i", 0, 0, 3, 7),
        ("p", 0, 0, 0, 10),
    ),
    "the rest is cancelled": (
        ("d4", 6, 4, 0, 0),
        ("c", 0, 4, 0, 0),
    ),
    "the invoiced rest is cancelled": (
        ("d4", 6, 4, 0, 0),
        ("i", 0, 0, 10, 0),
        ("p", 0, 0, 0, 10),
        ("c", 0, 0, 0, 10),
    ),
}


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")
class TestExposureStoriesGoods(ExposureCase):
    def do(self, order, step):
        match step[0], step[1:]:
            case "d", quantity:
                self.deliver(order, float(quantity))
            case "i", "":
                self.invoice(order, post=False)
            case "i", quantity:
                self.invoice(order, float(quantity), post=False)
            case "p", _:
                for draft in order.invoice_ids.filtered(lambda m: m.state == "draft"):
                    self.post(draft)
            case "c", _:
                self.open_picking(order).action_cancel()

    def tell(self, product, stories):
        for story, steps in stories.items():
            with self.subTest(story):
                partner, account = self.new_debtor(story)
                order = self.sell((product, 10), partner=partner)
                self.assertExposure(account, ordered=1150)
                for step, *pieces in steps:
                    self.do(order, step)
                    amounts = [115 * quantity for quantity in pieces]
                    self.assertExposure(
                        account,
                        step,
                        **dict(
                            zip(
                                ("ordered", "delivered", "draft", "not_due"),
                                amounts,
                                strict=True,
                            )
                        ),
                    )

    def test_goods_invoiced_on_delivery(self):
        self.tell(self.goods, ON_DELIVERY)

    def test_goods_invoiced_on_order(self):
        self.tell(self.prepaid, ON_ORDER)

    def test_two_lines_move_on_their_own(self):
        order = self.sell((self.goods, 10), (self.prepaid, 5, 20))
        self.assertExposure(ordered=1265)
        self.deliver(order, 2, 5)
        self.assertExposure(ordered=920, delivered=345)
        self.invoice(order)
        self.assertExposure(ordered=920, not_due=345)

    def test_no_backorder_is_a_cancelled_remainder(self):
        order = self.sell((self.goods, 10))
        self.deliver(order, 4, backorder=False)
        self.assertExposure(delivered=460)

    def test_what_is_ordered_again_after_a_cancelled_remainder_counts(self):
        order = self.sell((self.goods, 10))
        self.deliver(order, 4, backorder=False)
        order.order_line.product_uom_qty = 15
        self.assertEqual(self.open_picking(order).move_ids.product_uom_qty, 11)
        self.assertExposure(delivered=460, ordered=1265)

    def test_unit_of_measure_of_the_line(self):
        """Two dozen at 1,200 are 24 pieces in the transfer."""
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.quote((self.goods, 2, 1200))
        order.order_line.product_uom_id = dozen
        order.order_line.price_unit = 1200
        order.action_confirm()
        self.assertExposure(ordered=2760)
        self.deliver(order, 6)
        self.assertExposure(ordered=2070, delivered=690)
        self.invoice(order)
        self.assertExposure(ordered=2070, not_due=690)

    def test_returned_before_the_invoice(self):
        order = self.sell((self.goods, 10))
        picking = self.deliver(order)
        self.take_back(picking, 4)
        self.assertExposure(delivered=690)
        self.invoice(order)
        self.assertExposure(not_due=690)

    def test_returned_after_the_invoice_frees_with_the_posted_credit_note(self):
        order = self.sell((self.goods, 10))
        picking = self.deliver(order)
        invoice = self.invoice(order)
        self.take_back(picking, 4)
        self.assertExposure(not_due=1150)
        note = self.invoice(order, post=False)
        self.assertEqual((note.move_type, note.amount_total), ("out_refund", 460))
        self.assertExposure(not_due=1150)
        self.post(note)
        self.assertExposure(not_due=1150, unallocated=-460)
        self.match(invoice, note)
        self.assertExposure(not_due=690)

    def test_returned_without_refund_stays_owed(self):
        order = self.sell((self.goods, 10))
        picking = self.deliver(order)
        self.take_back(picking, 4, to_refund=False)
        self.assertExposure(delivered=1150)
        self.invoice(order)
        self.assertExposure(not_due=1150)

    def test_returned_and_sent_again(self):
        order = self.sell((self.goods, 10))
        returned = self.take_back(self.deliver(order), 10)
        self.assertExposure()
        self.take_back(returned, 3)
        self.assertExposure(delivered=345)

    def test_return_while_the_rest_is_on_its_way(self):
        order = self.sell((self.goods, 10))
        picking = self.deliver(order, 6)
        self.take_back(picking, 2)
        self.assertExposure(ordered=460, delivered=460)
        self.deliver(order)
        self.assertExposure(delivered=920)

    def test_prepaid_goods_returned(self):
        order = self.sell((self.prepaid, 10))
        self.invoice(order)
        picking = self.deliver(order)
        self.take_back(picking, 10)
        self.assertExposure(not_due=1150)

    def test_a_line_added_on_the_transfer(self):
        order = self.sell((self.goods, 10))
        picking = self.open_picking(order)
        extra = self.new_product("Extra", "consu", "delivery", list_price=50)
        self.env["stock.move"].create(
            {
                "picking_id": picking.id,
                "product_id": extra.id,
                "product_uom_qty": 2,
                "quantity": 2,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        self.assertExposure(ordered=1150)
        self.validate(picking)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [10, 0])
        self.assertExposure(delivered=1265)
        self.invoice(order)
        self.assertExposure(not_due=1265)

    def test_goods_through_the_stations_of_the_warehouse(self):
        for steps, stations in (("pick_ship", 1), ("pick_pack_ship", 2)):
            with self.subTest(steps):
                partner, account = self.new_debtor(steps)
                warehouse = self.env["stock.warehouse"].create(
                    {"name": steps, "code": f"W{stations}", "delivery_steps": steps}
                )
                order = self.sell(
                    (self.goods, 10), partner=partner, warehouse_id=warehouse.id
                )
                self.assertExposure(account, ordered=1150)
                for _station in range(stations):
                    inside = order.picking_ids.filtered(
                        lambda picking: (
                            picking.state not in ("done", "cancel")
                            and picking.location_dest_id.usage == "internal"
                        )
                    )
                    self.validate(inside)
                    self.assertExposure(account, ordered=1150)
                self.deliver(order, 4)
                self.assertExposure(account, ordered=690, delivered=460)
                self.open_picking(order).action_cancel()
                self.assertExposure(account, delivered=460)
                self.invoice(order)
                self.assertExposure(account, not_due=460)
