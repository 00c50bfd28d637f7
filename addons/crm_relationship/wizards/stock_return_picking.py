from odoo import models


class StockReturnPicking(models.TransientModel):
    _name = "stock.return.picking"
    _inherit = ["stock.return.picking", "crm.order.reader"]

    def _get_proc_values(self, line):
        """What comes in exchange is for the order line."""
        return super()._get_proc_values(line if self._reads_orders() else line.sudo())
