from odoo import fields, models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.tier.mixin"]

    key_account_manager_id = fields.Many2one(
        related="partner_id.key_account_manager_id", groups="base.group_user"
    )
