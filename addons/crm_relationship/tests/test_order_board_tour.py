from odoo.tests import HttpCase, tagged

from .common_trace import TraceCommon


@tagged("post_install", "-at_install", "crm_tour")
class TestOrderBoardTour(HttpCase, TraceCommon):
    """The worker ships from the board, on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_ship_from_the_board_on_a_phone(self):
        self.customer.name = "Board Customer"
        goods = [self._product("Board Chair"), self._product("Board Table")]
        for product in goods:
            self._stock(product, 5)
        order = self._order(*((product, 2) for product in goods), promise=1)
        self.start_tour(
            "/odoo/action-crm_relationship.crm_order_board_action",
            "crm_relationship_order_board",
            login=self.worker.login,
        )
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 2])
        self.assertFalse(
            self.env["crm.order.board"].search([("order_id", "=", order.id)])
        )
