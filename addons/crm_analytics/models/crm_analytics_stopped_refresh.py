import logging

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_relationship.exceptions import PassBusyError
from odoo.addons.crm_relationship.models.crm_customer_day_source import COMPANIES
from odoo.addons.crm_relationship.models.crm_pass_mixin import PassJob

from ..tools.rhythm import MIN_PURCHASES
from .crm_analytics_purchase import IS_PURCHASE, ordering_days_sql

COLUMNS = (
    "last_day",
    "purchase_days",
    "rhythm_days",
    "overdue_factor",
    "revenue_12m",
    "still_buys",
    "as_of",
)

_logger = logging.getLogger(__name__)


class CrmAnalyticsStopped(models.Model):
    """How the list is made: all customers again, a batch of them at a time.

    A purchase of a product is a day with a confirmed order of it or, before the
    customer's first order, with an invoice of it.
    """

    _name = "crm.analytics.stopped"
    _inherit = ["crm.analytics.stopped", "crm.pass.mixin"]
    _batch_size = 2000  # customers in a statement

    @api.model
    @api.private
    def refresh(self):
        """Make the list right as of today; write what differs."""
        return self._run_pass(
            PassJob(
                code="analytics_stopped",
                name=self.env._("Products no longer bought"),
                lock=self._name,
                size=self._batch_size,
                ids=self._customer_ids,
                total=self._customer_total,
                batch=self._refresh_batch,
            )
        )

    @api.model
    def _cron_refresh(self):
        try:
            self.refresh()
        except PassBusyError as busy:
            _logger.info("%s", busy)

    def _customer_ids(self, position, size):
        """Customers with days, or with rows here that nothing explains any more."""
        part = """(SELECT DISTINCT partner_id FROM %s WHERE partner_id > %s
            ORDER BY 1 LIMIT %s)"""
        days, rows = (
            SQL(part, SQL.identifier(table), position, size)
            for table in ("crm_customer_day", self._table)
        )
        rows = self.env.execute_query(
            SQL("%s UNION %s ORDER BY 1 LIMIT %s", days, rows, size)
        )
        return [id_ for (id_,) in rows]

    def _customer_total(self):
        query = "SELECT COUNT(DISTINCT partner_id) FROM crm_customer_day"
        return self.env.execute_query(SQL(query))[0][0]

    # -- one batch ---------------------------------------------------------------------

    def _refresh_batch(self, ids):
        """Make the rows of these customers right."""
        self.env.flush_all()

        def columns(template):
            return SQL(", ").join(
                SQL(template, name=SQL.identifier(name)) for name in COLUMNS
            )

        query = SQL(
            """WITH %(companies)s, %(scope)s, %(found)s, gone AS (
                DELETE FROM crm_analytics_stopped old
                WHERE old.partner_id = ANY(%(ids)s)
                AND (company_id, partner_id, product_id) NOT IN (
                    SELECT company_id, partner_id, product_id FROM found)
                RETURNING 1
            ), put AS (
                INSERT INTO crm_analytics_stopped AS old
                    (company_id, partner_id, product_id, %(names)s)
                SELECT company_id, partner_id, product_id, %(names)s FROM found
                ON CONFLICT (partner_id, company_id, product_id)
                DO UPDATE SET %(update)s
                WHERE (%(old)s) IS DISTINCT FROM (%(new)s) RETURNING 1
            )
            SELECT (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)""",
            companies=COMPANIES,
            scope=self._scope_sql(),
            found=self._found_sql(ids),
            ids=list(ids),
            names=columns("%(name)s"),
            new=columns("EXCLUDED.%(name)s"),
            old=columns("old.%(name)s"),
            update=columns("%(name)s = EXCLUDED.%(name)s"),
        )
        with self._planned_for(work_mem="128MB"):
            rows = self.env.execute_query(query)[0][0]
        self.invalidate_model()
        return rows

    def _scope_sql(self):
        """Today of each company, and when it gives up waiting."""
        figures = self.env["crm.analytics.customer"]
        companies = [
            SQL(
                "(%s, %s::date, %s::float8)",
                company.id,
                figures._today(company),
                company.crm_stopped_factor,
            )
            for company in figures._companies()
        ]
        return SQL(
            "scope (company_id, as_of, factor) AS (VALUES %s)",
            SQL(", ").join(companies),
        )

    def _found_sql(self, ids):
        """WITH parts: `found`, the rows of these customers.

        Each product's days are aggregated, never joined with themselves: nobody can
        tell the planner how few products are late, and loops over them do not end.
        """
        return SQL(
            """day_entity AS MATERIALIZED (
                SELECT id, commercial_partner_id FROM res_partner
                WHERE commercial_partner_id = ANY(%(ids)s)
            ), habit AS MATERIALIZED (%(habits)s
            ), product_day AS MATERIALIZED (
                SELECT company_id, partner_id, product_id, day,
                    BOOL_OR(bought) AS bought, SUM(revenue) AS revenue,
                    BOOL_OR(still_buys) AS still_buys
                FROM (%(lines)s) line GROUP BY 1, 2, 3, 4
            ), rhythm AS MATERIALIZED (%(rhythms)s
            ), found AS MATERIALIZED (
                SELECT rhythm.*, scope.as_of,
                    (scope.as_of - last_day) / rhythm_days AS overdue_factor
                FROM rhythm JOIN scope USING (company_id)
                JOIN product_product product ON product.id = product_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                WHERE scope.as_of - last_day > scope.factor * rhythm_days
                AND product.active AND template.active AND template.sale_ok
            )""",
            ids=list(ids),
            habits=self._habits_sql(ids),
            lines=self._lines_sql(),
            rhythms=self._rhythms_sql(),
        )

    def _rhythms_sql(self):
        """The rhythm of each product, and what it brought in during its last year."""
        return SQL(
            """SELECT company_id, partner_id, product_id, last_day,
                COUNT(*) FILTER (WHERE bought)::int AS purchase_days,
                PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY gap)
                    FILTER (WHERE bought) AS rhythm_days,
                COALESCE(SUM(revenue) FILTER (
                    WHERE day > last_day - INTERVAL '12 months'
                ), 0) AS revenue_12m,
                BOOL_OR(still_buys) AS still_buys
            FROM (%s) spaced
            GROUP BY company_id, partner_id, product_id, last_day
            HAVING COUNT(*) FILTER (WHERE bought) >= %s""",
            self._spaced_sql(),
            MIN_PURCHASES,
        )

    def _habits_sql(self, ids):
        """When these customers first ordered, and whether they still buy as usual."""
        days = ordering_days_sql(
            SQL(
                """day.partner_id = ANY(%s) AND day.day <= (
                    SELECT scope.as_of FROM scope
                    WHERE scope.company_id = day.company_id)""",
                list(ids),
            )
        )
        return SQL(
            """SELECT company_id, partner_id, first_order,
                (as_of - MAX(day) <= factor
                    * PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY gap)) IS TRUE
                    AS still_buys
            FROM (
                SELECT mart.*, day - LAG(day) OVER (
                    PARTITION BY company_id, partner_id ORDER BY day) AS gap
                FROM (%s) mart WHERE %s
            ) spaced JOIN scope USING (company_id)
            GROUP BY company_id, partner_id, first_order, as_of, factor""",
            days,
            IS_PURCHASE,
        )

    def _lines_sql(self):
        """What they bought, and what it earned. What was free is bought too."""
        sources = self.env["crm.customer.day"]._day_sources()
        invoiced = sources["invoice_lines"]
        bought_invoiced = SQL(
            """line.quantity > 0 AND line.price_unit >= 0
            AND document.move_type <> 'out_refund'
            AND (habit.first_order IS NULL OR %s < habit.first_order)""",
            invoiced.day,
        )
        return SQL(" UNION ALL ").join(
            self._source_sql(*lines)
            for lines in (
                (sources["order_lines"], self._ordered_sql(), SQL("0")),
                (invoiced, bought_invoiced, invoiced.columns["revenue"]),
            )
        )

    def _source_sql(self, source, bought, revenue):
        return SQL(
            """SELECT habit.company_id, habit.partner_id, line.product_id,
                %(day)s AS day, %(bought)s AS bought, %(revenue)s AS revenue,
                habit.still_buys
            FROM %(tables)s
            JOIN day_entity entity ON entity.id = %(partner)s
            JOIN habit ON habit.company_id = %(company)s
                AND habit.partner_id = entity.commercial_partner_id
            JOIN scope ON scope.company_id = habit.company_id
            WHERE %(where)s AND line.product_id IS NOT NULL
            AND %(day)s <= scope.as_of""",
            day=source.day,
            bought=bought,
            revenue=revenue,
            tables=source.tables,
            partner=source.partner,
            company=source.company,
            where=source.where,
        )

    def _spaced_sql(self):
        """The product's days with its last purchase, and days since the one before."""
        return SQL(
            """SELECT *, MAX(day) FILTER (WHERE bought) OVER (
                    PARTITION BY company_id, partner_id, product_id) AS last_day,
                day - LAG(day) OVER (
                    PARTITION BY company_id, partner_id, product_id, bought
                    ORDER BY day) AS gap
            FROM product_day"""
        )

    def _ordered_sql(self):
        """Order lines that are something bought: no charge, reward or discount."""
        names = self.env["sale.order.line"]._fields
        left_out = [
            SQL("%s IS NOT TRUE", SQL.identifier("line", name))
            for name in ("is_expense", "is_delivery")
            if name in names
        ]
        if "reward_id" in names:
            left_out.append(SQL("line.reward_id IS NULL"))
        bought = SQL("line.product_uom_qty > 0 AND line.price_unit >= 0")
        return SQL(" AND ").join([bought, *left_out])
