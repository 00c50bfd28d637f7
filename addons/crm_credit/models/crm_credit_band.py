from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmCreditBand(models.Model):
    """Up to which amount a role may approve credit."""

    _name = "crm.credit.band"
    _description = "Approval Band"
    _order = "company_id, unlimited, amount_to, id"

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("parent_id", "=", False)],
        default=lambda self: self.env.company.root_id,
        help="Its branches have the same bands.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    unlimited = fields.Boolean(string="Any Amount")
    amount_to = fields.Monetary(
        string="Up To", aggregator=None, help="Largest amount of this band, inclusive."
    )
    group_id = fields.Many2one(
        "res.groups",
        string="Approved By",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.ref("crm_credit.group_crm_credit_manager"),
        help="Whoever has this role may approve amounts of this band and below.",
    )

    @api.depends("unlimited", "amount_to", "group_id")
    def _compute_display_name(self):
        for band in self:
            if band.unlimited:
                label = self.env._("Any amount")
            else:
                label = self.env._(
                    "Up to %(amount)s",
                    amount=band.currency_id.format(band.amount_to)
                    if band.currency_id
                    else band.amount_to,
                )
            band.display_name = label

    @api.constrains("unlimited", "amount_to")
    def _check_amount(self):
        for band in self:
            if not band.unlimited and band.amount_to <= 0:
                raise ValidationError(
                    self.env._(
                        "An approval band needs an amount above zero, or “Any Amount”."
                    )
                )

    @api.constrains("company_id")
    def _check_company(self):
        for band in self:
            if band.company_id.sudo().parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: set the bands of %(company)s.",
                        branch=band.company_id.name,
                        company=band.company_id.sudo().root_id.name,
                    )
                )

    @api.model
    def _of_companies(self, companies):
        """Give {company: its bands}; branches use those of their root company."""
        bands = self.search([("company_id", "in", companies.root_id.ids)])
        by_company = bands.grouped("company_id")
        return {
            company: by_company.get(company.root_id, self.browse())
            for company in companies
        }

    def _groups_for(self, amount):
        """Give the roles that may approve the amount: managers where no band is set."""
        if not self:
            return self.env.ref("crm_credit.group_crm_credit_manager")
        return self.filtered(
            lambda band: (
                band.unlimited
                or band.currency_id.compare_amounts(amount, band.amount_to) <= 0
            )
        ).group_id
