from odoo import api, models


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "crm.credit.source"]

    @api.model
    def _credit_source_fields(self):
        return super()._credit_source_fields() | {
            "location_dest_id",
            "location_final_id",
            "product_uom",
            "product_uom_qty",
            "sale_line_id",
            "state",
        }

    def _credit_touch(self):
        self.env["crm.credit.account"]._touch("stock_move", self.ids)

    def _credit_touch_before(self):
        orders = self.sudo().sale_line_id.order_id
        self.env["crm.credit.account"]._touch("order", orders.ids)
