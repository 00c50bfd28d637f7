from odoo import fields, models


class CrmCreditHold(models.Model):
    _inherit = "crm.credit.hold"  # pylint: disable=consider-merging-classes-inherited

    transfer_complete = fields.Boolean(
        readonly=True,
        help="Every quantity was set when the validation was asked for: the release "
        "repeats it.",
    )
