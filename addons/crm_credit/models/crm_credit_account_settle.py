import logging
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.tools import SQL

from . import crm_credit_exposure_query as query
from .crm_credit_account_figures import COMPONENTS, FIGURES

_logger = logging.getLogger(__name__)

PENDING = "crm_credit.pending"
SETTLING = "crm_credit.settling"
KINDS = (
    "account",  # everything about these files
    "currency",  # files with documents in these currencies
    "limit",  # the limits of these files
    "move",
    "move_line",
    "order",
    "order_line",
    "stock_move",
)
# Columns of an exposure row that, when all are the same, make it the same row.
COLUMNS = (
    "account_id",
    "component",
    "order_id",
    "move_id",
    "move_line_id",
    "date",
    "date_due",
    "counts_from",
    "counts_until",
    "currency_id",
    "amount_currency",
    "amount_company",
    "amount",
)
# Which exposure rows count into a figure today.
COUNTS = {
    "exposure_receivable_not_due": SQL(
        """component = 'receivable'
        AND (date_due IS NULL OR date_due >= company.today)"""
    ),
    "exposure_receivable_due": SQL(
        "component = 'receivable' AND date_due < company.today"
    ),
    "exposure_unallocated": SQL("component = 'unallocated'"),
    "exposure_draft_invoice": SQL("component = 'draft_invoice'"),
    "exposure_delivered": SQL("component = 'delivered'"),
    "exposure_ordered": SQL(
        """component = 'ordered'
        AND (counts_from IS NULL OR counts_from <= company.today)"""
    ),
    "exposure_quotation": SQL(
        """component = 'quotation'
        AND (counts_until IS NULL OR counts_until >= company.today)"""
    ),
    "exposure_uncleared": SQL("component = 'uncleared'"),
}


class Changed(NamedTuple):
    """A file whose figures were written."""

    id: int
    improved: bool  # it owes less, or may owe more
    due: bool  # its receivables changed
    stale: bool  # its figures are not of today


