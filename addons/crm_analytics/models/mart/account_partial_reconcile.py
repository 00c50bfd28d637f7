from odoo import api, models


class AccountPartialReconcile(models.Model):
    _name = "account.partial.reconcile"
    _inherit = ["account.partial.reconcile", "crm.customer.day.document"]

    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
    )
    _crm_max_date_idx = models.Index("(max_date)")

    @api.model
    def _day_key_fields(self):
        keys = {"credit_move_id", "debit_move_id", "max_date"}
        return super()._day_key_fields() | keys
