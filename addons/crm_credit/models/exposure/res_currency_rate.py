from odoo import api, models


class ResCurrencyRate(models.Model):
    _name = "res.currency.rate"
    _inherit = ["res.currency.rate", "crm.credit.source"]

    @api.model
    def _credit_source_fields(self):
        return super()._credit_source_fields() | {
            "company_id",
            "currency_id",
            "name",
            "rate",
        }

    def _credit_touch(self):
        self.env["crm.credit.account"]._touch("currency", self.currency_id.ids)
