from odoo import fields, models


class ResCompany(models.Model):
    """When a customer counts as lost, or as having stopped buying a product."""

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
    crm_stopped_factor = fields.Float(
        "Stopped Buying after (Times Its Own Rhythm)",
        default=2,
        help="A customer has stopped buying a product when its last purchase of it is "
        "longer ago than this many times its usual gap. Who bought it on fewer than "
        "three days has no rhythm and is never listed.",
    )

    _crm_lost_positive = models.Constraint(
        "CHECK(crm_lost_factor > 0 AND crm_lost_days > 0)",
        "A customer is lost only after some time: enter a number above 0.",
    )
    _crm_stopped_positive = models.Constraint(
        "CHECK(crm_stopped_factor >= 1)",
        "Nobody has stopped before the next purchase is due: enter 1 or more.",
    )
