from odoo import api, models


class PurchaseOrderLine(models.Model):
    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "crm.order.trace.source"]

    @api.model
    def _trace_source_fields(self):
        return super()._trace_source_fields() | {
            "date_planned",
            "product_id",
            "product_uom_qty",
            "qty_received",
            "sale_line_id",
        }

    def write(self, vals):
        if "move_dest_ids" in vals:
            self._trace_touch_before()
        return super().write(vals)

    def _trace_touch(self):
        self.env["crm.order.trace"]._touch("purchase_line", self.ids)

    def _trace_touch_before(self):
        trace = self.env["crm.order.trace"]
        lines = self.sudo()
        trace._touch("move", (lines.move_dest_ids | lines.move_ids).ids)
        trace._touch("line", lines.sale_line_id.ids)
        trace._touch(
            "stock",
            [
                (line.product_id.id, line.order_id.picking_type_id.warehouse_id.id)
                for line in lines
                if line.product_id and line.order_id.picking_type_id.warehouse_id
            ],
        )
