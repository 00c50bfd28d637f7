from odoo import api, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.order.trace.source"]

    @api.model
    def _trace_source_fields(self):
        return super()._trace_source_fields() | {
            "company_id",
            "partner_id",
            "state",
            "user_id",
        }

    def _trace_touch(self):
        self.env["crm.order.trace"]._touch("order", self.ids)

    def _trace_touch_before(self):
        self.env["crm.order.trace"]._touch("line", self.sudo().order_line.ids)
