from odoo import api, fields, models

TRACE_GROUPS = (
    "crm_relationship.group_crm_relationship_user,"
    "stock.group_stock_user,purchase.group_purchase_user"
)


class SaleOrder(models.Model):
    """Where is each line of the order, and why late?"""

    _inherit = "sale.order"

    trace_ids = fields.One2many(
        "crm.order.trace",
        "order_id",
        "Fulfilment",
        readonly=True,
        groups=TRACE_GROUPS,
    )
    trace_stages = fields.Json(compute="_compute_trace_stages", groups=TRACE_GROUPS)
    trace_sentence = fields.Char(compute="_compute_trace_sentence", groups=TRACE_GROUPS)
    trace_is_late = fields.Boolean(
        "Has Late Lines",
        compute="_compute_trace_sentence",
        search="_search_trace_is_late",
        groups=TRACE_GROUPS,
    )

    @api.depends("trace_ids.stage", "trace_ids.is_late")
    @api.depends_context("lang")
    def _compute_trace_stages(self):
        for order in self:
            order.trace_stages = order.trace_ids._stage_bar(
                order.trace_ids.mapped(lambda trace: (trace.stage, trace.is_late, 1))
            )

    @api.depends("trace_ids.cause_sentence", "trace_ids.is_late")
    @api.depends_context("lang")
    def _compute_trace_sentence(self):
        for order in self:
            traces = order.trace_ids
            late = traces.filtered("is_late").filtered(lambda t: not t.is_finished)
            order.trace_is_late = bool(late)
            worst = late.sorted("days_late", reverse=True)[:1]
            order.trace_sentence = worst and self.env._(
                "Late lines: %(late)s of %(lines)s. %(product)s: %(why)s",
                late=len(late),
                lines=len(traces),
                product=worst.product_id.display_name,
                why=worst.cause_sentence,
            )

    @api.model
    def _search_trace_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [("is_late", "=", True), ("is_finished", "=", False)]
        return [("trace_ids", "any" if True in value else "not any", late)]
