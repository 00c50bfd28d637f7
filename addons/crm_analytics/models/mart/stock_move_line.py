from odoo import api, models


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line", "crm.customer.day.document"]

    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
    )

    @api.model
    def _day_key_fields(self):
        return super()._day_key_fields() | {"location_id", "picking_id", "state"}

    def _day_counted(self):
        return self._day_in_state("done")
