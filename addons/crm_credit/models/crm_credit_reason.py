from odoo import api, fields, models


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

    @api.model
    def _usual(self, kind):
        """The reason that the user gave last for such a decision; none at first.

        A decision is evidence: nothing is proposed that nobody has said before.
        """
        last = self.env["crm.credit.decision"].search(
            [("kind", "=", kind), ("user_id", "=", self.env.uid)],
            order="id desc",
            limit=1,
        )
        return last.reason_id.filtered(
            lambda reason: reason.active and not reason.comment_required
        )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "This code is used by another reason."
    )
