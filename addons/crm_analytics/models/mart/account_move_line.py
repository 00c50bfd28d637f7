from odoo import api, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    def _day_key_fields(self):
        return super()._day_key_fields() | {
            "account_id",
            "company_id",
            "date_maturity",
            "journal_id",
            "parent_state",
            "partner_id",
        }
