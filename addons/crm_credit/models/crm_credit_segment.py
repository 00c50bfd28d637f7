from odoo import fields, models


class CrmCreditSegment(models.Model):
    """Debtors of like risk: an industry, a country, a kind of customer."""

    _name = "crm.credit.segment"
    _description = "Risk Segment"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")

    def unlink(self):
        result = super().unlink()
        self.env["crm.credit.rule"]._changed()  # a filter of rules may be gone
        return result
