from odoo import api, fields, models
from odoo.tools import SQL, split_every

from . import crm_credit_exposure_query as query
from . import crm_credit_figures_query as figures
from . import crm_credit_settle_function as function
from .crm_credit_account_figures import FIGURES

BATCH = 5000  # files that are settled at once


class CrmCreditAccount(models.Model):
    """How the figures follow the documents.

    They are settled under the lock before a decision, too. Only changed documents are
    read again; the difference goes to the file, whatever number of documents it has.
    The UPDATE of the file makes a parallel transaction fail that knew older figures,
    and Odoo runs it again: under REPEATABLE READ no other way holds.
    """

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    def init(self):
        result = super().init()
        self.env.cr.execute(function.drop())
        self.env.cr.execute(function.create())
        return result

    @api.model
    def _touch_entities(self, partners):
        """Note everything about the legal entities of these partners, as stored now."""
        if not partners.ids:
            return
        rows = self.env.execute_query(
            SQL(
                """SELECT account.id FROM crm_credit_account account
                JOIN res_partner partner
                    ON partner.commercial_partner_id = account.partner_id
                WHERE partner.id = ANY(%s)""",
                partners.ids,
            )
        )
        self._touch("account", [id_ for (id_,) in rows])

    def _mark_limit_changed(self):
        self._touch("limit", self.ids)

    def _lock_figures(self):
        """Take the files for a decision, in id order; their figures hold until commit.

        :raise psycopg2.errors.SerializationFailure: somebody else decided meanwhile;
            Odoo runs the request again
        """
        ids = sorted(self.ids)
        if not ids:
            return
        if len(ids) > 1:
            self.env.cr.execute(
                SQL(
                    """SELECT id FROM crm_credit_account WHERE id = ANY(%s)
                    ORDER BY id FOR NO KEY UPDATE""",
                    ids,
                )
            )
        rows = self.env.execute_query(
            SQL(
                """UPDATE crm_credit_account SET version = COALESCE(version, 0) + 1
                WHERE id = ANY(%s) RETURNING id, company_id, figures_date""",
                ids,
            )
        )
        self._settle()
        self.sudo()._refresh_stale(rows)

    def _refresh_figures(self):
        """Read all documents of these files again."""
        self._touch("account", self.ids)
        self._settle()

    def _limit_figures(self):
        """`{account id: LimitFigures(limit, covered)}` as of today."""
        return {}

    def _after_figures_improved(self):
        """Called for files that owe less, or may owe more, than before."""

    def _flush_sources(self):
        result = super()._flush_sources()
        self.env["res.company"].flush_model()
        self.flush_model()
        return result

    def _settle_touched(self, touched):
        self._settle_documents(touched)
        self._settle_files(touched)

    def _any_file(self):
        rows = self.env.execute_query(SQL("SELECT 1 FROM crm_credit_account LIMIT 1"))
        return bool(rows)

    def _settle_documents(self, touched):
        changed = {kind: touched[kind] for kind in function.CHANGED}
        count = sum(map(len, changed.values()))
        if count > function.MOST:
            self._settle_many_documents(changed)
        elif count:
            now = fields.Datetime.now()
            rows = self.env.execute_query(function.call(changed, now))
            self._sum_up(self._refreshed(rows))

    def _settle_many_documents(self, changed):
        if not self._any_file():
            return
        ids = {kind: SQL("%s", list(rows)) for kind, rows in changed.items()}
        ((orders, moves),) = self.env.execute_query(function.touched(ids))
        scope = query.Scope.documents(orders, moves)
        if orders:
            known = SQL("order_id = ANY(%s)", orders)
            self._sum_up(self._refresh(scope, known, query.ORDER_SOURCES))
        if moves:
            known = SQL("move_id = ANY(%s)", moves)
            self._sum_up(self._refresh(scope, known, query.MOVE_SOURCES))

    def _settle_files(self, touched):
        """What concerns whole files: all their documents, their rates, their limits."""
        ids = sorted(touched["account"])
        for batch in split_every(BATCH, ids, list):
            self._refresh_all(batch)
        foreign = self._files_in_currencies(list(touched["currency"]))
        concerned = sorted({*ids, *touched["limit"], *foreign})
        for batch in split_every(BATCH, concerned, list):
            self._sum_up(batch)

    def _refresh_all(self, ids):
        """Read the documents of these files again; their sums are up to the caller."""
        rows = self.env.execute_query(
            SQL(
                """SELECT twin.id, twin.partner_id FROM crm_credit_account twin
                WHERE twin.partner_id IN (
                    SELECT partner_id FROM crm_credit_account WHERE id = ANY(%s))""",
                ids,
            )
        )
        files = [id_ for id_, _partner in rows]
        partners = list({partner for _id, partner in rows})
        known = SQL("account_id = ANY(%s)", files)
        stale = self._refresh(query.Scope.debtors(partners), known, query.SOURCES)
        self._sum_up(stale.difference(ids))

    def _files_in_currencies(self, currency_ids):
        if not currency_ids:
            return ()
        rows = self.env.execute_query(
            SQL(
                """SELECT account.id FROM crm_credit_account account
                JOIN res_company company ON company.id = account.company_id
                WHERE account.currency_id <> company.currency_id
                UNION SELECT account_id FROM crm_credit_exposure
                WHERE currency_id = ANY(%(ids)s)
                UNION SELECT row.account_id FROM crm_credit_exposure row
                JOIN crm_credit_account account ON account.id = row.account_id
                JOIN res_company company ON company.id = account.company_id
                WHERE company.currency_id = ANY(%(ids)s)
                AND row.currency_id <> company.currency_id""",
                ids=currency_ids,
            )
        )
        return [id_ for (id_,) in rows]

    def _wanted(self, sources):
        """Leave out what no company counts: the database need not plan it."""
        companies = self.env["res.company"]
        return [
            source
            for source in sources
            if source not in query.OPTIONAL
            or companies.search_count([(query.OPTIONAL[source], "=", True)], limit=1)
        ]

    def _refresh(self, scope, known, sources):
        """Put right the rows of some documents; add the difference to their files.

        Gives the ids of those whose figures are not of today.
        """
        now = fields.Datetime.now()
        wanted = self._wanted(sources)
        rows = self.env.execute_query(figures.refresh(scope, known, wanted, now))
        return self._refreshed(rows)

    def _refreshed(self, rows):
        self._figures_changed(rows)
        return {row.id for row in map(figures.Changed._make, rows) if row.stale}

    def _refresh_stale(self, rows):
        """Due dates, rates and lines moved with the calendar since the last look.

        :param rows: (file id, company id, day of the figures)
        """
        companies = self.env["res.company"]
        self._sum_up(
            {
                id_
                for id_, company_id, day in rows
                if day != companies._credit_day(company_id)
            }
        )

    def _sum_up(self, ids):
        """Limit, rates, due dates and sums of these files, from their rows."""
        ids = sorted(ids)
        if not ids:
            return
        now = fields.Datetime.now()
        self.env.cr.execute(figures.convert(ids, now))
        limits = self.browse(ids)._limit_figures()
        granted = {
            id_: (limits[id_].limit, limits[id_].covered) if id_ in limits else (0, 0)
            for id_ in ids
        }
        self._figures_changed(self.env.execute_query(figures.sum_up(granted, now)))

    def _figures_changed(self, rows):
        """Tell the cache, and whoever waits for better figures."""
        if not rows:
            return
        changes = [figures.Changed._make(row) for row in rows]
        accounts = self.browse(change.id for change in changes)
        self._find_oldest([change.id for change in changes if change.due])
        accounts.modified(FIGURES)
        accounts.invalidate_recordset(FIGURES, flush=False)
        self.env["crm.credit.exposure"].invalidate_model(flush=False)
        improved = self.browse(change.id for change in changes if change.improved)
        if improved:
            improved._after_figures_improved()

    def _find_oldest(self, ids):
        """Due date of the oldest open receivable; an index knows it."""
        if not ids:
            return
        self.env.cr.execute(
            SQL(
                """UPDATE crm_credit_account account SET oldest_due_date = oldest.day
                FROM (
                    SELECT account.id, (
                        SELECT MIN(date_due) FROM crm_credit_exposure
                        WHERE account_id = account.id AND component = 'receivable'
                    ) AS day FROM crm_credit_account account WHERE account.id = ANY(%s)
                ) oldest
                WHERE oldest.id = account.id
                AND account.oldest_due_date IS DISTINCT FROM oldest.day""",
                ids,
            )
        )
