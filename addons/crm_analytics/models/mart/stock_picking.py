from odoo import api, models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "crm.customer.day.document"]

    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
    )
    _crm_date_done_idx = models.Index("(date_done) WHERE state = 'done'")

    @api.model
    def _day_key_fields(self):
        keys = {
            "company_id",
            "date_done",
            "location_dest_id",
            "location_id",
            "partner_id",
            "sale_id",
            "state",
        }
        return super()._day_key_fields() | keys

    def _day_counted(self):
        return self._day_in_state("done")
