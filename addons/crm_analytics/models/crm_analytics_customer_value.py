from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

MANAGER = "crm_analytics.group_crm_analytics_manager"


class CrmAnalyticsCustomer(models.Model):
    """What the last lifetime value run says of each customer."""

    _inherit = "crm.analytics.customer"

    clv_source = fields.Selection(
        [("model", "Model"), ("alive", "Partly Model"), ("history", "History")],
        string="Value Source",
        readonly=True,
        help="Model: predicted, from how often and how recently it bought.\n"
        "Partly Model: P(alive) and purchases are, the lifetime value is what the "
        "customer has earned so far.\n"
        "History: the model could not be trusted; the value is what the customer has "
        "earned so far, and it counts as leaving when it is later than its own rhythm.",
    )
    p_alive = fields.Float(
        "P(Alive)",
        readonly=True,
        digits=(5, 4),
        aggregator="avg",
        help="Probability that the customer has not left yet, 0 to 1. In this model "
        "customers leave after a repeat purchase: who bought once has 1.",
    )
    churn_risk = fields.Float(
        readonly=True,
        digits=(5, 4),
        aggregator="avg",
        help="Probability that the customer has left already: 1 - P(alive).",
    )
    expected_orders = fields.Float(
        readonly=True,
        digits=(16, 2),
        help="Purchases expected of the customer over the horizon of the run.",
    )
    clv = fields.Monetary(
        "Lifetime Value",
        readonly=True,
        groups=MANAGER,
        help="Margin expected over the horizon of the run, discounted, less what "
        "serving the customer and lending it money cost. From History: what it earned "
        "so far.",
    )
    yearly_value = fields.Monetary(
        "Value per Year",
        readonly=True,
        help="What the customer bought in the year up to its last purchase.",
    )
    value_at_stake = fields.Monetary(
        readonly=True,
        help="Value per year × churn risk. From History: the whole value per year of a "
        "customer who is later than its own rhythm.",
    )
    clv_run_id = fields.Many2one(
        "crm.analytics.clv.run",
        "Lifetime Value Run",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=MANAGER,
    )
    clv_date = fields.Date(
        "Value as of",
        readonly=True,
        help="The day of the run that the values are from.",
    )
    user_id = fields.Many2one(
        related="partner_id.user_id", string="Salesperson", related_sudo=False
    )
    tier_id = fields.Many2one(
        "crm.tier", compute="_compute_tier_id", search="_search_tier_id"
    )

    _company_stake_idx = models.Index("(company_id, value_at_stake)")

    @api.depends("partner_id", "company_id")
    def _compute_tier_id(self):
        for company, rows in self.grouped("company_id").items():
            for row in rows:
                row.tier_id = row.partner_id.with_company(company).tier_id

    def _search_tier_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        tiers = self.env["crm.tier"]._search(
            value
            if isinstance(value, Domain)
            else Domain("id", "in", [tier for tier in value if tier])
        )
        found = SQL(
            """SELECT c.id FROM crm_analytics_customer c
            JOIN crm_tier_assignment a USING (partner_id, company_id)
            WHERE a.date_to IS NULL AND a.tier_id IN %s""",
            tiers.subselect(),
        )
        some = Domain("id", "any!", found)
        if isinstance(value, Domain) or False not in value:
            return some
        every = SQL(
            """SELECT c.id FROM crm_analytics_customer c
            JOIN crm_tier_assignment a USING (partner_id, company_id)
            WHERE a.date_to IS NULL"""
        )
        return some | Domain("id", "not any!", every)
