from odoo import api, models


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.model
    def _day_key_fields(self):
        return super()._day_key_fields() | {"journal_id"}
