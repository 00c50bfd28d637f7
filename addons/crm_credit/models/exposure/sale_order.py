from odoo import api, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.credit.source"]

    @api.model
    def _credit_source_fields(self):
        return super()._credit_source_fields() | {
            "amount_total",
            "commitment_date",
            "company_id",
            "credit_amount_accepted",
            "credit_state",
            "currency_id",
            "date_order",
            "partner_invoice_id",
            "state",
            "validity_date",
        }

    def _credit_touch(self):
        self.env["crm.credit.account"]._touch("order", self.ids)
