from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _touch_before(self):
        orders = self.sudo().sale_line_id.order_id
        self.env["crm.credit.account"]._touch("order", orders.ids)
        return super()._touch_before()
