from odoo import models


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "crm.settled.source"]

    def _touch_before(self):
        self.sudo().order_line._touch_before()
        return super()._touch_before()
