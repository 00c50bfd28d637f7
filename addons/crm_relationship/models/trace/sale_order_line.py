from odoo import api, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "crm.order.trace.source"]

    @api.model
    def _trace_source_fields(self):
        return super()._trace_source_fields() | {
            "display_type",
            "is_downpayment",
            "is_expense",
            "order_id",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "promise_date",
            "qty_delivered",
            "qty_invoiced",
            "warehouse_id",
        }

    def _trace_touch(self):
        self.env["crm.order.trace"]._touch("line", self.ids)
