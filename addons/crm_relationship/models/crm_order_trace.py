from odoo import fields, models

from ..tools import order_trace
from .history_many2one import HistoryMany2one

STAGES = [
    ("to_source", "To source"),
    ("buying", "Being bought"),
    ("making", "Being made"),
    ("in_stock", "In stock"),
    ("picking", "Picking"),
    ("shipped", "Shipped"),
    ("to_do", "To do"),
    ("delivered", "Delivered"),
    ("invoiced", "Invoiced"),
    ("paid", "Paid"),
    ("cancelled", "Rest cancelled"),
]
REASONS = [
    ("planned", "As planned"),
    ("overdue", "Overdue"),
    ("request", "Request not confirmed"),
    ("no_supply", "No supply"),
    ("circular", "Circular route"),
]
KINDS = [
    ("transfer", "Transfer"),
    ("receipt", "Purchase"),
    ("production", "Production"),
    ("request", "Request"),
    ("shortage", "Shortage"),
    ("order", "Order"),
]


class CrmOrderTrace(models.Model):
    """Where an order line is, when it comes, and what decides that.

    A row for each open or recently finished line, written by set-based statements only
    (`crm_order_trace_settle.py`). It holds no amounts: a warehouse may read it.
    """

    _name = "crm.order.trace"
    _description = "Order Trace"
    _inherit = ["crm.tier.document.mixin", "crm.settled.mixin"]
    _order = "is_finished, days_late desc, promise_date, id"
    _rec_name = "sale_line_id"

    sale_line_id = HistoryMany2one("sale.order.line", "Order Line", readonly=True)
    order_id = HistoryMany2one("sale.order", "Order", readonly=True, index=True)
    company_id = HistoryMany2one("res.company", readonly=True)
    partner_id = HistoryMany2one("res.partner", "Customer", readonly=True, index=True)
    product_id = HistoryMany2one("product.product", readonly=True, index=True)
    warehouse_id = HistoryMany2one(
        "stock.warehouse",
        readonly=True,
        help="Ships the goods; empty for a service and where the supplier ships.",
    )
    user_id = HistoryMany2one("res.users", "Salesperson", readonly=True, index=True)
    product_uom_id = HistoryMany2one("uom.uom", "Unit", readonly=True)
    qty_ordered = fields.Float("Ordered", readonly=True, digits="Product Unit")
    qty_reserved = fields.Float("Reserved", readonly=True, digits="Product Unit")
    qty_picked = fields.Float("Picked", readonly=True, digits="Product Unit")
    qty_delivered = fields.Float("Delivered", readonly=True, digits="Product Unit")
    qty_invoiced = fields.Float("Invoiced", readonly=True, digits="Product Unit")
    qty_paid_share = fields.Float(
        "Paid",
        readonly=True,
        aggregator="avg",
        help="Share of the ordered quantity that is invoiced and paid.",
    )
    promise_date = fields.Date("Promised", readonly=True)
    expected_date = fields.Date(
        "Expected",
        readonly=True,
        help="When the last piece reaches the customer, or did; empty if nobody can "
        "say.",
    )
    days_late = fields.Integer(
        readonly=True, help="From the promised to the expected day."
    )
    is_late = fields.Boolean("Late", readonly=True)
    is_finished = fields.Boolean("Finished", readonly=True)
    stage = fields.Selection(STAGES, readonly=True)
    cause_model = fields.Char(readonly=True)
    cause_id = fields.Many2oneReference(model_field="cause_model", readonly=True)
    cause_kind = fields.Selection(KINDS, readonly=True)
    cause_reason = fields.Selection(REASONS, "Why", readonly=True)
    cause_partner_id = HistoryMany2one(
        "res.partner",
        "Waits for Supplier",
        readonly=True,
        help="Supplier of the purchase that decides the date.",
    )
    depth = fields.Integer(
        readonly=True, help="Documents between the delivery and the cause."
    )
    late_kind = fields.Selection(
        KINDS, "Was Late For", readonly=True, help="What last made the line late."
    )
    late_reason = fields.Selection(REASONS, "Was Late Because", readonly=True)
    late_partner_id = HistoryMany2one("res.partner", "Late Supplier", readonly=True)

    _line_uniq = models.UniqueIndex("(sale_line_id)")
    _open_idx = models.Index(
        "(company_id, promise_date, order_id) WHERE is_finished IS NOT TRUE"
    )
    _cause_idx = models.Index("(cause_model, cause_id) WHERE is_finished IS NOT TRUE")


if {code for code, _label in STAGES} != set(order_trace.STAGES):
    raise ValueError("The stages of the trace are not those of its arithmetic.")
