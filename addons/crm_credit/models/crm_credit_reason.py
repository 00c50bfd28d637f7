from odoo import api, fields, models


class CrmCreditReason(models.Model):
    """Why a hold was decided the way it was."""

    _name = "crm.credit.reason"
    _description = "Credit Decision Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(
        default=10,
        help="The board of holds proposes the first one that needs no comment.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    for_release = fields.Boolean(string="To Release", default=True)
    for_refusal = fields.Boolean(string="To Refuse", default=True)
    comment_required = fields.Boolean(
        help="Who decides for this reason has to write a comment."
    )

    @api.model
    def _usual(self, kind):
        """The reason that a quick decision starts from."""
        name = "for_refusal" if kind == "refuse" else "for_release"
        return self.search(
            [(name, "=", True), ("comment_required", "=", False)], limit=1
        )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code is used by another reason."
    )
