from odoo import fields, models

from .crm_analytics_customer import MANAGER


class CrmAnalyticsCustomer(models.Model):
    """What the last lifetime value run says of each customer."""

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

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
        aggregator="avg",
        help="Probability that the customer has not left yet, 0 to 1. In this model "
        "customers leave after a repeat purchase: who bought once has 1.",
    )
    churn_risk = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Probability that the customer has left already: 1 - P(alive).",
    )
    churn_hazard = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Of a customer who has bought six times or more in a steady rhythm and is "
        "not lost: the chance that its next purchase does not come.",
    )
    expected_orders = fields.Float(
        "Expected Purchases",
        readonly=True,
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
        "Value at Stake",
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
    _company_stake_idx = models.Index("(company_id, value_at_stake)")
