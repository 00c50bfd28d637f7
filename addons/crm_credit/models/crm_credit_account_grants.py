from odoo import models
from odoo.fields import Domain


class CrmCreditAccount(models.Model):
    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    def _grants_today(self):
        """{file id: (limit, draft lines)} in company currency; a limit of None is no
        limit at all. Drafts that have ended are left out.
        """
        figures = self._limit_figures()
        drafts = self._draft_amounts()
        return {
            account.id: (
                None
                if account.limit_type == "unlimited"
                else account._in_company_currency(
                    figures[account.id].limit, account.currency_id
                ),
                drafts.get(account.id, 0.0),
            )
            for account in self
        }

    def _draft_amounts(self):
        today = self.company_id._credit_days()
        groups = (
            self.env["crm.credit.line"]
            .sudo()
            ._read_group(
                Domain("account_id", "in", self.ids)
                & Domain("approval_state", "=", "draft"),
                ["account_id", "currency_id", "date_to:day"],
                ["amount:sum"],
            )
        )
        amounts = {}
        for account, currency, date_to, amount in groups:
            if not date_to or date_to >= today[account.company_id]:
                amounts[account.id] = amounts.get(
                    account.id, 0.0
                ) + account._in_company_currency(amount, currency)
        return amounts

    def _in_company_currency(self, amount, currency):
        company = self.company_id
        if not amount or currency == company.currency_id:
            return amount
        return currency._convert(
            amount, company.currency_id, company, self._credit_today()
        )
