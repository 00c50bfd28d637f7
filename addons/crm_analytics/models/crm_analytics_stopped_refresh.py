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
                WHERE old.partner_id = ANY(%(ids)s) AND NOT EXISTS (
                    SELECT FROM found WHERE found.partner_id = old.partner_id
                    AND found.company_id = old.company_id
                    AND found.product_id = old.product_id)
                RETURNING 1
            ), put AS (
                INSERT INTO crm_analytics_stopped
                    (company_id, partner_id, product_id, %(names)s)
                SELECT company_id, partner_id, product_id, %(new)s
                FROM found LEFT JOIN crm_analytics_stopped old
                    USING (company_id, partner_id, product_id)
                WHERE old.id IS NULL OR (%(old)s) IS DISTINCT FROM (%(new)s)
                ON CONFLICT (partner_id, company_id, product_id)
                DO UPDATE SET %(update)s RETURNING 1
            )
            SELECT (SELECT COUNT(*) FROM gone) + (SELECT COUNT(*) FROM put)""",
            companies=COMPANIES,
            scope=self._scope_sql(),
            found=self._found_sql(ids),
            ids=list(ids),
            names=columns("%(name)s"),
            new=columns("found.%(name)s"),
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
        """WITH parts: `found`, the rows of these customers."""
        return SQL(
            """day_entity AS MATERIALIZED (
                SELECT id, commercial_partner_id FROM res_partner
                WHERE commercial_partner_id = ANY(%(ids)s)
            ), habit AS MATERIALIZED (%(habits)s
            ), bought AS MATERIALIZED (%(bought)s
            ), rhythm AS MATERIALIZED (
                SELECT company_id, partner_id, product_id, MAX(day) AS last_day,
                    COUNT(*)::int AS purchase_days,
                    PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY gap) AS rhythm_days
                FROM (
                    SELECT *, day - LAG(day) OVER (
                        PARTITION BY company_id, partner_id, product_id ORDER BY day
                    ) AS gap
                    FROM bought
                ) spaced
                GROUP BY company_id, partner_id, product_id HAVING COUNT(*) >= %(least)s
            ), late AS MATERIALIZED (
                SELECT rhythm.*, scope.as_of, habit.still_buys,
                    (scope.as_of - last_day) / rhythm_days AS overdue_factor
                FROM rhythm JOIN scope USING (company_id)
                JOIN habit USING (company_id, partner_id)
                JOIN product_product product ON product.id = product_id
                JOIN product_template template ON template.id = product.product_tmpl_id
                WHERE scope.as_of - last_day > scope.factor * rhythm_days
                AND product.active AND template.active AND template.sale_ok
            ), found AS MATERIALIZED (
                SELECT late.*, COALESCE(earned.revenue, 0) AS revenue_12m
                FROM late LEFT JOIN (%(earned)s) earned
                    USING (company_id, partner_id, product_id)
            )""",
            ids=list(ids),
            habits=self._habits_sql(ids),
            bought=self._bought_sql(),
            least=MIN_PURCHASES,
            earned=self._earned_sql(),
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

    def _bought_sql(self):
        """The days on which they bought each product. What was free counts too."""
        sources = self.env["crm.customer.day"]._day_sources()
        conditions = {
            "order_lines": self._ordered_sql(),
            "invoice_lines": SQL(
                """line.quantity > 0 AND line.price_unit >= 0
                AND document.move_type <> 'out_refund'
                AND (habit.first_order IS NULL OR %s < habit.first_order)""",
                sources["invoice_lines"].day,
            ),
        }
        return SQL(" UNION ").join(
            SQL(
                """SELECT habit.company_id, habit.partner_id, line.product_id,
                    %(day)s AS day
                FROM %(tables)s
                JOIN day_entity entity ON entity.id = %(partner)s
                JOIN habit ON habit.company_id = %(company)s
                    AND habit.partner_id = entity.commercial_partner_id
                JOIN scope ON scope.company_id = habit.company_id
                WHERE %(where)s AND %(bought)s AND line.product_id IS NOT NULL
                AND %(day)s <= scope.as_of""",
                day=sources[name].day,
                tables=sources[name].tables,
                partner=sources[name].partner,
                company=sources[name].company,
                where=sources[name].where,
                bought=bought,
            )
            for name, bought in conditions.items()
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

    def _earned_sql(self):
        """What the products in `late` brought in from a year before they were last."""
        source = self.env["crm.customer.day"]._day_sources()["invoice_lines"]
        return SQL(
            """SELECT late.company_id, late.partner_id, late.product_id,
                SUM(%(revenue)s) AS revenue
            FROM %(tables)s
            JOIN day_entity entity ON entity.id = %(partner)s
            JOIN late ON late.company_id = %(company)s
                AND late.partner_id = entity.commercial_partner_id
                AND late.product_id = line.product_id
            WHERE %(where)s
            AND %(day)s > (late.last_day - INTERVAL '12 months')::date
            AND %(day)s <= late.as_of
            GROUP BY 1, 2, 3""",
            revenue=source.columns["revenue"],
            tables=source.tables,
            partner=source.partner,
            company=source.company,
            where=source.where,
            day=source.day,
        )
