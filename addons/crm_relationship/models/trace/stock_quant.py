from odoo import api, models


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = ["stock.quant", "crm.order.trace.source"]

    @api.model
    def _trace_source_fields(self):
        return super()._trace_source_fields() | {
            "location_id",
            "quantity",
            "reserved_quantity",
        }

    def _trace_touch(self):
        self.env["crm.order.trace"]._touch("quant", self.ids)

    def _trace_touch_before(self):
        self.env["crm.order.trace"]._touch(
            "stock",
            [
                (quant.product_id.id, quant.location_id.warehouse_id.id)
                for quant in self.sudo()
                if quant.location_id.warehouse_id
            ],
        )
