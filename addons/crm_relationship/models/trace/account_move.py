from odoo import api, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.order.trace.source"]

    @api.model
    def _trace_source_fields(self):
        return super()._trace_source_fields() | {
            "amount_residual",
            "amount_total",
            "state",
        }

    def _trace_touch(self):
        self.env["crm.order.trace"]._touch("invoice", self.ids)

    def _trace_touch_before(self):
        lines = self.sudo().line_ids.sale_line_ids
        self.env["crm.order.trace"]._touch("line", lines.ids)
