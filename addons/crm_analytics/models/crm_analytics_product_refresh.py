import logging

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.date_utils import end_of

from odoo.addons.crm_relationship.exceptions import PassBusyError
from odoo.addons.crm_relationship.models.crm_pass_mixin import PassJob

from .crm_analytics_product_source import COMPANIES, lines_sql, month_sql

REFRESH, REBUILD = CODES = ("analytics_product", "analytics_product_rebuild")
SIZE = 6  # months of a company in a statement
KEY = SQL("company_id, month, product_id, country_id, state_id")
# Rows of a month and company that are about the same.
SAME = [
    SQL("COALESCE(old.%(name)s, 0) = COALESCE(fact.%(name)s, 0)", name=name)
    for name in map(SQL.identifier, ("product_id", "country_id", "state_id"))
]
COLUMNS = ("quantity", "revenue", "refunds", "margin", "line_count", "customer_count")

_logger = logging.getLogger(__name__)


class CrmAnalyticsProductMonth(models.Model):
    """How the figures by product follow the invoices.

    The refresh of the customer days finds out which days to compute again, and queues
    their months here even where the customer's day stays the same: a line may have got
    another product. A customer that moves to another region queues its months, too.
    """

    _name = "crm.analytics.product.month"
    _inherit = ["crm.analytics.product.month", "crm.pass.mixin"]

    # -- what is out of date -----------------------------------------------------------

    @api.model
    def _touch_sql(self, days):
        """Queue the months of the `company_id` and `day` that a query selects."""
        return SQL(
            """INSERT INTO crm_analytics_product_touch (company_id, month)
            SELECT DISTINCT company_id, %s FROM (%s) touched""",
            month_sql(SQL("day")),
            days,
        )

    @api.model
    def _touch_customers(self, partner_ids):
        """Queue all months of these commercial entities."""
        days = SQL(
            "SELECT company_id, day FROM crm_customer_day WHERE partner_id = ANY(%s)",
            list(partner_ids),
        )
        self.env.cr.execute(self._touch_sql(days))

    @api.model
    def _touch_all(self):
        self.env.cr.execute(
            self._touch_sql(
                SQL(
                    """SELECT company_id, day FROM crm_customer_day
                    UNION SELECT company_id, month FROM crm_analytics_product_month"""
                )
            )
        )

    # -- the jobs ----------------------------------------------------------------------

    @api.model
    @api.private
    def refresh(self):
        """Compute the months again that may have changed; write what differs."""
        name = self.env._("Sales by product: refresh")
        return self._run_pass(self._months_job(REFRESH, name, self._restart))

    @api.model
    @api.private
    def rebuild(self):
        """Compute all months again; the rows are those that a refresh gives."""
        return self._run_pass(self._rebuild_job())

    @api.model
    def _queue_rebuild(self):
        """Have the scheduled job compute all months."""
        self.env["crm.pass"].sudo()._queue(self._rebuild_job(), restart=True)

    @api.model
    def _cron_refresh(self):
        if self.env["crm.customer.day"]._is_rebuilding():
            return  # whose end triggers this job
        passes = self.env["crm.pass"].sudo()
        never = not passes.search_count([("code", "in", CODES)], limit=1)
        try:
            if never or passes._unfinished(REBUILD):
                self.rebuild()
            else:
                self.refresh()
        except PassBusyError as busy:
            _logger.info("%s", busy)

    def _rebuild_job(self):
        name = self.env._("Sales by product: rebuild")
        return self._months_job(REBUILD, name, self._restart_all)

    def _months_job(self, code, name, begin):
        return PassJob(
            code=code,
            name=name,
            lock=self._name,
            size=SIZE,
            begin=begin,
            ids=self._touched_ids,
            total=self._touched_total,
            batch=self._refresh_batch,
            finish=self._refreshed,
            model="crm.analytics.product.touch",
        )

    def _restart(self, run):
        # what is done has left the queue
        run.position = 0
        self.env.flush_all()

    def _restart_all(self, run):
        if not run.processed:
            self._touch_all()
        self._restart(run)

    def _refreshed(self, run):
        self.invalidate_model()
        if run.code == REBUILD:
            self.env.cr.execute(SQL("ANALYZE crm_analytics_product_month"))

    def _touched_ids(self, position, size):
        """The first row of each month that is in the queue."""
        rows = self.env.execute_query(
            SQL(
                """SELECT MIN(id) FROM crm_analytics_product_touch
                GROUP BY company_id, month HAVING MIN(id) > %s ORDER BY 1 LIMIT %s""",
                position,
                size,
            )
        )
        return [id_ for (id_,) in rows]

    def _touched_total(self):
        query = """SELECT COUNT(*) FROM (
            SELECT FROM crm_analytics_product_touch GROUP BY company_id, month
        ) months"""
        return self.env.execute_query(SQL(query))[0][0]

    # -- one batch ---------------------------------------------------------------------

    def _refresh_batch(self, ids):
        """Take these months from the queue and make their rows right."""
        self.env.flush_all()
        keys = self.env.execute_query(
            SQL(
                """SELECT DISTINCT company_id, month FROM crm_analytics_product_touch
                WHERE id = ANY(%s) ORDER BY 1, 2""",
                list(ids),
            )
        )
        if not keys:
            return 0
        with self._planned_for(work_mem="128MB"):
            rows = self.env.execute_query(self._compute_sql(keys))[0][0]
        self.invalidate_model()
        return rows

    def _compute_sql(self, keys):
        """Make the rows of these companies' months equal to the invoices."""
        companies, months = zip(*keys, strict=True)
        return SQL(
            """WITH %(companies)s, slice (company_id, month) AS MATERIALIZED (
                SELECT * FROM UNNEST(%(company_ids)s::int[], %(months)s::date[])
            ), taken AS (
                DELETE FROM crm_analytics_product_touch touch USING slice
                WHERE touch.company_id = slice.company_id AND touch.month = slice.month
            ), fact AS MATERIALIZED (%(facts)s
            ), old AS MATERIALIZED (
                SELECT mart.* FROM crm_analytics_product_month mart
                JOIN slice USING (company_id, month)
            ), kept AS MATERIALIZED (
                SELECT old.id, fact.*, (%(old)s) IS DISTINCT FROM (%(new)s) AS wrong
                FROM fact LEFT JOIN old ON old.company_id = fact.company_id
                AND old.month = fact.month AND %(same)s
            ), gone AS (
                DELETE FROM crm_analytics_product_month mart USING (
                    SELECT id FROM old EXCEPT SELECT id FROM kept) surplus
                WHERE mart.id = surplus.id RETURNING 1
            ), put AS (
                INSERT INTO crm_analytics_product_month (%(key)s, %(names)s)
                SELECT %(key)s, %(names)s FROM kept WHERE wrong OR id IS NULL
                ON CONFLICT (%(key)s) DO UPDATE SET %(update)s RETURNING 1
            )
            SELECT (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)""",
            companies=COMPANIES,
            company_ids=list(companies),
            months=list(months),
            facts=self._facts_sql(sorted(set(months))),
            old=self._columns_sql("old.%(name)s"),
            new=self._columns_sql("fact.%(name)s"),
            same=SQL(" AND ").join(SAME),
            key=KEY,
            names=self._columns_sql("%(name)s"),
            update=self._columns_sql("%(name)s = EXCLUDED.%(name)s"),
        )

    def _facts_sql(self, months):
        """The rows that the invoices of the months in `slice` make."""

        def within(company, _partner, day):
            return SQL(
                "(%s, %s) IN (SELECT company_id, month FROM slice)",
                company,
                month_sql(day),
            )

        return SQL(
            """SELECT %(key)s, ROUND(SUM(quantity), 6) AS quantity,
                SUM(revenue) AS revenue, SUM(refunds) AS refunds,
                SUM(margin) AS margin, COUNT(*) AS line_count,
                COUNT(DISTINCT partner_id) FILTER (WHERE sold) AS customer_count
            FROM (%(lines)s) sold_line GROUP BY %(key)s""",
            key=KEY,
            lines=lines_sql(
                self._source(),
                within,
                [(month, end_of(month, "month")) for month in months],
            ),
        )

    @api.model
    def _source(self):
        return self.env["crm.customer.day"]._day_sources()["invoice_lines"]

    def _columns_sql(self, template):
        return SQL(", ").join(
            SQL(template, name=SQL.identifier(name)) for name in COLUMNS
        )