class CrmCreditAccount(models.Model):
    """How the figures follow the documents.

    Changes are noted (`_touch`) and settled once: at the end of the transaction, when a
    figure is read, or under the lock before a decision. Only the changed documents are
    read again; the difference goes to the file, whatever number of documents it has.
    The UPDATE of the file makes a parallel transaction fail that knew older figures,
    and Odoo runs it again: under REPEATABLE READ no other way holds.
    """

    _inherit = "crm.credit.account"

    @api.model
    def _touch(self, kind, ids):
        """Note changed rows. See `KINDS`."""
        if not ids:
            return
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = {kind: set() for kind in KINDS}
            precommit.add(self.sudo()._settle)
        precommit.data[PENDING][kind].update(ids)

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

    @api.model
    def _settle(self):
        """Bring the stored figures up to date with what this transaction changed."""
        data = self.env.cr.precommit.data
        if SETTLING in data or not (PENDING in data or self._sources_changed()):
            return
        data[SETTLING] = True
        try:
            self.sudo()._settle_pending()
        finally:
            data.pop(SETTLING, None)

    def _lock_figures(self):
        """Take the files for a decision, in id order; their figures hold until commit.

        :raise psycopg2.errors.SerializationFailure: somebody else decided meanwhile;
            Odoo runs the request again
        """
        ids = sorted(self.ids)
        if not ids:
            return
        self.env.cr.execute(
            SQL(
                """SELECT id FROM crm_credit_account WHERE id = ANY(%s)
                ORDER BY id FOR NO KEY UPDATE""",
                ids,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE crm_credit_account SET version = COALESCE(version, 0) + 1 "
                "WHERE id = ANY(%s)",
                ids,
            )
        )
        self._settle()
        self.sudo()._refresh_stale(ids)

    def _refresh_figures(self):
        """Read all documents of these files again."""
        self._touch("account", self.ids)
        self._settle()

    def _limit_figures(self):
        """`{account id: LimitFigures(limit, covered)}` as of today."""
        return {}

    def _after_figures_improved(self):
        """Called for files that owe less, or may owe more, than before."""

    @api.model
    @tools.ormcache()
    def _watched(self):
        return {
            name: frozenset(self.env[name]._credit_source_fields())
            for name, model in self.env.registry.items()
            if not model._abstract and hasattr(model, "_credit_source_fields")
        }

    @api.model
    def _sources_changed(self):
        watched = self._watched()
        transaction = self.env.transaction
        return any(
            ids and field.name in watched.get(field.model_name, ())
            for changes in (transaction.field_dirty, transaction.tocompute)
            for field, ids in changes.items()
        )

    def _settle_pending(self):
        for _attempt in range(5):
            for model, names in self._watched().items():
                self.env[model].flush_model(names)
            if not self._sources_changed():
                break
        self.env["res.company"].flush_model()
        self.flush_model()
        pending = self.env.cr.precommit.data.pop(PENDING, None)
        if pending and self._any_file():
            self._settle_documents(pending)
            self._settle_files(pending)

    def _any_file(self):
        rows = self.env.execute_query(SQL("SELECT 1 FROM crm_credit_account LIMIT 1"))
        return bool(rows)

    def _settle_documents(self, pending):
        orders, moves = self._touched_documents(pending)
        scope = query.Scope.documents(orders, moves)
        if orders:
            known = SQL("order_id = ANY(%s)", orders)
            self._refresh(scope, known, query.ORDER_SOURCES)
        if moves:
            known = SQL("move_id = ANY(%s)", moves)
            self._refresh(scope, known, query.MOVE_SOURCES)

    def _touched_documents(self, pending):
        """Ids of the orders and of the journal entries that the rows belong to."""
        ids = {kind: list(rows) for kind, rows in pending.items()}
        if not any(ids[kind] for kind in KINDS[3:]):
            return [], []
        (row,) = self.env.execute_query(
            SQL(
                """WITH item AS (
                    SELECT id, move_id FROM account_move_line
                    WHERE id = ANY(%(move_line)s) OR move_id = ANY(%(move)s)
                ), line AS (
                    SELECT order_id FROM sale_order_line WHERE id = ANY(%(order_line)s)
                    UNION SELECT line.order_id FROM item
                        JOIN sale_order_line_invoice_rel rel
                            ON rel.invoice_line_id = item.id
                        JOIN sale_order_line line ON line.id = rel.order_line_id
                    UNION SELECT line.order_id FROM stock_move move
                        JOIN sale_order_line line ON line.id = move.sale_line_id
                        WHERE move.id = ANY(%(stock_move)s)
                    UNION SELECT UNNEST(%(order)s::int[])
                )
                SELECT ARRAY(SELECT order_id FROM line),
                    ARRAY(SELECT move_id FROM item UNION SELECT UNNEST(%(move)s::int[]))
                """,
                **ids,
            )
        )
        return row

    def _settle_files(self, pending):
        """What concerns whole files: all their documents, their rates, their limits."""
        ids = list(pending["account"])
        if ids:
            self._refresh_all(ids)
        foreign = self._files_in_currencies(list(pending["currency"]))
        self._sum_up({*ids, *pending["limit"], *foreign})

    def _refresh_all(self, ids):
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
        sources = query.ORDER_SOURCES + query.MOVE_SOURCES
        self._refresh(query.Scope.debtors(partners), known, sources)

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
        """Put right the rows of some documents; add the difference to their files."""
        rows = self.env.execute_query(
            SQL(
                """WITH %(ctes)s, fresh AS MATERIALIZED (%(fresh)s),
                known AS MATERIALIZED (
                    SELECT * FROM crm_credit_exposure WHERE %(known)s
                ), gone AS (
                    DELETE FROM crm_credit_exposure row USING known
                    WHERE row.id = known.id AND NOT EXISTS (
                        SELECT FROM fresh WHERE %(same)s)
                    RETURNING %(gone)s
                ), added AS (
                    INSERT INTO crm_credit_exposure (%(columns)s)
                    SELECT %(columns)s FROM fresh WHERE NOT EXISTS (
                        SELECT FROM known WHERE %(same)s)
                    RETURNING %(columns)s
                ), change AS (
                    SELECT change.account_id, company.today,
                        BOOL_OR(component = 'receivable') AS due, %(figures)s
                    FROM (SELECT *, 1 AS sign FROM added
                        UNION ALL SELECT *, -1 FROM gone) change
                    JOIN crm_credit_account account ON account.id = change.account_id
                    JOIN company ON company.id = account.company_id
                    GROUP BY change.account_id, company.today
                )
                %(update)s""",
                ctes=query.ctes(fields.Datetime.now()),
                fresh=query.exposure(scope, self._wanted(sources)),
                known=known,
                same=self._sql_same(),
                gone=self._sql_columns("row"),
                columns=self._sql_columns(),
                figures=self._sql_figures(SQL("sign * amount")),
                update=self._sql_update(
                    SQL(
                        "change JOIN crm_credit_account prior ON prior.id = account_id"
                    ),
                    {
                        name: SQL(
                            "COALESCE(prior.%s, 0) + change.%s",
                            SQL.identifier(name),
                            SQL.identifier(name),
                        )
                        for name in COMPONENTS
                    },
                    SQL("prior.figures_date"),
                    SQL("change.due"),
                    SQL("change.today"),
                ),
            )
        )
        self._figures_changed(rows)
        self._sum_up({row.id for row in map(Changed._make, rows) if row.stale})

    def _refresh_stale(self, ids):
        """Due dates, rates and lines moved with the calendar since the last look."""
        if not ids:
            return
        rows = self.env.execute_query(
            SQL(
                """WITH %s SELECT account.id FROM crm_credit_account account
                JOIN company ON company.id = account.company_id
                WHERE account.id = ANY(%s)
                AND account.figures_date IS DISTINCT FROM company.today""",
                query.company_cte(fields.Datetime.now()),
                list(ids),
            )
        )
        self._sum_up({id_ for (id_,) in rows})

    def _sum_up(self, ids):
        """Limit, rates, due dates and sums of these files, from their rows."""
        ids = sorted(ids)
        if not ids:
            return
        self._convert_rows(ids)
        limits = self.browse(ids)._limit_figures()
        rows = self.env.execute_query(
            SQL(
                """WITH %(company)s, granted AS (
                    SELECT * FROM UNNEST(%(ids)s::int[], %(limits)s::numeric[],
                        %(covers)s::numeric[]) granted (account_id, amount, cover)
                ), total AS (
                    SELECT account.id AS account_id, %(figures)s
                    FROM crm_credit_account account
                    JOIN company ON company.id = account.company_id
                    LEFT JOIN crm_credit_exposure ON account_id = account.id
                    WHERE account.id = ANY(%(ids)s) GROUP BY account.id
                )
                %(update)s""",
                company=query.company_cte(fields.Datetime.now()),
                ids=ids,
                limits=[str(getattr(limits.get(id_), "limit", 0)) for id_ in ids],
                covers=[str(getattr(limits.get(id_), "covered", 0)) for id_ in ids],
                figures=self._sql_figures(SQL("amount")),
                update=self._sql_update(
                    SQL(
                        """total
                        JOIN crm_credit_account prior ON prior.id = total.account_id
                        JOIN granted ON granted.account_id = prior.id
                        JOIN company ON company.id = prior.company_id"""
                    ),
                    {name: SQL("total.%s", SQL.identifier(name)) for name in COMPONENTS}
                    | {
                        "credit_limit": SQL("granted.amount"),
                        "cover_amount": SQL("granted.cover"),
                    },
                    SQL("company.today"),
                    SQL("TRUE"),
                    SQL("company.today"),
                ),
            )
        )
        self._figures_changed(rows)

    def _convert_rows(self, ids):
        """Today's rates on the rows in foreign currency."""
        booked = SQL("('receivable', 'unallocated', 'uncleared')")
        amount_company = SQL(
            "CASE WHEN row.component IN %s THEN row.amount_company ELSE %s END",
            booked,
            query.converted(
                SQL("row.amount_currency"),
                SQL("row.currency_id"),
                SQL("company.currency_id"),
                SQL("company.rounding"),
            ),
        )
        amount = query.converted(
            SQL("booked.amount"),
            SQL("company.currency_id"),
            SQL("account.currency_id"),
            SQL("cur.rounding::numeric"),
        )
        self.env.cr.execute(
            SQL(
                """WITH %(ctes)s, fresh AS (
                    SELECT row.id, booked.amount AS amount_company, %(amount)s AS amount
                    FROM crm_credit_account account
                    JOIN company ON company.id = account.company_id
                    JOIN res_currency cur ON cur.id = account.currency_id
                    JOIN crm_credit_exposure row ON row.account_id = account.id
                    CROSS JOIN LATERAL (SELECT %(amount_company)s AS amount) booked
                    WHERE account.id = ANY(%(ids)s) AND (
                        row.currency_id <> company.currency_id
                        OR account.currency_id <> company.currency_id)
                )
                UPDATE crm_credit_exposure row
                SET amount_company = fresh.amount_company, amount = fresh.amount
                FROM fresh WHERE fresh.id = row.id
                AND (row.amount_company, row.amount)
                    IS DISTINCT FROM (fresh.amount_company, fresh.amount)""",
                ctes=query.ctes(fields.Datetime.now()),
                amount=amount,
                amount_company=amount_company,
                ids=ids,
            )
        )

    def _figures_changed(self, rows):
        """Tell the cache, and whoever waits for better figures."""
        if not rows:
            return
        changes = [Changed._make(row) for row in rows]
        accounts = self.browse(change.id for change in changes)
        self._find_oldest([change.id for change in changes if change.due])
        accounts.modified(FIGURES)
        accounts.invalidate_recordset(FIGURES, flush=False)
        self.env["crm.credit.exposure"].invalidate_model(flush=False)
        improved = self.browse(change.id for change in changes if change.improved)
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

    @staticmethod
    def _sql_columns(alias=None):
        names = [
            SQL.identifier(alias, name) if alias else SQL.identifier(name)
            for name in COLUMNS
        ]
        return SQL(", ").join(names)

    @staticmethod
    def _sql_same():
        """`fresh` and `known` are the same row. The first two let PostgreSQL hash."""
        key = "COALESCE(%s.move_line_id, %s.move_id, %s.order_id)"
        sides = [SQL(key.replace("%s", alias)) for alias in ("fresh", "known")]
        return SQL(
            """%s = %s AND fresh.component = known.component
            AND (%s) IS NOT DISTINCT FROM (%s)""",
            *sides,
            SQL(", ").join(SQL.identifier("fresh", name) for name in COLUMNS),
            SQL(", ").join(SQL.identifier("known", name) for name in COLUMNS),
        )

    @staticmethod
    def _sql_figures(amount):
        return SQL(", ").join(
            SQL(
                "COALESCE(SUM(%s) FILTER (WHERE %s), 0) AS %s",
                amount,
                counts,
                SQL.identifier(name),
            )
            for name, counts in COUNTS.items()
        )

    @staticmethod
    def _sql_update(tables, values, day, due, today):
        """UPDATE of the files with new components and what follows from them.

        Returns a row of `Changed` for each file.
        """
        limits = {
            name: values.get(name, SQL("COALESCE(prior.%s, 0)", SQL.identifier(name)))
            for name in ("credit_limit", "cover_amount")
        }
        components = {name: values[name] for name in COMPONENTS}
        changed = SQL(
            ", ".join(f"{name} = next.{name}" for name in (*COMPONENTS, *limits))
        )
        return SQL(
            """UPDATE crm_credit_account account SET %(changed)s,
                version = COALESCE(account.version, 0) + 1, figures_date = next.day,
                exposure = next.exposure,
                exposure_covered = LEAST(next.cover_amount, GREATEST(next.exposure, 0)),
                exposure_net = next.exposure
                    - LEAST(next.cover_amount, GREATEST(next.exposure, 0)),
                available = CASE WHEN next.limit_type = 'unlimited' THEN 0
                    ELSE next.credit_limit - next.exposure END,
                utilisation = CASE WHEN next.limit_type = 'unlimited' THEN 0
                    WHEN next.credit_limit > 0
                        THEN ROUND(next.exposure / next.credit_limit, 4)
                    WHEN next.exposure > 0 THEN 9.99 ELSE 0 END
            FROM (
                SELECT part.*, %(sum)s AS exposure FROM (
                    SELECT prior.id, prior.limit_type, %(day)s AS day,
                        %(due)s AS due, %(today)s AS today,
                        prior.exposure AS old_exposure, prior.credit_limit AS old_limit,
                        prior.exposure_receivable_due AS old_due, %(values)s
                    FROM %(tables)s
                ) part
            ) next WHERE next.id = account.id
            RETURNING account.id, next.exposure < COALESCE(next.old_exposure, 0)
                OR next.credit_limit > COALESCE(next.old_limit, 0)
                OR next.exposure_receivable_due < COALESCE(next.old_due, 0),
                next.due, next.day IS DISTINCT FROM next.today""",
            changed=changed,
            sum=SQL(" + ".join(f"part.{name}" for name in COMPONENTS)),
            day=day,
            due=due,
            today=today,
            values=SQL(", ").join(
                SQL("%s AS %s", value, SQL.identifier(name))
                for name, value in (components | limits).items()
            ),
            tables=tables,
        )
