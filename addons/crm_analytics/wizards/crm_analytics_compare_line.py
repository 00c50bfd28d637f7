from odoo import fields, models


class CrmAnalyticsCompareLine(models.TransientModel):
    """One characteristic of the customers of two segments, side by side."""

    _name = "crm.analytics.compare.line"
    _description = "Characteristic of Two Segments"
    _order = "sequence, id"

    compare_id = fields.Many2one(
        "crm.analytics.compare", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    kind = fields.Selection([("category", "Share"), ("number", "Number")])
    name = fields.Char("Characteristic")
    value = fields.Char("Category")
    count_a = fields.Integer("In A")
    count_b = fields.Integer("In B")
    share_a = fields.Float("Share in A", digits=(16, 4))
    share_b = fields.Float("Share in B", digits=(16, 4))
    mean_a = fields.Float("Mean of A", digits=(16, 2))
    mean_b = fields.Float("Mean of B", digits=(16, 2))
    median_a = fields.Float("Median of A", digits=(16, 2))
    median_b = fields.Float("Median of B", digits=(16, 2))
    lift = fields.Float(
        digits=(16, 2),
        help="Share, or mean, in A over that in B; empty where it cannot be said.",
    )
    has_lift = fields.Boolean()
    strength = fields.Float(
        digits=(16, 2),
        help="Chance that a customer of A has more of it than one of B, less the "
        "chance that it has less: -1 to 1, and 0 does not distinguish them.",
    )
