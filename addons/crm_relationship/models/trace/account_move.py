from odoo import models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.settled.source"]

    def _touch_before(self):
        lines = self.sudo().line_ids.sale_line_ids
        self.env["crm.order.trace"]._touch("order_line", lines.ids)
        return super()._touch_before()
