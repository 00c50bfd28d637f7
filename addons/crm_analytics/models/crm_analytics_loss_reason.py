from odoo import fields, models


class CrmAnalyticsLossReason(models.Model):
    """Why a customer was lost."""

    _name = "crm.analytics.loss.reason"
    _description = "Loss Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex("(name)", "There is a reason of this name already.")
