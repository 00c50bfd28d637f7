from odoo import api, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.credit.source"]

    @api.model
    def _credit_source_fields(self):
        return super()._credit_source_fields() | {
            "amount_total",
            "company_id",
            "currency_id",
            "invoice_date_due",
            "move_type",
            "partner_id",
            "payment_state",
            "state",
        }

    def _credit_touch(self):
        self.env["crm.credit.account"]._touch("move", self.ids)

    def _credit_touch_before(self):
        orders = self.sudo().line_ids.sale_line_ids.order_id
        self.env["crm.credit.account"]._touch("order", orders.ids)
        return super()._credit_touch_before()
