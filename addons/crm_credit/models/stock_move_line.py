from odoo import api, models


class StockMoveLine(models.Model):
    """More goods on a delivery that is done already are judged like the others."""

    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        done = lines.filtered(lambda line: line.state == "done")
        done.move_id._credit_refuse_held()
        return lines

    def write(self, vals):
        if vals.keys().isdisjoint({"quantity", "product_uom_id", "location_dest_id"}):
            return super().write(vals)
        before = {
            line: (line.quantity_product_uom, line.location_dest_id)
            for line in self
            if line.state == "done"
        }
        res = super().write(vals)
        grown = self.browse(
            line.id
            for line, (quantity, place) in before.items()
            if line.quantity_product_uom > quantity or line.location_dest_id != place
        )
        grown.move_id._credit_refuse_held()
        return res
