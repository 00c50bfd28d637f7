from odoo import fields, models


class CrmTierOverride(models.TransientModel):
    """Asks for what an override of a customer's tier must say."""

    _name = "crm.tier.override"
    _description = "Override Tier"

    partner_ids = fields.Many2many(
        "res.partner", string="Customers", required=True, readonly=True
    )
    tier_id = fields.Many2one("crm.tier", required=True)
    reason = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Answers for the override.",
    )
    override_until = fields.Date(
        string="Until",
        required=True,
        help="Last day on which no run may change the tier.",
    )

    def action_override(self):
        self.ensure_one()
        self.env["crm.tier.policy"].check_access("write")
        self.partner_ids._override_tier(
            self.tier_id, self.reason, self.override_until, self.user_id
        )
        return {"type": "ir.actions.act_window_close"}
