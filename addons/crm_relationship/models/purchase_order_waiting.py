from odoo import api, fields, models

from .sale_order_fulfilment import TRACE_GROUPS


class PurchaseOrder(models.Model):
    """Which customers wait for the goods of the purchase, and since when?"""

    _inherit = "purchase.order"

    waiting_trace_ids = fields.Many2many(
        "crm.order.trace",
        string="Waiting Customers",
        compute="_compute_waiting_trace_ids",
        groups=TRACE_GROUPS,
    )
    waiting_customer_count = fields.Integer(
        compute="_compute_waiting_customer_count", groups=TRACE_GROUPS
    )
    waiting_sentence = fields.Char(
        compute="_compute_waiting_customer_count", groups=TRACE_GROUPS
    )

    @api.depends("state", "order_line.date_planned", "order_line.product_qty")
    def _compute_waiting_trace_ids(self):
        network = self.env["crm.order.network"].sudo()
        traces = self.env["crm.order.trace"]
        for purchase in self:
            found = traces.browse()
            if purchase.ids and purchase.state != "cancel":
                traces.flush_model()
                lines = network._waiting_lines(purchase.ids)
                found = traces.search(
                    [("sale_line_id", "in", lines), ("is_finished", "=", False)]
                )
            purchase.waiting_trace_ids = found

    @api.depends("waiting_trace_ids")
    @api.depends_context("lang")
    def _compute_waiting_customer_count(self):
        for purchase in self:
            traces = purchase.waiting_trace_ids
            customers = traces.partner_id.sudo().commercial_partner_id
            purchase.waiting_customer_count = len(customers)
            purchase.waiting_sentence = traces and purchase._waiting_sentence(
                traces, customers
            )

    def _waiting_sentence(self, traces, customers):
        since = min(traces.sudo().mapped("order_id.date_order"))
        late = len(traces.filtered("is_late"))
        tiers = traces.tier_id.sorted("sequence").mapped("name")
        return self.env._(
            "Customers waiting: %(customers)s (%(tiers)s). Lines: %(lines)s, late: "
            "%(late)s. The first waits since %(since)s.",
            customers=len(customers),
            lines=len(traces),
            late=late,
            since=traces._short_date(since.date()),
            tiers=", ".join(tiers) or self.env._("no tier"),
        )

    def action_view_waiting(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_relationship.crm_order_trace_waiting_action"
        )
        return {**action, "domain": [("id", "in", self.waiting_trace_ids.ids)]}
