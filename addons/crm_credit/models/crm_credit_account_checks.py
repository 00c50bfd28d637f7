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

    def _group_facts(self, counted):
        """What a check takes from the group of each file that has a group limit."""
        found = {}
        figures = self._group_figures()
        heads = self.browse({group.head_account_id for group in figures.values()})
        for account in self.filtered(lambda account: account.id in figures):
            group = figures[account.id]
            head = heads.browse(group.head_account_id)
            found[account.id] = {
                "group": head.id,
                "group_rate": account._rate_to(head),
                "group_limit": head._convert_to(account, group.limit),
                "group_exposure": head._convert_to(account, group.exposure)
                - sum(
                    self.browse(id_)._convert_to(account, amount)
                    for id_, amount in counted.items()
                    if id_ in figures and figures[id_].head_account_id == head.id
                ),
            }
        return found

    def _rate_to(self, account):
        return self.currency_id._get_conversion_rate(
            self.currency_id,
            account.currency_id,
            account.company_id,
            account._credit_today(),
        )

    def _convert_to(self, account, amount):
        """An amount of this file in the currency of another one, today."""
        if not amount or self.currency_id == account.currency_id:
            return amount
        return self.currency_id._convert(
            amount, account.currency_id, account.company_id, account._credit_today()
        )

    def _days_late(self):
        """Average days late of the invoices paid in the last year, by file id.

        Weighted by amount.
        """
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
