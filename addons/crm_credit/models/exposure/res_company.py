from odoo import api, fields, models
from odoo.exceptions import ValidationError

SETTINGS = {
    "credit_count_quotations",
    "credit_count_uncleared",
    "credit_horizon_days",
    "currency_id",
    "parent_id",
}


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_count_quotations = fields.Boolean(
        "Quotations Count",
        help="Open quotations are part of the exposure as long as they are valid.",
    )
    credit_count_uncleared = fields.Boolean(
        "Uncleared Money Counts",
        help="Cheques, bills and online payments stay exposure until the bank "
        "statement shows them.",
    )
    credit_horizon_days = fields.Integer(
        "Credit Horizon",
        help="Orders promised later than so many days from today do not count yet. "
        "0: all orders count.",
    )
    credit_controller_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        help="Watches the files that are opened without somebody choosing.",
    )

    @api.constrains("credit_horizon_days")
    def _check_credit_horizon_days(self):
        for company in self:
            if company.credit_horizon_days < 0:
                raise ValidationError(
                    self.env._(
                        "The credit horizon of %(company)s is %(days)s days: give 0 or "
                        "more.",
                        company=company.display_name,
                        days=company.credit_horizon_days,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if not SETTINGS.isdisjoint(vals):
            accounts = self.env["crm.credit.account"].sudo()
            accounts._touch(
                "account", accounts.search([("company_id", "in", self.root_id.ids)]).ids
            )
        return result
