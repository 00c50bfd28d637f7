from odoo import fields, models


class CrmAnalyticsCustomer(models.Model):
    """One wide row per commercial entity and company: what the analyses read."""

    _name = "crm.analytics.customer"
    _description = "Customer Figures"
    _rec_name = "partner_id"
    _order = "revenue desc, id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    first_day = fields.Date(string="First Activity", readonly=True)
    last_day = fields.Date(string="Last Activity", readonly=True)
    order_count = fields.Integer(string="Orders", readonly=True)
    revenue = fields.Monetary(
        readonly=True, help="Invoiced without tax, refunds subtracted."
    )
    margin = fields.Monetary(
        readonly=True,
        groups="crm_analytics.group_crm_analytics_manager",
        help="Revenue less the cost of what was invoiced.",
    )

    _partner_company_uniq = models.UniqueIndex(
        "(company_id, partner_id)", "A customer has one row per company."
    )
