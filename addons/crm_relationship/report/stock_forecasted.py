from odoo import models

AMOUNTS = ("amount_untaxed", "currency_id")


class StockForecasted(models.AbstractModel):
    _name = "stock.forecasted_product_product"
    _inherit = ["stock.forecasted_product_product", "crm.order.reader"]

    def _prepare_report_line(self, quantity, move_out=None, *args, **kwargs):
        """Whose order it is, for everybody; its amount for those who read orders."""
        closed = move_out and kwargs.get("read", True) and not self._reads_orders()
        if closed:
            move_out = move_out.sudo()
        line = super()._prepare_report_line(quantity, move_out, *args, **kwargs)
        if closed:
            order = (line["move_out"]["picking_id"] or {}).get("sale_id", {})
            for name in AMOUNTS:
                order.pop(name, None)
        return line
