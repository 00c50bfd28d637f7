from odoo import api, models


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "crm.credit.source"]

    @api.model
    def _credit_source_fields(self):
        return super()._credit_source_fields() | {
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "company_id",
            "currency_id",
            "date_maturity",
            "move_id",
            "parent_state",
            "partner_id",
            "price_total",
            "product_uom_id",
            "quantity",
            "reconciled",
        }

    def write(self, vals):
        if "sale_line_ids" in vals:
            self._credit_touch_before()
        return super().write(vals)

    def _credit_touch(self):
        self.env["crm.credit.account"]._touch("move_line", self.ids)

    def _credit_touch_before(self):
        accounts = self.env["crm.credit.account"]
        accounts._touch("move_line", self.ids)
        accounts._touch("move", self.move_id.ids)
        accounts._touch("order", self.sudo().sale_line_ids.order_id.ids)
