from odoo import fields, models


class CrmTierPolicyCut(models.Model):
    """Where one tier of a policy ends."""

    _name = "crm.tier.policy.cut"
    _description = "Tier Policy Cut"
    _order = "tier_sequence, tier_id, id"

    policy_id = fields.Many2one("crm.tier.policy", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    tier_id = fields.Many2one("crm.tier", required=True, ondelete="restrict")
    tier_sequence = fields.Integer(related="tier_id.sequence", store=True)
    cut = fields.Float(
        digits=(16, 2),
        help="By method: cumulative share of customers or of value up to this tier "
        "(%), lowest percentile, or lowest amount.",
    )

    _tier_uniq = models.Constraint(
        "UNIQUE(policy_id, tier_id)", "A policy can cut each tier only once."
    )
