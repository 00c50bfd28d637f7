from odoo.tests import tagged

from .common_trace_mrp import TraceMrpCommon


@tagged("post_install", "-at_install")
class TestCrmOrderCockpitMrp(TraceMrpCommon):
    """What the salesperson and the buyer see of goods that are made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make = cls.env.ref("mrp.route_warehouse0_manufacture")
        cls.board = cls._product("Board", cls._route_buy(), delay=5)
        cls.desk = cls._product("Desk", make, cls._route_mto())
        cls._bom(cls.desk, (cls.board, 1))
        cls.env.cr.flush()

    def test_a_component_of_what_is_made_has_customers_waiting(self):
        order = self._order((self.desk, 2), promise=7)
        purchase = self._purchase(self.board, 2, days=30)
        self.assertTrace(order.order_line, cause=purchase, is_late=True)
        self.assertEqual(purchase.waiting_trace_ids.order_id, order)
        self.assertIn(purchase.name, self._trace(order.order_line).cause_sentence)

    def test_the_sentence_names_the_production(self):
        self._stock(self.board, 9)
        order = self._order((self.desk, 2), promise=7)
        production = self.env["mrp.production"].search(
            [("product_id", "=", self.desk.id), ("company_id", "=", self.company.id)]
        )
        production.date_start = self._noon(20)
        trace = self._trace(order.order_line)
        self.assertEqual(trace.cause_name, production.name)
        self.assertIn(f"production {production.name}, done on", trace.cause_sentence)
        production.user_id = self.buyer
        self.buyer.group_ids += self.env.ref("mrp.group_mrp_user")
        trace.action_expedite()
        self.assertEqual(production.activity_ids.user_id, self.buyer)
