from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    first_planned = fields.Datetime(
        "First Expected Arrival",
        compute="_compute_first_planned",
        store=True,
        copy=False,
        help="The arrival that was agreed when the order was confirmed.",
    )

    def _auto_init(self):
        """Nobody knows what was agreed of the lines from before: leave them empty."""
        if not column_exists(self.env.cr, "purchase_order_line", "first_planned"):
            create_column(
                self.env.cr, "purchase_order_line", "first_planned", "timestamp"
            )
        return super()._auto_init()

    @api.depends("order_id.state")
    def _compute_first_planned(self):
        for line in self:
            if line.order_id.state != "purchase":
                line.first_planned = False
            else:
                line.first_planned = line.first_planned or line.date_planned

    def write(self, vals):
        if "date_planned" in vals:
            self._recompute_recordset(["first_planned"])  # before the day moves
        return super().write(vals)
