from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.settled.source"]

    def _touch_before(self):
        self.env["crm.order.trace"]._touch("order_line", self.sudo().order_line.ids)
        return super()._touch_before()
