from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

from odoo.addons.crm_relationship.models.crm_pass_mixin import PassJob

from ..tools import bgnbd, clv, gamma_gamma, rhythm, summaries
from .crm_analytics_clv_run import UNIT_DAYS
from .crm_analytics_purchase import histories_sql, purchases_sql

# The columns of the customer figures that a run fills, and how the database reads them.
COLUMNS = {
    "p_alive": "float8[]",
    "churn_risk": "float8[]",
    "churn_hazard": "float8[]",
    "expected_orders": "float8[]",
    "clv": "numeric[]",
    "yearly_value": "numeric[]",
    "value_at_stake": "numeric[]",
}


class CrmAnalyticsClvRun(models.Model):
    """How a run reads, fits and writes: sets in SQL, arithmetic in tools."""

    _name = "crm.analytics.clv.run"
    _inherit = ["crm.analytics.clv.run"]

    def _compute_values(self):
        """Fit, then value all customers in batches; keep what a crash left done."""
        self.ensure_one()
        self.state = "running"
        job = PassJob(
            code="analytics_clv",
            name=self.env._("Lifetime values: %(run)s", run=self.display_name),
            size=20000,
            begin=self._begin,
            ids=self._customer_ids,
            total=self._customer_total,
            batch=self._value_batch,
            finish=lambda _log: self.write({"state": "done"}),
        )
        return self._run_pass(job, self.company_id)

    def _begin(self, log):
        """Fit, unless this pass is one of ours that was interrupted."""
        if self.pass_id == log and log.processed:
            if not self.regular_customers and not self.renewal_reason_code:
                self.write(self._fit_renewals())  # it began before an upgrade
            return
        log.write({"position": 0, "processed": 0, "rows": 0})
        self.write({"pass_id": log.id, **self._fit(), **self._fit_renewals()})

    # -- which customers ---------------------------------------------------------------

    def _scope(self, column):
        """The condition on a customer to be in this run."""
        if not self.tier_id:
            return SQL("TRUE")
        return SQL(
            """%s IN (SELECT partner_id FROM crm_tier_assignment
                WHERE company_id = %s AND tier_id = %s AND date_from <= %s
                AND (date_to IS NULL OR date_to > %s))""",
            column,
            self.company_id.id,
            self.tier_id.id,
            self.date,
            self.date,
        )

    def _customer_ids(self, position, size):
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id FROM crm_analytics_customer
                WHERE company_id = %s AND partner_id > %s AND %s
                ORDER BY partner_id LIMIT %s""",
                self.company_id.id,
                position,
                self._scope(SQL("partner_id")),
                size,
            )
        )
        return [partner for (partner,) in rows]

    def _customer_total(self):
        [(total,)] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*) FROM crm_analytics_customer
                WHERE company_id = %s AND %s""",
                self.company_id.id,
                self._scope(SQL("partner_id")),
            )
        )
        return total

    # -- reading -----------------------------------------------------------------------

    def _read_histories(self, until, within=None):
        """What the models need of each customer who bought by a day, and its year.

        :return: `summaries.Histories`, and an array of what each bought in the year up
            to its last purchase
        """
        import numpy as np

        purchases = purchases_sql(self.company_id.id, until, within or self._scope)
        rows = self.env.execute_query(histories_sql(purchases, until))
        unit = UNIT_DAYS[self.time_unit]
        table = np.array(rows, dtype=np.float64).reshape(-1, 7)
        who, x, recency, age, again, total, year = table.T
        mean = np.maximum(np.where(x > 0, again / np.maximum(x, 1), 0.0), 0.0)
        known = summaries.Histories(
            who.astype(np.int64), x, recency / unit, age / unit, mean, total
        )
        return known, year

    def _count_after(self, day, customers):
        """Purchases of each of these customers after a day and until the run's."""
        import numpy as np

        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, COUNT(*) FROM (%s) purchase
                WHERE day > %s GROUP BY partner_id""",
                purchases_sql(self.company_id.id, self.date, self._scope),
                day,
            )
        )
        counts = dict(rows)
        return np.array([counts.get(who, 0) for who in customers.tolist()], dtype=float)

    def _read_earnings(self, within):
        """By customer: margin so far, and the share of what it was invoiced."""
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, SUM(margin)::float8, SUM(revenue)::float8,
                    SUM(revenue + refunds)::float8
                FROM crm_customer_day
                WHERE company_id = %s AND day <= %s AND %s
                GROUP BY partner_id""",
                self.company_id.id,
                self.date,
                within(SQL("partner_id")),
            )
        )
        return {who: (margin, net, gross) for who, margin, net, gross in rows}

    def _read_margin_share(self):
        """Of what the company invoiced, the share that is left to it; 1: all of it."""
        [(kept, gross)] = self.env.execute_query(
            SQL(
                """SELECT SUM(%s)::float8, SUM(revenue + refunds)::float8
                FROM crm_customer_day WHERE company_id = %s AND day <= %s AND %s""",
                SQL.identifier(self._earned_column()),
                self.company_id.id,
                self.date,
                self._scope(SQL("partner_id")),
            )
        )
        return kept / gross if gross and gross > 0 else 1.0

    def _earned_column(self):
        return "revenue" if self.margin_basis == "revenue" else "margin"

    # -- fitting -----------------------------------------------------------------------

    def _fit(self):
        """The values of the fit, as they are kept on the run."""
        known, _year = self._read_histories(self.date)
        buying = bgnbd.fit(known.frequency, known.recency, known.age)
        spending = gamma_gamma.fit(known.frequency, known.value)
        which = "spending" if buying.trusted else "purchases"
        reason = buying.reason or spending.reason
        return {
            **(buying.model or bgnbd.Model(0, 0, 0, 0))._asdict(),
            **(spending.model or gamma_gamma.Model(0, 0, 0))._asdict(),
            "log_likelihood": buying.log_likelihood,
            "spending_log_likelihood": spending.log_likelihood,
            "customers": buying.customers,
            "repeat_buyers": buying.repeat_buyers,
            "correlation": spending.correlation or 0,
            "margin_share": self._read_margin_share(),
            "trusted": not reason,
            "reason_code": f"{which}:{reason}" if reason else False,
            **self._check_fit(buying, known),
        }

    def _check_fit(self, buying, known):
        """Beside what happened: the repeat purchases so far, and the hold-out weeks."""
        vals = dict.fromkeys(
            (
                "holdout_customers",
                "holdout_predicted",
                "holdout_actual",
                "holdout_correlation",
                "holdout_bias",
                "cumulative_bias",
            ),
            0,
        ) | {"calibration": False, "histogram": False}
        if buying.trusted:
            expected = bgnbd.expected_histogram(buying.model, known.age)
            vals["histogram"] = {
                "expected": expected.round(2).tolist(),
                "actual": bgnbd.histogram(known.frequency).tolist(),
            }
        return vals | (self._hold_out(known) if self.holdout_weeks else {})

    def _hold_out(self, later):
        """Fit without the last weeks, and compare the forecast of them."""
        middle = self.date - relativedelta(weeks=self.holdout_weeks)
        known, _year = self._read_histories(middle)
        buying = bgnbd.fit(known.frequency, known.recency, known.age)
        if not buying.trusted:
            return {}
        weeks = self.holdout_weeks * 7 / UNIT_DAYS[self.time_unit]
        predicted = bgnbd.conditional_expected_purchases(
            buying.model, known.frequency, known.recency, known.age, weeks
        )
        actual = self._count_after(middle, known.customers)
        found = bgnbd.holdout(predicted, actual)
        ever = bgnbd.expected_purchases(buying.model, later.age)
        return {
            "holdout_customers": len(known.customers),
            "holdout_predicted": found.predicted,
            "holdout_actual": int(found.actual),
            "holdout_correlation": found.correlation or 0,
            "holdout_bias": found.bias or 0,
            "cumulative_bias": bgnbd.holdout(ever, later.frequency).bias or 0,
            "calibration": bgnbd.calibration(predicted, actual, known.frequency),
        }

    # -- valuing -----------------------------------------------------------------------

    def _value_batch(self, ids):
        """Value these customers; those without a purchase have no value."""

        within = self._within(ids)
        known, year = self._read_histories(self.date, within)
        if self._source() == "history":
            columns = self._rhythm_values(known, year, within)
        else:
            columns = self._model_values(known, year, within)
        columns["churn_hazard"] = self._hazards(known, within)
        return self._write_values(ids, known, columns)

    def _source(self):
        """Where the values come from: see `clv_source` of the customer figures."""
        if self.trusted:
            return "model"
        return "alive" if self.reason_code.startswith("spending:") else "history"

    def _terms(self):
        """The horizon is in months; the model's time in its own unit."""
        return clv.Terms(
            periods=self.horizon_months,
            period=365 / 12 / UNIT_DAYS[self.time_unit],
            per_year=12,
            discount_rate=self.discount_rate / 100,
            capital_rate=self.capital_rate / 100,
        )

    def _buying(self):
        return bgnbd.Model(self.r, self.alpha, self.a, self.b)

    def _model_values(self, known, year, within):
        import numpy as np

        histories = known.frequency, known.recency, known.age
        alive = bgnbd.p_alive(self._buying(), *histories)
        value, orders = self._worth(known, within)
        return {
            "p_alive": alive,
            "churn_risk": 1 - alive,
            "expected_orders": orders,
            "clv": value,
            "yearly_value": year,
            "value_at_stake": np.maximum(year, 0) * (1 - alive),
        }

    def _worth(self, known, within):
        """Lifetime values, and the purchases expected over the horizon."""
        terms = self._terms()
        if self._source() == "alive":
            orders, _discounted = clv.discounted_purchases(self._buying(), known, terms)
            return self._earned(known, within), orders
        costs = clv.Costs(
            margin=self._margin_shares(known, within),
            service=self.service_cost,
            days_outstanding=self.days_outstanding,
        )
        spending = gamma_gamma.Model(self.p, self.q, self.gamma)
        found = clv.predicted(self._buying(), spending, known, terms, costs)
        return found.value, found.purchases

    def _margin_shares(self, known, within):
        """What each customer leaves of a purchase; the company's mean where unknown."""
        if self.margin_basis != "customer":
            return self.margin_share
        earned = self._read_earnings(within)
        shares = []
        for who in known.customers.tolist():
            margin, _net, gross = earned.get(who, (0.0, 0.0, 0.0))
            shares.append(margin / gross if gross > 0 else self.margin_share)
        return shares

    def _rhythm_values(self, known, year, within):
        """Without a model: at stake is all of who is later than its own rhythm."""
        import numpy as np

        late = self._rhythm(within).late
        stake = np.where(late, np.maximum(year, 0), 0.0)
        return {
            "clv": self._earned(known, within),
            "yearly_value": year,
            "value_at_stake": stake,
        }

    def _earned(self, known, within):
        """What the customers have earned so far."""
        earned = self._read_earnings(within)
        column = 1 if self.margin_basis == "revenue" else 0
        customers = known.customers.tolist()
        capital = self.capital_rate / 100 * self.days_outstanding / 365
        return clv.historical(
            [earned.get(who, (0.0, 0.0))[column] for who in customers],
            service=self.service_cost * (known.frequency + 1),
            capital=capital * known.total,
            acquisition=self.acquisition_cost,
        )

    def _rhythm(self, within):
        """The rhythm of these customers; its days are counted from the run's."""
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, day - %s FROM (%s) purchase",
                self.date,
                purchases_sql(self.company_id.id, self.date, within),
            )
        )
        who, days = zip(*rows, strict=True) if rows else ((), ())
        return rhythm.rhythm(who, days, today=0)

    def _write_values(self, ids, known, columns):
        """Write the rows that are not right already; return how many."""
        self.env.flush_all()
        names = [*COLUMNS, "clv_source", "clv_run_id", "clv_date"]
        self.env.cr.execute(
            SQL(
                """UPDATE crm_analytics_customer c SET %(update)s
                FROM (
                    SELECT partner_id, %(rounded)s,
                        CASE WHEN bought THEN %(source)s END AS clv_source,
                        CASE WHEN bought THEN %(run)s::int END AS clv_run_id,
                        CASE WHEN bought THEN %(date)s::date END AS clv_date
                    FROM UNNEST(%(arrays)s) v(partner_id, bought, %(columns)s)
                ) v
                WHERE c.partner_id = v.partner_id AND c.company_id = %(company)s
                AND (%(old)s) IS DISTINCT FROM (%(new)s)""",
                update=self._names("%(n)s = v.%(n)s", names),
                rounded=self._rounded(),
                source=self._source(),
                run=self.id,
                date=self.date,
                arrays=self._value_arrays(ids, known, columns),
                columns=self._names("%(n)s", COLUMNS),
                company=self.company_id.id,
                old=self._names("c.%(n)s", names),
                new=self._names("v.%(n)s", names),
            )
        )
        written = self.env.cr.rowcount
        self.env["crm.analytics.customer"].invalidate_model()
        return written

    def _value_arrays(self, ids, known, columns):
        """The customers, whether they bought, and their values, in this order."""
        place = {who: n for n, who in enumerate(known.customers.tolist())}
        rows = [place.get(who) for who in ids]
        arrays = [
            SQL("%s::int[]", ids),
            SQL("%s::bool[]", [n is not None for n in rows]),
        ]
        for name, kind in COLUMNS.items():
            values = self._spread(columns.get(name), rows)
            arrays.append(SQL("%s::%s", values, SQL(kind)))
        return SQL(", ").join(arrays)

    def _rounded(self):
        """Amounts have the decimals of the currency."""
        digits = self.currency_id.decimal_places
        return SQL(", ").join(
            SQL("ROUND(%s, %s) AS %s", column, digits, column)
            if kind == "numeric[]"
            else column
            for name, kind in COLUMNS.items()
            for column in [SQL.identifier(name)]
        )

    @staticmethod
    def _names(template, names):
        return SQL(", ").join(SQL(template, n=SQL.identifier(name)) for name in names)

    @staticmethod
    def _spread(column, rows):
        """A value for each row, None where there is none."""
        if column is None:
            return [None] * len(rows)
        values = [None if value != value else value for value in column.tolist()]
        return [None if n is None else values[n] for n in rows]
