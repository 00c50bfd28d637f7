from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _touch_before(self):
        accounts = self.env["crm.credit.account"]
        accounts._touch("account_move", self.ids)
        accounts._touch("order", self.sudo().line_ids.sale_line_ids.order_id.ids)
        return super()._touch_before()
