from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResPartner(models.Model):
    """What a customer could buy, and what becomes of its strategies."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    crm_potential = fields.Float(
        "Potential per Year",
        company_dependent=True,
        digits="Product Price",
        groups="crm_analytics.group_crm_analytics_user",
        help="What the customer could buy from this company in a year, without tax, in "
        "the company's currency. It counts in the portfolio from the next refresh of "
        "the figures on, where it is more than what is expected. 0: not known.",
    )

    @api.constrains("crm_potential")
    def _check_crm_potential(self):
        for partner in self:
            if partner.crm_potential < 0:
                raise ValidationError(
                    self.env._(
                        "The potential of %(name)s cannot be negative.",
                        name=partner.display_name,
                    )
                )

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + ["crm_potential"]

    @api.model
    def _move_history(self, moves):
        result = super()._move_history(moves)
        self.env["crm.analytics.strategy"].sudo()._follow_moves(
            [move[:2] for move in moves]
        )
        return result

    def _after_partner_merge(self, sources):
        """Of what was chosen for either, the last holds."""
        result = super()._after_partner_merge(sources)
        self.env["crm.analytics.customer"].sudo()._apply_choices(self.ids)
        return result
