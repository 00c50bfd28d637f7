from odoo import api, fields, models

FINANCE = "crm_analytics.group_crm_analytics_finance"
MANAGER = "crm_analytics.group_crm_analytics_manager"
SCORE = "Score from 1 (lowest) to 5, by fifths of the company's customers."


class CrmAnalyticsCustomer(models.Model):
    """One wide row per commercial entity and company: what the analyses read.

    Who never ordered nor was invoiced has no row. Filled by set-based SQL only, from
    `crm.customer.day`; see `crm_analytics_customer_refresh.py`.
    """

    _name = "crm.analytics.customer"
    _description = "Customer Figures"
    _inherit = ["crm.analytics.refreshed.mixin", "crm.tier.document.mixin"]
    _rec_name = "partner_id"
    _order = "revenue_12m desc, id"
    _log_access = False
    _refresh_codes = (
        "customer_day_rebuild",
        "analytics_customer",
        "analytics_customer_rebuild",
    )

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
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    as_of = fields.Date(
        "As of",
        readonly=True,
        help="Day to which all figures of this row refer, itself included.",
    )
    first_day = fields.Date("First Purchase", readonly=True)
    last_day = fields.Date("Last Purchase", readonly=True)
    first_order_day = fields.Date("First Order", readonly=True)
    order_count = fields.Integer("Orders", readonly=True)
    order_count_12m = fields.Integer(
        "Orders 12M", readonly=True, help="Orders of the last twelve months."
    )
    purchase_days = fields.Integer(
        readonly=True,
        help="Days with orders and, before the customer's first order, with invoices.",
    )
    revenue = fields.Monetary(
        readonly=True, help="Invoiced before taxes, less credit notes."
    )
    revenue_12m = fields.Monetary(
        readonly=True, help="Revenue of the last twelve months."
    )
    revenue_prev_12m = fields.Monetary(
        "Prior Revenue 12M",
        readonly=True,
        help="Revenue of the twelve months before the last twelve.",
    )
    margin = fields.Monetary(
        readonly=True,
        groups=MANAGER,
        help="Revenue less the cost of what was invoiced.",
    )
    margin_12m = fields.Monetary(
        readonly=True,
        groups=MANAGER,
        help="Margin of the last twelve months.",
    )
    profit_12m = fields.Monetary(
        readonly=True,
        groups=FINANCE,
        help="Profit of the twelve months until the end of the last frozen cost run: "
        "margin less cost to serve and cost of capital.",
    )
    average_order = fields.Monetary(
        readonly=True,
        aggregator="avg",
        help="Ordered before taxes by order or, of a customer without any order, "
        "invoiced by invoice.",
    )
    recency_days = fields.Integer(
        "Days since Last Purchase", readonly=True, aggregator="avg"
    )
    rhythm_days = fields.Float(
        "Purchase Rhythm (Days)",
        readonly=True,
        aggregator="avg",
        help="Median of the days from one purchase to the next; known from the third "
        "purchase on.",
    )
    next_purchase_date = fields.Date(
        "Next Purchase Expected", readonly=True, help="Last purchase plus the rhythm."
    )
    overdue_factor = fields.Float(
        "Overdue (× Rhythm)",
        readonly=True,
        aggregator="avg",
        help="Days since the last purchase in rhythms: 1 is on time, 2 is one rhythm "
        "late.",
    )
    r_score = fields.Integer("Recency", readonly=True, aggregator="avg", help=SCORE)
    f_score = fields.Integer("Frequency", readonly=True, aggregator="avg", help=SCORE)
    m_score = fields.Integer(
        "Monetary Value", readonly=True, aggregator="avg", help=SCORE
    )
    rfm_segment = fields.Selection(
        [
            ("champions", "Champions"),
            ("loyal", "Loyal"),
            ("potential_loyalists", "Potential Loyalists"),
            ("new", "New"),
            ("promising", "Promising"),
            ("need_attention", "Need Attention"),
            ("about_to_sleep", "About to Sleep"),
            ("cant_lose", "Can't Lose"),
            ("at_risk", "At Risk"),
            ("hibernating", "Hibernating"),
            ("lost", "Lost"),
        ],
        string="RFM Segment",
        readonly=True,
        help="By recency, and the mean of frequency and monetary value.",
    )
    # Of the model runs: a refresh leaves these alone.
    p_alive = fields.Float("P(Alive)", readonly=True, aggregator="avg")
    expected_orders = fields.Float("Expected Purchases", readonly=True)
    clv = fields.Monetary("Customer Lifetime Value", readonly=True)
    churn_risk = fields.Float(readonly=True, aggregator="avg")
    value_at_stake = fields.Monetary(readonly=True)

    # A constraint, not a unique index: merging partners looks for constraints.
    _partner_company_uniq = models.Constraint(
        "UNIQUE (partner_id, company_id)", "A customer has one row per company."
    )
    _company_revenue_idx = models.Index("(company_id, revenue_12m DESC, id)")

    @api.readonly
    def action_open_days(self):
        """The customer's days, of which the figures are made."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_id.display_name,
            "res_model": "crm.customer.day",
            "view_mode": "list,pivot,graph",
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }
