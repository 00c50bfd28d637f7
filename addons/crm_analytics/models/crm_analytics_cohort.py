from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import cohorts
from .crm_analytics_purchase import days_sql

MONTHS = {"month": 1, "quarter": 3, "year": 12}
COHORTS = 24  # so many are shown, the latest; their customers only are summed


class CrmAnalyticsCustomer(models.Model):
    """Retention of the customers that the reader may see, summed from customer days.

    What a customer bought is the amount of its purchases less its credit notes.
    """

    _name = "crm.analytics.customer"
    _inherit = ["crm.analytics.customer"]

    cohort_cell = fields.Char(
        store=False,
        search="_search_cohort_cell",
        export_string_translation=False,
        help="interval/cohort/age: who bought first in that period, and again so many "
        "periods later; without an age, the whole cohort.",
    )

    @api.model
    @api.readonly
    def get_cohorts(self, domain=(), interval="month"):
        """The cohort grid of the current company, of the customers in a domain.

        :param interval: month, quarter or year
        :return: dict with ``company``, ``currency_id``, ``as_of``, ``interval`` and
            ``rows``, a cohort each: ``cohort``, ``start`` (its first day), ``size`` and
            ``cells`` (age, customers, retention, revenue, net, gross)
        """
        self.check_access("read")
        today = self._today(self.env.company)
        cells = self._cohort_cells(list(domain), interval, today)
        rows = {}
        for cell in cells:
            row = rows.setdefault(
                cell.cohort,
                {
                    "cohort": cell.cohort,
                    "start": self._period_start(cell.cohort, interval),
                    "size": cell.size,
                    "cells": [],
                },
            )
            row["cells"].append(
                {
                    "age": cell.age,
                    "customers": cell.customers,
                    "retention": cell.retention,
                    "revenue": cell.revenue,
                    "net": cell.net,
                    "gross": cell.gross,
                }
            )
        return {
            "company": self.env.company.name,
            "currency_id": self.env.company.currency_id.id,
            "as_of": today,
            "interval": interval,
            "rows": list(rows.values()),
        }

    @api.model
    @api.readonly
    def action_open_cohort(self, cohort, age, interval="month", domain=()):
        """The customers of a cell."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_customer_action"
        )
        start = self._period_start(cohort, interval)
        here = [("company_id", "=", self.env.company.id)]
        cell = [("cohort_cell", "=", f"{interval}/{cohort}/{age}")]
        return {
            **action,
            "name": self.env._(
                "Bought first in %(period)s, and again %(age)s later",
                period=self._period_name(start, interval),
                age=age,
            )
            if age
            else self.env._("Bought first in %s", self._period_name(start, interval)),
            "domain": [*domain, *here, *cell],
        }

    # -- periods -----------------------------------------------------------------------

    @staticmethod
    def _period_sql(column, interval):
        """The number of the period of a day, from year 0."""
        return SQL(
            "((EXTRACT(YEAR FROM %s) * 12 + EXTRACT(MONTH FROM %s) - 1)::int / %s)",
            column,
            column,
            MONTHS[interval],
        )

    @staticmethod
    def _period(day, interval):
        return (day.year * 12 + day.month - 1) // MONTHS[interval]

    @staticmethod
    def _period_start(period, interval):
        year, month = divmod(period * MONTHS[interval], 12)
        return fields.Date.to_date(f"{year:04}-{month + 1:02}-01")

    @staticmethod
    def _period_name(start, interval):
        if interval == "month":
            return start.strftime("%Y-%m")
        if interval == "quarter":
            return f"{start.year} Q{(start.month + 2) // 3}"
        return str(start.year)

    # -- sums --------------------------------------------------------------------------

    def _cohort_cells(self, domain, interval, today):
        visible = self._search(
            Domain(domain) & Domain("company_id", "=", self.env.company.id),
            order=None,
        )
        last = self._period(today, interval)
        rows = self.env.execute_query(
            SQL(
                """WITH %(months)s, whole AS MATERIALIZED (
                    SELECT partner_id, cohort, net AS start FROM spent
                    WHERE age = 0 AND cohort > %(since)s
                )
                SELECT cohort, age, COUNT(*) FILTER (WHERE bought),
                    SUM(net), SUM(LEAST(GREATEST(net, 0), GREATEST(start, 0)))
                FROM spent JOIN whole USING (partner_id, cohort)
                GROUP BY cohort, age
                UNION ALL
                SELECT cohort, NULL, COUNT(*), SUM(start), SUM(GREATEST(start, 0))
                FROM whole GROUP BY cohort""",
                months=self._spent_sql(
                    visible.subselect("partner_id"), interval, today
                ),
                since=last - COHORTS,
            )
        )
        sizes = {cohort: tuple(sums) for cohort, age, *sums in rows if age is None}
        sums = {(c, age): tuple(part) for c, age, *part in rows if age is not None}
        return cohorts.from_sums(sizes, sums, last)

    def _spent_sql(self, partners, interval, today):
        """WITH parts: `spent`, a row for each customer and period of its own.

        With the cohort and its age, whether it bought, and the amount less credit
        notes. A credit note before the first purchase has no cohort and no place.
        """
        company = self.env.company.id

        def within(column):
            return SQL("%s IN %s", column, partners)

        return SQL(
            """days AS MATERIALIZED (%(days)s
            ), cohort AS MATERIALIZED (
                SELECT partner_id, %(first)s AS cohort
                FROM days WHERE bought GROUP BY partner_id
            ), spent AS MATERIALIZED (
                SELECT partner_id, cohort, period - cohort AS age,
                    BOOL_OR(bought) AS bought, SUM(net) AS net
                FROM (SELECT *, %(period)s AS period FROM days) dated
                JOIN cohort USING (partner_id)
                WHERE period >= cohort
                GROUP BY partner_id, cohort, period
            )""",
            days=days_sql(company, today, within),
            first=self._period_sql(SQL("MIN(day)"), interval),
            period=self._period_sql(SQL("day"), interval),
        )

    def _search_cohort_cell(self, operator, value):
        if operator != "in" or len(value) != 1:
            return NotImplemented
        interval, cohort, age = next(iter(value)).split("/")
        company = self.env.company.id
        everybody = SQL(
            "(SELECT partner_id FROM crm_analytics_customer WHERE company_id = %s)",
            company,
        )
        today = self._today(self.env.company)
        return Domain(
            "id",
            "any!",
            SQL(
                """WITH %s SELECT c.id FROM spent
                JOIN crm_analytics_customer c USING (partner_id)
                WHERE c.company_id = %s AND bought AND cohort = %s AND age = %s""",
                self._spent_sql(everybody, interval, today),
                company,
                int(cohort),
                int(age),
            ),
        )
