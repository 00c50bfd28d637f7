from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_trace_mrp import TraceMrpCommon


@tagged("post_install", "-at_install")
class TestOrderCirclesMrp(TraceMrpCommon):
    """Goods that are made of themselves: core refuses most ways to say so, not all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = False
        cls.make = cls.env.ref("mrp.route_warehouse0_manufacture")
        cls.lamp = cls._product("Lamp")
        cls._stock(cls.lamp, 9)
        cls.env.cr.flush()

    def _circle(self, *routes, **vals):
        """Two products, each made of the other: written on the line, not the bill."""
        egg, hen, corn = (self._product(n, *routes) for n in ("Egg", "Hen", "Corn"))
        self._bom(egg, (hen, 1), **vals)
        bom = self._bom(hen, (corn, 1), **vals)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            bom.bom_line_ids = [(0, 0, {"product_id": egg.id, "product_qty": 1})]
        bom.invalidate_recordset()
        bom.bom_line_ids.product_id = egg
        return egg

    def _two_lines(self, product):
        order = self._order((product, 1), (self.lamp, 1), confirm=False, promise=7)
        self.env.flush_all()
        return order, order.order_line[0], order.order_line[1]

    def test_the_offer_says_that_nobody_knows(self):
        for vals in ({"type": "normal"}, {"type": "phantom"}):
            with self.subTest(**vals):
                egg = self._circle(self.make, **vals)
                _order, odd, lamp = self._two_lines(egg)
                self.assertFalse(odd.promise_offer["date"])
                self.assertIn("nobody can say when", odd.promise_offer["sentence"])
                self.assertEqual(lamp.promise_offer["sentence"], "1 in stock")

    def test_from_stock_the_rest_stays_right(self):
        order, odd, lamp = self._two_lines(self._circle(self.make))
        order.action_confirm()
        self.assertTrace(odd, stage="to_source", reason="no_supply")
        self.assertTrace(lamp, stage="in_stock", expected=7, is_late=False)

    def test_a_kit_of_itself_cannot_be_confirmed(self):
        order, _odd, _lamp = self._two_lines(self._circle(type="phantom"))
        with self.assertRaisesRegex(UserError, "ecursion|circle|cycle"):
            order.action_confirm()

    def test_on_order_it_cannot_be_confirmed(self):
        egg = self._circle(self.make, self._route_mto())
        order, _odd, _lamp = self._two_lines(egg)
        with self.assertRaisesRegex(UserError, "circle"):
            order.action_confirm()

    def test_productions_that_wait_for_each_other(self):
        """Links between transfers that somebody has bent by hand."""
        stool = self._product("Stool", self.make, self._route_mto())
        board = self._product("Board", self.make, self._route_mto())
        nail = self._product("Nail", self._route_buy(), delay=2)
        self._bom(stool, (board, 1))
        self._bom(board, (nail, 1))
        order, odd, lamp = self._two_lines(stool)
        order.action_confirm()
        productions = self.env["mrp.production"].search(
            [("company_id", "=", self.company.id)]
        )
        stools, boards = (
            productions.filtered(lambda p, product=product: p.product_id == product)
            for product in (stool, board)
        )
        boards.move_raw_ids.move_orig_ids = stools.move_finished_ids
        self.assertTrace(odd, expected=False, reason="circular", is_late=True)
        self.assertTrace(lamp, stage="in_stock", expected=7, is_late=False)
        self.env.invalidate_all()
        for line in (odd, lamp):
            traces = self.env["crm.order.trace"].with_user(self.seller)
            self.assertTrue(traces.chain(line.id)["nodes"])
