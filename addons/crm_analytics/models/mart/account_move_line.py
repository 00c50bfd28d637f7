from odoo import api, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    def _day_key_fields(self):
        keys = {"account_id", "company_id", "date_maturity", "journal_id", "partner_id"}
        return super()._day_key_fields() | keys
