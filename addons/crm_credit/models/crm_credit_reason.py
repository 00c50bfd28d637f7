from odoo import fields, models


class CrmCreditReason(models.Model):
    """Why a hold was decided the way it was."""

    _name = "crm.credit.reason"
    _description = "Credit Decision Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    for_release = fields.Boolean(string="To Release", default=True)
    for_refusal = fields.Boolean(string="To Refuse", default=True)
    comment_required = fields.Boolean(
        help="Who decides for this reason has to write a comment."
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code is used by another reason."
    )
