from odoo import fields, models


class ResCompany(models.Model):
    """When a customer counts as lost."""

    _inherit = "res.company"

    crm_lost_factor = fields.Float(
        "Lost after (Times Its Own Rhythm)",
        default=3,
        help="A customer with three purchases or more is lost when its last purchase "
        "is longer ago than this many times its usual gap.",
    )
    crm_lost_days = fields.Integer(
        "Lost after (Days without a Rhythm)",
        default=365,
        help="A customer with fewer purchases is lost after so many days without one.",
    )

    _crm_lost_positive = models.Constraint(
        "CHECK(crm_lost_factor > 0 AND crm_lost_days > 0)",
        "A customer is lost only after some time: enter a number above 0.",
    )
