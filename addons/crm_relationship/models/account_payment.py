from odoo import fields, models


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "crm.tier.mixin"]

    key_account_manager_id = fields.Many2one(
        related="partner_id.key_account_manager_id", groups="base.group_user"
    )
