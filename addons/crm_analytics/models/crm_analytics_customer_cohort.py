from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import cohorts
from .crm_analytics_purchase import is_purchase, net_sql

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
        cells, as_of = self._cohort_cells(list(domain), interval)
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
            "as_of": as_of,
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

    @classmethod
    def _period_days(cls, period, interval):
        """The first and the last day of a period."""
        begin = cls._period_start(period, interval)
        return begin, cls._period_start(period + 1, interval) - timedelta(days=1)

    @staticmethod
    def _period_name(start, interval):
        if interval == "month":
            return start.strftime("%Y-%m")
        if interval == "quarter":
            return f"{start.year} Q{(start.month + 2) // 3}"
        return str(start.year)

    # -- sums --------------------------------------------------------------------------

    def _after_refresh(self, company):
        result = super()._after_refresh(company)
        self.env["crm.analytics.cohort"]._note(company)
        return result

    def _cohort_cells(self, domain, interval):
        """The cells, and as of when they are."""
        company = self.env.company
        sums, as_of = None, None
        if not domain and self.env["crm.analytics.overview"]._sees_all(self._name):
            sums, as_of = self.env["crm.analytics.cohort"]._noted(interval)
        if not sums:
            as_of = self._today(company)
            visible = self._search(
                Domain(domain) & Domain("company_id", "=", company.id), order=None
            )
            sums = self._cohort_sums(company, visible.subselect(), interval, as_of)
        sizes = {cohort: part for (cohort, age), part in sums.items() if not age}
        return cohorts.from_sums(sizes, sums, self._period(as_of, interval)), as_of

    def _cohort_sums(self, company, visible, interval, today):
        """`{(cohort, age): customers who bought, net and gross amount}`.

        :param visible: query of the ids of figures
        """
        query = SQL(
            """WITH spent AS MATERIALIZED (%s)
            SELECT cohort, period - cohort, COUNT(*) FILTER (WHERE bought),
                SUM(net), SUM(LEAST(GREATEST(net, 0), GREATEST(start, 0)))
            FROM spent JOIN (
                SELECT partner_id, cohort, net AS start FROM spent
                WHERE period = cohort
            ) whole USING (partner_id, cohort)
            WHERE period >= cohort GROUP BY cohort, period""",
            self._spent_sql(company, visible, interval, today),
        )
        # so that PostgreSQL hashes the customers instead of sorting their days
        with self._planned_for(work_mem="64MB", enable_mergejoin="off"):
            rows = self.env.execute_query(query)
        # the database counts the periods from the next one on
        first = self._period(today, interval) - COHORTS
        return {(first + cohort, age): tuple(part) for cohort, age, *part in rows}

    def _spent_sql(self, company, visible, interval, today):
        """Select what each customer (ids of figures) spent in the periods shown.

        With its cohort, the period, both counted from 1, whether it bought, and the
        amount less credit notes. Those before the first purchase have no place.
        """
        last = self._period(today, interval)
        begins = [self._period_start(last - n, interval) for n in range(COHORTS)][::-1]
        return SQL(
            """SELECT partner_id, cohort, WIDTH_BUCKET(day, %(begins)s) AS period,
                BOOL_OR(%(bought)s) AS bought, SUM(%(net)s) AS net
            FROM (
                SELECT partner_id, first_order_day,
                    WIDTH_BUCKET(first_day, %(begins)s) AS cohort
                FROM crm_analytics_customer
                WHERE first_day >= %(begin)s AND id IN %(visible)s
            ) figures JOIN crm_customer_day mart USING (partner_id)
            WHERE mart.company_id = %(company)s
                AND mart.day BETWEEN %(begin)s AND %(today)s
            GROUP BY partner_id, cohort, period""",
            begins=SQL("%s::date[]", begins),
            begin=begins[0],
            bought=is_purchase(SQL("first_order_day")),
            net=net_sql(SQL("first_order_day")),
            visible=visible,
            company=company.id,
            today=today,
        )

    def _search_cohort_cell(self, operator, value):
        if operator != "in" or len(value) != 1:
            return NotImplemented
        interval, cohort, age = next(iter(value)).split("/")
        begin, end = self._period_days(int(cohort), interval)
        since, until = self._period_days(int(cohort) + int(age), interval)
        return Domain(
            "id",
            "any!",
            SQL(
                """SELECT figures.id FROM crm_analytics_customer figures
                WHERE company_id = %s AND first_day BETWEEN %s AND %s AND EXISTS (
                    SELECT FROM crm_customer_day mart
                    WHERE mart.partner_id = figures.partner_id
                    AND mart.company_id = figures.company_id
                    AND mart.day BETWEEN %s AND LEAST(%s, %s) AND %s)""",
                self.env.company.id,
                begin,
                end,
                since,
                until,
                self._today(self.env.company),
                is_purchase(SQL("figures.first_order_day")),
            ),
        )
