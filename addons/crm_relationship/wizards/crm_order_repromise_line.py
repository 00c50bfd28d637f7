from odoo import fields, models


class CrmOrderRepromiseLine(models.TransientModel):
    """A part of a line, and the date to promise for it."""

    _name = "crm.order.repromise.line"
    _description = "Line to Promise Again"
    _order = "sale_line_id, date, id"

    wizard_id = fields.Many2one(
        "crm.order.repromise", required=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="wizard_id.order_id")
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Order Line",
        required=True,
        ondelete="cascade",
        domain="[('order_id', '=', order_id), ('display_type', '=', False)]",
    )
    quantity = fields.Float(digits="Product Unit", required=True)
    product_id = fields.Many2one(related="sale_line_id.product_id")
    product_uom_id = fields.Many2one(related="sale_line_id.product_uom_id")
    promised_date = fields.Date("Promised", readonly=True)
    earliest_date = fields.Date("Earliest", readonly=True)
    sentence = fields.Char("Why", readonly=True)
    split = fields.Json(readonly=True, export_string_translation=False)
    date = fields.Date("Promise")

    def action_split(self):
        """Put the best split in place of this row, or add a part to fill in."""
        for row in self:
            proposed = row.split or [(row.quantity, row.date), (0, row.date)]
            (quantity, date), *others = proposed
            for more, day in others:
                row.copy({"quantity": more, "date": day, "split": False})
            row.write({"quantity": quantity, "date": date, "split": False})
        return self.wizard_id._open()
