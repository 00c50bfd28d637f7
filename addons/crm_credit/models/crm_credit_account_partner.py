from odoo import fields, models
from odoo.tools import SQL

from . import crm_credit_exposure_query as query


class CrmCreditAccount(models.Model):
    """Odoo's own limit of the customer follows the credit file."""

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    def _flush_sources(self):
        # now, since a flush within notes the files of new customers once more
        self.env["res.partner"].flush_model(["credit_limit", "commercial_partner_id"])
        return super()._flush_sources()

    def _sum_up(self, ids):
        result = super()._sum_up(ids)
        self.browse(ids)._sync_partner_limits()
        return result

    def _sync_partner_limits(self):
        """Write each limit to its customer and contacts, in the company's currency.

        Always a value of its own, never the company's default: that may change later.
        """
        if not self:
            return
        self.flush_model()
        partners = self.env["res.partner"].sudo()
        partners.flush_model(["credit_limit", "commercial_partner_id"])
        rows = self.env.execute_query(self._sql_sync_partners())
        partners.browse(id_ for (id_,) in rows).invalidate_recordset(
            ["credit_limit"], flush=False
        )

    def _partner_limits(self):
        """Give {account id: limit in company currency}; 0 is Odoo's word for none."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "WITH %s SELECT id, amount::float FROM (%s) limits",
                query.ctes(fields.Datetime.now()),
                self._sql_partner_limits(),
            )
        )
        return dict(rows)

    def _sql_partner_limits(self):
        return SQL(
            """SELECT account.id, account.partner_id, account.company_id,
                CASE WHEN account.limit_type = 'lines' THEN %(limit)s ELSE 0 END
                    AS amount
            FROM crm_credit_account account
            JOIN company ON company.id = account.company_id
            WHERE account.active AND account.id = ANY(%(ids)s)""",
            limit=query.converted(
                SQL("COALESCE(account.credit_limit, 0)"),
                SQL("account.currency_id"),
                SQL("company.currency_id"),
                SQL("company.rounding"),
            ),
            ids=self.ids,
        )

    def _sql_sync_partners(self):
        """A company's branches have the limit of the company."""
        return SQL(
            """WITH %(ctes)s, wanted AS (
                SELECT limits.partner_id, JSONB_OBJECT_AGG(branch.id, amount) AS value
                FROM (%(limits)s) limits
                JOIN company branch ON branch.root_id = limits.company_id
                GROUP BY limits.partner_id
            )
            UPDATE res_partner partner
            SET credit_limit = COALESCE(partner.credit_limit, '{}') || wanted.value
            FROM wanted
            WHERE partner.commercial_partner_id = wanted.partner_id
            AND NOT COALESCE(partner.credit_limit, '{}') @> wanted.value
            RETURNING partner.id""",
            ctes=query.ctes(fields.Datetime.now()),
            limits=self._sql_partner_limits(),
        )
