from odoo import api, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "crm.customer.day.document"]

    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
    )

    @api.model
    def _day_key_fields(self):
        return super()._day_key_fields() | {
            "display_type",
            "is_downpayment",
            "order_id",
        }
