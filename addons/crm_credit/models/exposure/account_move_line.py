from odoo import models


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "crm.settled.source"]

    def write(self, vals):
        if "sale_line_ids" in vals:
            self._touch_before()
        return super().write(vals)

    def _touch_before(self):
        accounts = self.env["crm.credit.account"]
        accounts._touch("account_move_line", self.ids)
        accounts._touch("account_move", self.move_id.ids)
        accounts._touch("order", self.sudo().sale_line_ids.order_id.ids)
        return super()._touch_before()
