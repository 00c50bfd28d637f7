from odoo import api, fields, models


class CrmCreditAccount(models.Model):
    """One figure over all own companies, for managers who may see these."""

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    exposure_consolidated = fields.Monetary(
        "Exposure in All Companies",
        compute="_compute_exposure_consolidated",
        groups="crm_credit.group_crm_credit_manager",
        help="What this debtor owes and will owe to all companies that you may enter, "
        "in the currency of this file at its company's rates of today.",
    )

    @api.depends("partner_id", "currency_id", "exposure")
    @api.depends_context("uid")
    def _compute_exposure_consolidated(self):
        files = self.sudo().search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.env.user.company_ids.root_id.ids),
            ]
        )
        owed = files.grouped("partner_id")
        days = {
            company: accounts[:1]._credit_today()
            for company, accounts in self.grouped("company_id").items()
        }
        for account in self:
            account.exposure_consolidated = sum(
                file.currency_id._convert(
                    file.exposure,
                    account.currency_id,
                    account.company_id,
                    days[account.company_id],
                )
                for file in owed.get(account.partner_id, ())
            )
