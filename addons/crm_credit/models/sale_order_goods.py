from odoo import models


class SaleOrder(models.Model):
    """What the warehouse and the invoices need to know of an order."""

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    def _credit_delivered_value(self):
        """Goods and services delivered so far, taxes included."""
        lines = self.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )
        return self.currency_id.round(
            sum(line.qty_delivered * line._credit_unit() for line in lines)
        )

    def _credit_on_release(self, hold):
        """What was held back of its transfers is reserved."""
        res = super()._credit_on_release(hold)
        self.picking_ids.move_ids._credit_reserve()
        return res
