from odoo import api, models


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "crm.order.trace.source"]

    @api.model
    def _trace_source_fields(self):
        return super()._trace_source_fields() | {
            "date",
            "location_dest_id",
            "location_id",
            "picked",
            "picking_id",
            "priority",
            "product_id",
            "product_uom",
            "product_uom_qty",
            "purchase_line_id",
            "quantity",
            "sale_line_id",
            "state",
        }

    def write(self, vals):
        if not {
            "created_purchase_line_ids",
            "move_dest_ids",
            "move_orig_ids",
        }.isdisjoint(vals):
            self._trace_touch_before()
            result = super().write(vals)
            self._trace_touch()
            return result
        return super().write(vals)

    def _trace_touch(self):
        self.env["crm.order.trace"]._touch("move", self.ids)

    def _trace_touch_before(self):
        """The neighbours, the line and the stocks of a move that leaves them."""
        trace = self.env["crm.order.trace"]
        moves = self.sudo()
        trace._touch("move", (moves | moves.move_dest_ids).ids)
        trace._touch("line", moves.sale_line_id.ids)
        trace._touch(
            "stock",
            [
                (move.product_id.id, place.warehouse_id.id)
                for move in moves
                for place in move.location_id | move.location_dest_id
                if place.warehouse_id
            ],
        )
