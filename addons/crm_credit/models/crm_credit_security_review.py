from odoo import fields, models


class CrmCreditSecurityReview(models.Model):
    """What legal decided on one item of a checklist, each time it decided."""

    _name = "crm.credit.security.review"
    _description = "Legal Decision"
    _inherit = ["crm.credit.evidence"]
    _order = "date desc, id desc"

    security_id = fields.Many2one(
        "crm.credit.security",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="security_id.company_id")
    item_id = fields.Many2one(
        "crm.credit.security.item",
        string="Checklist Row",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    name = fields.Char(string="Item", required=True, readonly=True)
    state = fields.Selection(
        lambda self: (
            self.env["crm.credit.security.item"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        required=True,
        readonly=True,
    )
    comment = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Decided By",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    date = fields.Datetime(required=True, readonly=True)
