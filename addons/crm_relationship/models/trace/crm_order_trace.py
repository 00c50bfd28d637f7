from odoo import api, models

from ..crm_settled_mixin import Source

SOURCES = {
    "account.move": Source(
        "account_move", {"amount_residual", "amount_total", "state"}
    ),
    "purchase.order": Source("purchase", {"partner_id", "picking_type_id", "state"}),
    "purchase.order.line": Source(
        "purchase_line",
        {
            "date_planned",
            "product_id",
            "product_uom_qty",
            "qty_received",
            "sale_line_id",
        },
    ),
    "sale.order": Source("order", {"company_id", "partner_id", "state", "user_id"}),
    "sale.order.line": Source(
        "order_line",
        {
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
        },
    ),
    "stock.move": Source(
        "stock_move",
        {
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
        },
    ),
    "stock.quant": Source("quant", {"location_id", "quantity", "reserved_quantity"}),
}


class CrmOrderTrace(models.Model):
    """What a trace is made of."""

    _inherit = "crm.order.trace"  # pylint: disable=consider-merging-classes-inherited

    _touch_kinds = (
        "account_move",
        "order",
        "order_line",
        "purchase",
        "purchase_line",
        "quant",
        "stock",  # pairs of product and warehouse
        "stock_move",
    )

    @api.model
    def _sources(self):
        return super()._sources() | SOURCES
