from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _touch_before(self):
        self.env["crm.credit.account"]._touch("order", self.ids)
        return super()._touch_before()
