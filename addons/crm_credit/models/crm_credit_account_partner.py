import json

from odoo import api, models
from odoo.tools import SQL


class CrmCreditAccount(models.Model):
    """Odoo's own limit of the customer follows the credit file."""

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    def _settle_pending(self):
        # now, since a flush within notes the files of new customers once more
        self.env["res.partner"].flush_model(["credit_limit", "commercial_partner_id"])
        return super()._settle_pending()

    def _sum_up(self, ids):
        result = super()._sum_up(ids)
        self.browse(ids)._sync_partner_limits()
        return result

    def _sync_partner_limits(self):
        """Write each limit to its customer and contacts, in the company's currency.

        Always a value of its own, never the company's default: that may change later.
        """
        accounts = self.sudo().filtered("active")
        if not accounts:
            return
        limits = accounts._partner_limits()
        keys = accounts._company_keys()
        values = [
            json.dumps(dict.fromkeys(keys[account.company_id], limits[account.id]))
            for account in accounts
        ]
        partners = self.env["res.partner"].sudo()
        partners.flush_model(["credit_limit", "commercial_partner_id"])
        rows = self.env.execute_query(
            self._sql_sync_partners(
                [account.partner_id.id for account in accounts], values
            )
        )
        partners.browse(id_ for (id_,) in rows).invalidate_recordset(
            ["credit_limit"], flush=False
        )

    def _partner_limits(self):
        """Give {account id: limit in company currency}; 0 is Odoo's word for none."""
        rate = self.env["res.currency"]._get_conversion_rate
        days = self.company_id._credit_days()
        rates = {
            (currency, company): rate(
                currency, company.currency_id, company, days[company]
            )
            for company, accounts in self.grouped("company_id").items()
            for currency in accounts.currency_id
        }
        return {
            account.id: account.company_id.currency_id.round(
                account.credit_limit * rates[account.currency_id, account.company_id]
            )
            if account.limit_type == "lines"
            else 0.0
            for account in self
        }

    def _company_keys(self):
        """Give {company: the ids of it and its branches}, as the column has them."""
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        branches = companies.search([("id", "child_of", self.company_id.ids)])
        return {
            company: [str(branch.id) for branch in group]
            for company, group in branches.grouped("root_id").items()
        }

    @api.model
    def _sql_sync_partners(self, partner_ids, values):
        return SQL(
            """WITH limits AS (
                SELECT partner_id, value::jsonb AS value
                FROM UNNEST(%s::int[], %s::text[]) AS row (partner_id, value)
            )
            UPDATE res_partner partner
            SET credit_limit = COALESCE(partner.credit_limit, '{}') || limits.value
            FROM limits
            WHERE partner.commercial_partner_id = limits.partner_id
            AND NOT COALESCE(partner.credit_limit, '{}') @> limits.value
            RETURNING partner.id""",
            partner_ids,
            values,
        )
