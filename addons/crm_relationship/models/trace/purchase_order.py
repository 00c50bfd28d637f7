from odoo import api, models


class PurchaseOrder(models.Model):
    _name = "purchase.order"
    _inherit = ["purchase.order", "crm.order.trace.source"]

    @api.model
    def _trace_source_fields(self):
        return super()._trace_source_fields() | {
            "partner_id",
            "picking_type_id",
            "state",
        }

    def _trace_touch(self):
        self.env["crm.order.trace"]._touch("purchase", self.ids)

    def _trace_touch_before(self):
        self.sudo().order_line._trace_touch_before()
