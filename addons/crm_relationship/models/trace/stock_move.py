from odoo import models

CHAIN = {"created_purchase_line_ids", "move_dest_ids", "move_orig_ids"}


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "crm.settled.source"]

    def write(self, vals):
        if CHAIN.isdisjoint(vals):
            return super().write(vals)
        self._touch_neighbours()
        result = super().write(vals)
        self.env["crm.order.trace"]._touch("stock_move", self.ids)
        return result

    def _touch_before(self):
        self._touch_neighbours()
        return super()._touch_before()

    def _touch_neighbours(self):
        """These moves, the next ones, and the lines and stocks that they may leave."""
        trace = self.env["crm.order.trace"]
        moves = self.sudo()
        trace._touch("stock_move", (moves | moves.move_dest_ids).ids)
        trace._touch("order_line", moves.sale_line_id.ids)
        trace._touch(
            "stock",
            [
                (move.product_id.id, place.warehouse_id.id)
                for move in moves
                for place in move.location_id | move.location_dest_id
                if place.warehouse_id
            ],
        )
