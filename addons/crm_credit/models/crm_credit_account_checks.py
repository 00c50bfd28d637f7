from odoo import models
from odoo.tools import SQL

JUDGED = {"status", "grade", "next_review_date", "segment_id", "limit_type"}


class CrmCreditAccount(models.Model):
    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        res = super().write(vals)
        if not JUDGED.isdisjoint(vals):
            self.env["crm.credit.hold"]._recheck_soon(self)
        return res

    def _after_figures_improved(self):
        self.env["crm.credit.hold"]._recheck_soon(self)
        return super()._after_figures_improved()

    def _check_facts(self, counted):
        """What a check takes from the file, without the amounts already counted."""
        self.ensure_one()
        today = self._credit_today()
        oldest, review = self.oldest_due_date, self.next_review_date
        return {
            "account": self.id,
            "exposure": self.exposure - counted[self.id],
            "limit": None if self.limit_type == "unlimited" else self.credit_limit,
            "overdue": self.exposure_receivable_due,
            "oldest_overdue": max((today - oldest).days, 0) if oldest else 0,
            "segment": self.segment_id.id or None,
            "grade": self.grade or None,
            "status": self.status,
            "review_overdue": (today - review).days if review else None,
            "digits": self.currency_id.decimal_places,
        }

    def _days_late(self, companies, checkpoint):
        """Average days late of the invoices paid in the last year, by file id.

        Weighted by amount. Asked only where a rule wants to know.
        """
        rules = self.env["crm.credit.rule"]
        wanted = rules.union(*(rules._at(company, checkpoint) for company in companies))
        if "average_days_late" not in wanted.mapped("kind"):
            return {}
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(self._days_late_query())
        return {account_id: float(days) for account_id, days in rows}

    def _days_late_query(self):
        return SQL(
            """
            SELECT account.id,
                SUM((paid.max_date - due.date_maturity) * paid.amount)
                    / SUM(paid.amount)
            FROM crm_credit_account AS account
            JOIN res_partner AS partner
                ON partner.commercial_partner_id = account.partner_id
            JOIN account_move_line AS due
                ON due.partner_id = partner.id AND due.date_maturity IS NOT NULL
            JOIN res_company AS company
                ON company.id = due.company_id
                AND split_part(company.parent_path, '/', 1)::int = account.company_id
            JOIN account_account AS receivable
                ON receivable.id = due.account_id
                AND receivable.account_type = 'asset_receivable'
            JOIN account_partial_reconcile AS paid ON paid.debit_move_id = due.id
            JOIN account_move_line AS payment ON payment.id = paid.credit_move_id
            JOIN account_move AS payment_move ON payment_move.id = payment.move_id
            WHERE account.id IN %s AND paid.max_date > CURRENT_DATE - 365
                AND due.parent_state = 'posted' AND payment_move.move_type = 'entry'
            GROUP BY account.id HAVING SUM(paid.amount) > 0
            """,
            tuple(self.ids),
        )
