from odoo import fields, models


class ResCompany(models.Model):
    """When a customer counts as having stopped buying a product."""

    _inherit = "res.company"

    crm_stopped_factor = fields.Float(
        "Stopped Buying after (Times Its Own Rhythm)",
        default=2,
        help="A customer has stopped buying a product when its last purchase of it is "
        "longer ago than this many times its usual gap. Who bought it on fewer than "
        "three days has no rhythm and is never listed.",
    )

    _crm_stopped_positive = models.Constraint(
        "CHECK(crm_stopped_factor >= 1)",
        "Nobody has stopped before the next purchase is due: enter 1 or more.",
    )
