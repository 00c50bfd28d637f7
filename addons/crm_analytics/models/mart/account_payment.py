from odoo import api, models


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "crm.customer.day.document"]

    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
    )

    @api.model
    def _day_key_fields(self):
        keys = {"company_id", "date", "move_id", "partner_id", "partner_type", "state"}
        return super()._day_key_fields() | keys
