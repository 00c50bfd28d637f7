import logging

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_relationship.exceptions import PassBusyError
from odoo.addons.crm_relationship.models.crm_pass_mixin import PassJob

from ..tools import rfm, rhythm
from .crm_analytics_purchase import IS_PURCHASE, ordering_days_sql

SIZE = 5000
EPOCH = SQL("DATE '1970-01-01'")

_logger = logging.getLogger(__name__)


class CrmAnalyticsCustomer(models.Model):
    """How the figures follow the customer days.

    A refresh computes the customers in the queue: those whose days changed, and those
    of whose days one came into or left a window since the figures' last day. Scores
    compare customers, so they are given to all of a company anew.
    """

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer", "crm.pass.mixin"]

    # -- extension points --------------------------------------------------------------

    @api.model
    def _facts(self):
        """`{column: aggregate of the customer days}`, of days until `scope.as_of`.

        `mart` is the customer day, with `first_order`, the day of the customer's first
        one. A window of months must be in `_windows`.
        """
        return {
            "as_of": SQL("scope.as_of"),
            "first_day": self._purchase_sql(SQL("MIN(mart.day)")),
            "last_day": self._purchase_sql(SQL("MAX(mart.day)")),
            "first_order_day": SQL("MIN(mart.first_order)"),
            "recency_days": SQL(
                "scope.as_of - %s", self._purchase_sql(SQL("MAX(mart.day)"))
            ),
            "purchase_days": self._purchase_sql(SQL("COUNT(*)")),
            "order_count": SQL("SUM(mart.order_count)"),
            "order_count_12m": self._window_sql("order_count", 0, 12),
            "revenue": SQL("SUM(mart.revenue)"),
            "revenue_12m": self._window_sql("revenue", 0, 12),
            "revenue_prev_12m": self._window_sql("revenue", 12, 24),
            "margin": SQL("SUM(mart.margin)"),
            "margin_12m": self._window_sql("margin", 0, 12),
            "average_order": SQL(
                """ROUND(CASE WHEN SUM(mart.order_count) > 0
                    THEN SUM(mart.ordered) / SUM(mart.order_count)
                    ELSE (SUM(mart.revenue) + COALESCE(SUM(mart.refunds), 0))
                        / NULLIF(SUM(mart.invoice_count), 0)
                END, scope.decimals)"""
            ),
        }

    @api.model
    def _windows(self):
        """Months before `as_of` where windows of `_facts` begin or end."""
        return {0, 12, 24}

    @api.model
    def _after_refresh(self, company):
        """Called when all figures and scores of a company are up to date."""
        self.env["crm.analytics.segment"]._note_counts(company, self._today(company))

    @api.model
    def _purchase_sql(self, aggregate):
        return SQL("%s FILTER (WHERE %s)", aggregate, IS_PURCHASE)

    @api.model
    def _window_sql(self, name, recent, old):
        """Sum of a column from `old` months ago (not included) until `recent`."""
        return SQL(
            """COALESCE(SUM(%s) FILTER (
                WHERE mart.day > (scope.as_of - INTERVAL '1 month' * %s)::date
                AND mart.day <= (scope.as_of - INTERVAL '1 month' * %s)::date), 0)""",
            SQL.identifier("mart", name),
            old,
            recent,
        )

    # -- the jobs ----------------------------------------------------------------------

    @api.model
    def _touch(self, partner_ids):
        """Have the figures of these commercial entities refreshed."""
        if partner_ids:
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_analytics_customer_touch (partner_id)
                    SELECT UNNEST(%s)""",
                    list(partner_ids),
                )
            )

    @api.model
    @api.private
    def refresh(self):
        """Compute the figures again that may have changed; write what differs."""
        return self._run_pass(self._refresh_job())

    @api.model
    @api.private
    def rebuild(self):
        """Compute all figures again; the rows are those that a refresh gives."""

        def begin(run):
            self._collect(run)
            self._touch_all()

        return self._run_pass(
            self._figures_job(
                "analytics_customer_rebuild",
                self.env._("Customer figures: rebuild"),
                begin,
            )
        )

    @api.model
    def _queue_rebuild(self):
        """Have the scheduled job compute all figures; until then screens say so."""
        self._touch_all()
        self.env["crm.pass"].sudo()._queue(self._refresh_job(), restart=True)

    @api.model
    def _cron_refresh(self):
        if self.env["crm.customer.day"]._is_rebuilding():
            return  # whose end triggers this job
        try:
            self.refresh()
        except PassBusyError as busy:
            _logger.info("%s", busy)

    def _refresh_job(self):
        name = self.env._("Customer figures: refresh")
        return self._figures_job("analytics_customer", name)

    def _figures_job(self, code, name, begin=None):
        return PassJob(
            code=code,
            name=name,
            lock=self._name,
            size=SIZE,
            begin=begin or self._collect,
            ids=self._touched_ids,
            total=self._touched_total,
            batch=self._refresh_batch,
            finish=self._refreshed,
        )

    # -- what is out of date -----------------------------------------------------------

    def _collect(self, run):
        """Queue the customers whose windows moved, and move all rows to today."""
        # what is done has left the queue; what is new may lie before where it stopped
        run.position = 0
        self.env.flush_all()
        self._touch_moved()
        self.env.cr.execute(
            SQL(
                """WITH %s
                UPDATE crm_analytics_customer figures SET as_of = scope.as_of,
                    recency_days = scope.as_of - last_day,
                    overdue_factor = (scope.as_of - last_day) / rhythm_days
                FROM scope WHERE scope.company_id = figures.company_id
                AND figures.as_of IS DISTINCT FROM scope.as_of""",
                self._scope_sql(),
            )
        )
        self.invalidate_model()

    def _touch_moved(self):
        """Queue the customers of whose days one crossed the edge of a window."""
        edges = SQL(" OR ").join(
            SQL(
                """mart.day > (LEAST(moved.before, moved.as_of)
                    - INTERVAL '1 month' * %(months)s)::date
                AND mart.day <= (GREATEST(moved.before, moved.as_of)
                    - INTERVAL '1 month' * %(months)s)::date""",
                months=months,
            )
            for months in sorted(self._windows())
        )
        self.env.cr.execute(
            SQL(
                """WITH %s, moved AS MATERIALIZED (
                    SELECT scope.company_id, scope.as_of,
                        COALESCE(MIN(figures.as_of), DATE '1900-01-01') AS before
                    FROM scope
                    LEFT JOIN crm_analytics_customer figures USING (company_id)
                    GROUP BY scope.company_id, scope.as_of
                )
                INSERT INTO crm_analytics_customer_touch (partner_id)
                SELECT DISTINCT mart.partner_id FROM crm_customer_day mart
                JOIN moved ON moved.company_id = mart.company_id
                WHERE moved.before <> moved.as_of AND (%s)""",
                self._scope_sql(),
                edges,
            )
        )

    def _touch_all(self):
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_analytics_customer_touch (partner_id)
                SELECT partner_id FROM crm_customer_day
                UNION SELECT partner_id FROM crm_analytics_customer"""
            )
        )

    def _scope_sql(self):
        """The day of each company's figures; see `_today`."""
        days = [
            SQL(
                "(%s, %s::date, %s)",
                company.id,
                self._today(company),
                company.currency_id.decimal_places,
            )
            for company in self._companies()
        ]
        return SQL(
            "scope (company_id, as_of, decimals) AS (VALUES %s)", SQL(", ").join(days)
        )

    @api.model
    def _companies(self):
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([])  # pylint: disable=no-search-all

    @api.model
    def _today(self, company):
        """The day of the company's figures: today, in its time zone.

        Or that of the last purchase if it is more than a year ago: of a history that
        has ended, today's view would only say that everybody is gone.
        """
        zoned = self.with_context(tz=company.sudo().partner_id.tz or "UTC")
        today = fields.Date.context_today(zoned)
        self.env["crm.customer.day"].flush_model()
        last = self.env.execute_query(
            SQL(
                """SELECT day FROM crm_customer_day
                WHERE company_id = %s AND day <= %s
                AND (order_count > 0 OR invoice_count > 0)
                ORDER BY day DESC LIMIT 1""",
                company.id or None,
                today,
            )
        )
        ended = last and last[0][0] < fields.Date.subtract(today, years=1)
        return last[0][0] if ended else today

    def _touched_ids(self, position, size):
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner_id FROM crm_analytics_customer_touch
                WHERE partner_id > %s ORDER BY 1 LIMIT %s""",
                position,
                size,
            )
        )
        return [id_ for (id_,) in rows]

    def _touched_total(self):
        query = "SELECT COUNT(DISTINCT partner_id) FROM crm_analytics_customer_touch"
        return self.env.execute_query(SQL(query))[0][0]

    # -- figures of one batch ----------------------------------------------------------

    def _refresh_batch(self, ids):
        """Take these customers from the queue and compute their rows."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH %(scope)s, taken AS (
                    DELETE FROM crm_analytics_customer_touch
                    WHERE partner_id = ANY(%(ids)s)
                ), fact AS MATERIALIZED (%(facts)s), gone AS (
                    DELETE FROM crm_analytics_customer old
                    WHERE old.partner_id = ANY(%(ids)s) AND NOT EXISTS (
                        SELECT FROM fact WHERE fact.partner_id = old.partner_id
                        AND fact.company_id = old.company_id)
                    RETURNING 1
                ), put AS (%(upsert)s RETURNING 1)
                SELECT (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)""",
                scope=self._scope_sql(),
                ids=list(ids),
                facts=self._facts_sql(ids),
                upsert=self._upsert_sql(),
            )
        )
        rows = self.env.cr.fetchone()[0]
        self._refresh_rhythm(ids)
        self.invalidate_model()
        return rows

    def _facts_sql(self, ids):
        """The rows of these customers: of all who ever ordered or were invoiced."""
        return SQL(
            """SELECT mart.partner_id, mart.company_id, %s
            FROM (%s) mart JOIN scope USING (company_id)
            GROUP BY mart.partner_id, mart.company_id, scope.as_of, scope.decimals
            HAVING BOOL_OR(mart.order_count <> 0 OR mart.invoice_count <> 0
                OR mart.revenue <> 0 OR mart.refunds <> 0)""",
            SQL(", ").join(
                SQL("%s AS %s", fact, SQL.identifier(name))
                for name, fact in self._facts().items()
            ),
            self._days_sql(ids),
        )

    def _days_sql(self, ids):
        """These customers' days until the day of the company's figures."""
        return ordering_days_sql(
            SQL(
                """day.partner_id = ANY(%s) AND day.day <= (
                    SELECT scope.as_of FROM scope
                    WHERE scope.company_id = day.company_id)""",
                list(ids),
            )
        )

    def _upsert_sql(self):
        """Write the rows that are new or not right."""
        facts = self._facts()

        def columns(template):
            return SQL(", ").join(
                SQL(template, name=SQL.identifier(name)) for name in facts
            )

        return SQL(
            """INSERT INTO crm_analytics_customer (partner_id, company_id, %(names)s)
            SELECT fact.* FROM fact
            LEFT JOIN crm_analytics_customer old USING (partner_id, company_id)
            WHERE old.id IS NULL OR (%(old)s) IS DISTINCT FROM (%(new)s)
            ON CONFLICT (partner_id, company_id) DO UPDATE SET %(update)s""",
            names=columns("%(name)s"),
            old=columns("old.%(name)s"),
            new=columns("fact.%(name)s"),
            update=columns("%(name)s = EXCLUDED.%(name)s"),
        )

    def _refresh_rhythm(self, ids):
        """When these customers usually buy."""
        rows = self.env.execute_query(
            SQL(
                """WITH %s SELECT figures.id, mart.day - %s
                FROM crm_analytics_customer figures
                JOIN (%s) mart USING (partner_id, company_id)
                WHERE figures.partner_id = ANY(%s) AND %s""",
                self._scope_sql(),
                EPOCH,
                self._days_sql(ids),
                list(ids),
                IS_PURCHASE,
            )
        )
        customers, days = zip(*rows, strict=True) if rows else ((), ())
        found = rhythm.rhythm(customers, days, today=max(days, default=0))
        gaps = dict(zip(found.customers.tolist(), found.gap.tolist(), strict=True))
        self._store_rhythm(ids, {id_: gap for id_, gap in gaps.items() if gap})

    def _store_rhythm(self, ids, gaps):
        """`gaps`: days from purchase to purchase, by row that has a rhythm."""
        self.env.cr.execute(
            SQL(
                """WITH known AS (
                    SELECT figures.id, figures.last_day, figures.recency_days, gap.days
                    FROM crm_analytics_customer figures
                    LEFT JOIN UNNEST(%s::int[], %s::float8[]) AS gap (id, days)
                        ON gap.id = figures.id
                    WHERE figures.partner_id = ANY(%s)
                ), due AS (
                    SELECT id, days, last_day + ROUND(days)::int AS next,
                        recency_days / days AS overdue
                    FROM known
                )
                UPDATE crm_analytics_customer figures SET rhythm_days = due.days,
                    next_purchase_date = due.next, overdue_factor = due.overdue
                FROM due WHERE due.id = figures.id
                AND (rhythm_days, next_purchase_date, overdue_factor)
                    IS DISTINCT FROM (due.days, due.next, due.overdue)""",
                list(gaps),
                list(gaps.values()),
                list(ids),
            )
        )

    # -- figures that compare customers ------------------------------------------------

    def _refreshed(self, run):
        for company in self._companies():
            self._refresh_scores(company)
            self._after_refresh(company)
        self.invalidate_model()

    def _refresh_scores(self, company):
        """Recency, frequency and monetary value among the company's customers."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id, recency_days, purchase_days, revenue::float8
                FROM crm_analytics_customer
                WHERE company_id = %s AND last_day IS NOT NULL ORDER BY id""",
                company.id,
            )
        )
        ids, *columns = zip(*rows, strict=True) if rows else ((), (), (), ())
        scores = rfm.scores(*columns)
        names = [segment.name for segment in rfm.SEGMENTS]
        places = rfm.segments(*scores).tolist()
        self._store(
            ids,
            {
                **dict(
                    zip(
                        ("r_score", "f_score", "m_score"),
                        (score.tolist() for score in scores),
                        strict=True,
                    )
                ),
                "rfm_segment": [names[at] if at >= 0 else None for at in places],
            },
        )
        self._clear_scores(company)

    def _clear_scores(self, company):
        """Who was only refunded never bought."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_analytics_customer SET r_score = NULL, f_score = NULL,
                    m_score = NULL, rfm_segment = NULL
                WHERE company_id = %s AND last_day IS NULL
                AND rfm_segment IS NOT NULL""",
                company.id,
            )
        )

    @api.model
    def _store(self, ids, columns):
        """Write columns of many rows in one statement, where they differ.

        :param ids: of the rows
        :param columns: `{field name: a value for each id}`
        """
        types = {name: self._fields[name].column_type[1] for name in columns}

        def each(template):
            return SQL(", ").join(
                SQL(template, name=SQL.identifier(name)) for name in columns
            )

        self.env.cr.execute(
            SQL(
                """UPDATE crm_analytics_customer figures SET %(set)s
                FROM UNNEST(%(ids)s::int[], %(values)s) AS found (id, %(names)s)
                WHERE found.id = figures.id AND (%(old)s) IS DISTINCT FROM (%(new)s)""",
                set=each("%(name)s = found.%(name)s"),
                ids=list(ids),
                values=SQL(", ").join(
                    SQL("%s::%s[]", list(values), SQL(types[name]))
                    for name, values in columns.items()
                ),
                names=each("%(name)s"),
                old=each("figures.%(name)s"),
                new=each("found.%(name)s"),
            )
        )
        self.invalidate_model(list(columns))
