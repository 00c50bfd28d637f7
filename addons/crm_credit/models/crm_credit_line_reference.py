from odoo import fields, models


class CrmCreditLine(models.Model):
    _inherit = "crm.credit.line"

    reference = fields.Char(
        index="btree_not_null",
        copy=False,
        help="The line's number where it comes from. An import knows the line by it.",
    )
