from odoo import api, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model
    def _trace_source_fields(self):
        return super()._trace_source_fields() | {"credit_state"}
