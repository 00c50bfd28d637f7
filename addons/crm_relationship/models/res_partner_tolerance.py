from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    # one file per concern
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    promise_tolerance_days = fields.Integer(
        "Date Tolerance",
        default=2,
        help="We write to the customer when an expected date moves by more days than "
        "this from the one that it heard last; one mail a day for all lines.",
    )

    @api.constrains("promise_tolerance_days")
    def _check_promise_tolerance_days(self):
        for partner in self:
            if partner.promise_tolerance_days < 0:
                raise ValidationError(
                    self.env._(
                        "The date tolerance of %(partner)s cannot be below 0 days.",
                        partner=partner.display_name,
                    )
                )

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + ["promise_tolerance_days"]
