from odoo import models


class StockLot(models.Model):
    _name = "stock.lot"
    _inherit = ["stock.lot", "crm.order.reader"]

    def _compute_sale_order_ids(self):
        """Who may not read orders is told of none."""
        if self._reads_orders():
            return super()._compute_sale_order_ids()
        self.sudo().update({"sale_order_ids": False, "sale_order_count": 0})
        return None
