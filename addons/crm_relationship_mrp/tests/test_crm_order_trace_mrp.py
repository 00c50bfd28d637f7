from odoo.tests import tagged

from .common_trace_mrp import TraceMrpCommon


@tagged("post_install", "-at_install")
class TestCrmOrderTraceMrp(TraceMrpCommon):
    """Stories of order lines for goods that are made, over several levels, and kits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make = cls.env.ref("mrp.route_warehouse0_manufacture")
        mto = cls._route_mto()
        cls.screw = cls._product("Screw", cls._route_buy(), mto, delay=2)
        cls.leg = cls._product("Leg", make, mto)
        cls.desk = cls._product("Desk", make, mto)
        cls._bom(cls.leg, (cls.screw, 4))
        cls._bom(cls.desk, (cls.leg, 4))
        cls.env.cr.flush()

    def _production(self, product):
        return self.env["mrp.production"].search(
            [("product_id", "=", product.id), ("company_id", "=", self.company.id)]
        )

    def test_the_component_of_a_component_is_delayed(self):
        order = self._order((self.desk, 1), promise=10)
        line = order.order_line
        self.assertTrue(self._production(self.desk) and self._production(self.leg))
        purchase = self.env["purchase.order"].search(
            [("order_line.product_id", "=", self.screw.id)]
        )
        purchase.order_line.date_planned = self._noon(2)
        purchase.button_confirm()
        self.assertTrace(line, stage="making", expected=10, is_late=False)
        purchase.with_user(self.buyer).order_line.date_planned = self._noon(40)
        self.assertTrace(
            line, stage="making", expected=40, days_late=30, cause=purchase, depth=3
        )

    def test_a_production_of_a_component_is_moved(self):
        order = self._order((self.desk, 1), promise=10)
        legs = self._production(self.leg)
        self.env["purchase.order"].search(
            [("order_line.product_id", "=", self.screw.id)]
        ).button_confirm()
        legs.date_start = self._noon(25)
        self.assertTrace(order.order_line, expected=25, cause=legs, depth=2)

    def test_a_component_from_stock_is_short(self):
        part = self._product("Board", self._route_buy(), delay=12)
        shelf = self._product(
            "Shelf", self.env.ref("mrp.route_warehouse0_manufacture"), self._route_mto()
        )
        self._bom(shelf, (part, 2))
        self._stock(part, 3)
        first = self._order((shelf, 1), promise=8)
        second = self._order((shelf, 1), promise=9)
        self.assertTrace(first.order_line, stage="making", is_late=False)
        self.assertTrace(
            second.order_line, reason="no_supply", cause=part, expected=12, days_late=3
        )

    def test_goods_made_for_stock_serve_the_order(self):
        make = self.env.ref("mrp.route_warehouse0_manufacture")
        stool = self._product("Stool", make)
        self._bom(stool, produce_delay=6)
        order = self._order((stool, 2), promise=3)
        self.assertTrace(order.order_line, reason="no_supply", expected=6, days_late=3)
        production = self.env["mrp.production"].create(
            {
                "product_id": stool.id,
                "product_qty": 5,
                "date_start": self._noon(1),
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.manu_type_id.id,
            }
        )
        production.action_confirm()
        self.assertTrace(
            order.order_line, stage="making", cause=production, expected=7, days_late=4
        )

    def test_a_kit_is_as_far_as_its_last_component(self):
        seat, frame = (self._product(name, self._route_buy(), delay=8) for name in "SF")
        chair = self._product("Chair Set")
        self._bom(chair, (seat, 1), (frame, 2), type="phantom")
        self._stock(seat, 10)
        self._stock(frame, 4)
        order = self._order((chair, 4), promise=5)
        self.assertTrace(
            order.order_line, qty_reserved=2, expected=8, cause=frame, days_late=3
        )
        self._stock(frame, 4)
        order.picking_ids.action_assign()
        self.assertTrace(order.order_line, qty_reserved=4, stage="in_stock")
        self._transfer(order.picking_ids)
        self.assertTrace(order.order_line, qty_delivered=4, stage="delivered")

    def test_a_bill_of_materials_of_another_company_is_not_ours(self):
        make = self.env.ref("mrp.route_warehouse0_manufacture")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stool = self._product("Stool", make)
        bom = {"produce_delay": 20, "company_id": elsewhere.id, "sequence": 1}
        self._bom(stool, **bom)
        order = self._order((stool, 2), promise=3)
        self.assertTrace(order.order_line, reason="no_supply", expected=False)
        self._bom(stool, produce_delay=6, sequence=2)
        traces = self.env["crm.order.trace"].sudo()
        for company in (elsewhere, self.company):
            traces.with_company(company)._refresh(order.order_line.ids)
            self.assertTrace(order.order_line, reason="no_supply", expected=6)

    def test_a_bill_of_materials_that_is_archived(self):
        order = self._order((self.desk, 1), promise=10)
        desks = self._production(self.desk)
        desks.date_start = self._noon(25)
        self.assertTrace(order.order_line, expected=25, days_late=15)
        bom = self.env["mrp.bom"].search([("product_tmpl_id.name", "=", "Desk")])
        bom.action_archive()
        self.desk.action_archive()
        self.assertTrace(order.order_line, expected=25, days_late=15)
        self.env.invalidate_all()
        traces = self.env["crm.order.trace"].with_user(self.seller)
        self.assertTrue(traces.chain(order.order_line.id)["nodes"])
        self.assertIn("15 days late", self._trace(order.order_line).cause_sentence)
