from odoo import api, fields, models


class CrmCreditChecklistItem(models.Model):
    """What legal looks at in a security of one kind; copied to each new security."""

    _name = "crm.credit.checklist.item"
    _description = "Legal Checklist Item"
    _order = "kind, sequence, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        lambda self: self.env["crm.credit.security"]._selection_kind(), required=True
    )
    name = fields.Char(required=True, translate=True)
    question = fields.Text(
        translate=True, help="What exactly has to be true for the item to pass."
    )

    @api.model
    def _of_kinds(self, kinds):
        """Give {kind: its active items}."""
        items = self.sudo().search([("kind", "in", list(kinds))]).grouped("kind")
        return {kind: items.get(kind, self.browse()) for kind in kinds}
