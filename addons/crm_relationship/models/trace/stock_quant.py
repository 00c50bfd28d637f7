from odoo import models


class StockQuant(models.Model):
    _name = "stock.quant"
    _inherit = ["stock.quant", "crm.settled.source"]

    def _touch_before(self):
        self.env["crm.order.trace"]._touch(
            "stock",
            [
                (quant.product_id.id, quant.location_id.warehouse_id.id)
                for quant in self.sudo()
                if quant.location_id.warehouse_id
            ],
        )
        return super()._touch_before()
