from odoo import models


class PurchaseOrderLine(models.Model):
    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "crm.settled.source"]

    def write(self, vals):
        if "move_dest_ids" in vals:
            self._touch_before()
        return super().write(vals)

    def _touch_before(self):
        trace = self.env["crm.order.trace"]
        lines = self.sudo()
        trace._touch("stock_move", (lines.move_dest_ids | lines.move_ids).ids)
        trace._touch("order_line", lines.sale_line_id.ids)
        trace._touch(
            "stock",
            [
                (line.product_id.id, line.order_id.picking_type_id.warehouse_id.id)
                for line in lines
                if line.product_id and line.order_id.picking_type_id.warehouse_id
            ],
        )
        return super()._touch_before()
