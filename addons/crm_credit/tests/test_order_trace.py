from odoo.tests import new_test_user, tagged

from .common_checks import ChecksCase


@tagged("post_install", "-at_install")
class TestOrderTrace(ChecksCase):
    """What credit control keeps is the cause, on the trace and on the board."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = new_test_user(cls.env, "trace worker", "stock.group_stock_user")
        cls.env["stock.quant"]._update_available_quantity(
            cls.product, cls.env.ref("stock.stock_location_stock"), 100
        )
        cls.env.cr.flush()

    def _trace(self, order, user=None):
        self.env.flush_all()
        traces = self.env["crm.order.trace"].with_user(user or self.sara)
        return traces.search([("order_id", "=", order.id)])

    def test_a_held_order_waits_for_credit_control(self):
        order = self._order(2000, quantity=2)
        order.action_confirm()
        self.assertHeld(order)
        trace = self._trace(order)
        self.assertRecordValues(
            trace,
            [
                {
                    "cause_model": "crm.credit.hold",
                    "cause_id": self._hold(order).id,
                    "cause_reason": "hold",
                    "stage": "to_source",
                }
            ],
        )
        self._release(self._hold(order))
        self.assertConfirmed(order, "released")
        self.assertRecordValues(
            self._trace(order), [{"cause_reason": "planned", "stage": "in_stock"}]
        )

    def test_a_quotation_without_hold_has_no_trace(self):
        order = self._order(500)
        self.assertFalse(self._trace(order))

    def test_a_refused_order_has_no_trace_any_more(self):
        order = self._order(2000)
        order.action_confirm()
        self.assertTrue(self._trace(order))
        order.action_cancel()
        self.assertFalse(self._trace(order))

    def test_a_held_transfer_shows_on_the_board_without_any_figure(self):
        order = self._order(500)
        order.action_confirm()
        self.assertConfirmed(order)
        self.rule.at_transfer = True
        self._grant(self.account, 100)
        transfer = order.picking_ids.with_user(self.worker)
        transfer.button_validate()
        self.assertEqual(order.picking_ids.credit_state, "held")
        self.assertEqual(self._trace(order, self.worker).cause_reason, "hold")
        card = self.env["crm.order.board"].with_user(self.worker)
        card = card.search([("order_id", "=", order.id)])
        self.assertTrue(card.is_held)
