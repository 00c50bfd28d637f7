from odoo import fields, models


class CrmPassError(models.Model):
    _name = "crm.pass.error"
    _description = "Customer Set Aside by a Job"
    _order = "id"
    _rec_name = "partner_id"

    pass_id = fields.Many2one(
        "crm.pass",
        "Job Run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="cascade"
    )
    message = fields.Char(readonly=True)
