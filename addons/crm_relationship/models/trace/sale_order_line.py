from odoo import models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "crm.settled.source"]

    def _touch_before(self):
        self.env["crm.order.trace"]._touch("order_line", self.ids)
        return super()._touch_before()
