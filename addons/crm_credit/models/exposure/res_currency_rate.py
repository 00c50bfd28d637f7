from odoo import models


class ResCurrencyRate(models.Model):
    _name = "res.currency.rate"
    _inherit = ["res.currency.rate", "crm.settled.source"]

    def _touched_ids(self):
        return self.currency_id.ids

    def _touch_before(self):
        self.env["crm.credit.account"]._touch("currency", self.currency_id.ids)
        return super()._touch_before()
