"""The analyses of Online Retail beside plain SQL over the file's own rows.

`Retail(env, path)` copies the file into a scratch table; nothing of it is kept.
"""

import gzip
from datetime import date
from itertools import zip_longest

from odoo.tools import SQL

from .analytics_checks import company_env, computed

WHOLE, LAST = 541909, date(2011, 12, 9)
MONTH = date(2010, 12, 1)
DECEMBER = [885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235]
# What bin/load takes: of known customers, sales with a price of nothing, too, and
# cancellations; each row to the cent.
SCRATCH = """
    CREATE TEMP TABLE raw (invoice text, product text, description text,
        quantity int, at timestamp, price numeric, customer text, country text);
    COPY raw FROM STDIN WITH (FORMAT csv, HEADER);
"""
PREPARE = """
    CREATE TEMP TABLE sold AS
    SELECT *, LEFT(invoice, 1) = 'C' AS refund, ROUND(quantity * price, 2) AS amount
    FROM raw WHERE customer > '' AND price >= 0
    AND CASE WHEN LEFT(invoice, 1) = 'C' THEN quantity < 0 ELSE quantity > 0 END;
    CREATE TEMP TABLE purchase AS
    SELECT customer, invoice, MIN(at)::date AS day FROM sold WHERE NOT refund
    GROUP BY customer, invoice;
    ANALYZE sold; ANALYZE purchase;
"""
SCORES = """
    WITH figure AS (
        SELECT customer, MAX(day) AS last, COUNT(DISTINCT day) AS days
        FROM purchase GROUP BY customer
    ), worth AS (
        SELECT customer, last, days, spent FROM figure JOIN (
            SELECT customer, SUM(amount) AS spent FROM sold GROUP BY customer) s
        USING (customer)
    )
    SELECT customer, %s FROM worth
"""
# The fifth that the middle of its ranks is in, for equal values share their ranks.
SCORE = """1 + 5 * (2 * (RANK() OVER (ORDER BY {0}) - 1)
    + COUNT(*) OVER (PARTITION BY {0})) / (2 * COUNT(*) OVER ())"""
COHORT = """
    WITH month AS (
        SELECT DISTINCT customer,
            EXTRACT(YEAR FROM day) * 12 + EXTRACT(MONTH FROM day) AS month
        FROM purchase
    ), first AS (SELECT customer, MIN(month) AS first FROM month GROUP BY customer)
    SELECT first::int - 1, (month - first)::int, COUNT(*)
    FROM month JOIN first USING (customer) GROUP BY 1, 2 ORDER BY 1, 2
"""

# Of these products: invoices and customers with two of them, and the lift.
PAIRS = """
    WITH held AS (
        SELECT DISTINCT invoice, customer, product FROM sold WHERE NOT refund
        AND product = ANY(%s)
    ), single AS (SELECT product, COUNT(*) AS times FROM held GROUP BY product),
    every AS (SELECT COUNT(DISTINCT invoice) AS times FROM sold WHERE NOT refund)
    SELECT one.product, other.product, COUNT(*), COUNT(DISTINCT one.customer),
        (COUNT(*)::numeric * every.times / a.times / b.times)::float8
    FROM held one JOIN held other USING (invoice)
    JOIN single a ON a.product = one.product
    JOIN single b ON b.product = other.product, every
    WHERE one.product <> other.product
    GROUP BY one.product, other.product, a.times, b.times, every.times
"""


def segment(recency, frequency, monetary):
    """By the table of docs/analytics.md."""
    fm = (frequency + monetary + 1) // 2
    if recency == 5 or recency == 4 and fm < 4:
        names = ("new", *["potential_loyalists"] * 2, *["champions"] * 2)
        return "promising" if recency == 4 and fm == 1 else names[fm - 1]
    if recency >= 3:
        return (*["about_to_sleep"] * 2, "need_attention", "loyal", "loyal")[fm - 1]
    lowest = "lost" if recency == 1 else "hibernating"
    return (lowest, "hibernating", "at_risk", "at_risk", "cant_lose")[fm - 1]


class Retail:
    """The company's figures, and the file's rows."""

    def __init__(self, env, path):
        self.env = company_env(env, "online_retail")
        self.figures = self.env["crm.analytics.customer"]
        # of the driver itself: Odoo's cursor has no COPY
        with gzip.open(path, "rt", encoding="utf-8") as rows:
            create, copy, _rest = SCRATCH.split(";")
            env.cr.execute(create)
            env.cr._obj.copy_expert(copy, rows)
        env.cr.execute(PREPARE)
        own = [("company_id", "=", self.env.company.id)]
        [(rows,)] = self.sql("SELECT COUNT(*) FROM raw")
        self.whole = rows == WHOLE
        self.rows = {row.partner_id.ref: row for row in self.figures.search(own)}

    def sql(self, query, *args):
        return self.env.execute_query(SQL(query, *args))

    def published_totals(self):
        """The scratch table is the file that the published figures are of."""
        if not self.whole:
            return
        clean = "customer > '' AND price > 0 AND quantity > 0"
        totals = self.sql(
            f"SELECT COUNT(*), COUNT(DISTINCT customer), COUNT(DISTINCT invoice), "
            f"SUM(quantity * price)::numeric(20, 2)::float8 FROM raw WHERE {clean}"
        )
        assert totals == [(397884, 4338, 18532, 8911407.90)], totals
        [(unknown,)] = self.sql("SELECT COUNT(*) FROM raw WHERE customer IS NULL")
        assert unknown == 135080, unknown

    def customers(self):
        """Everybody, with the days of the purchases."""
        rows = self.sql(
            "SELECT customer, MIN(day), MAX(day), COUNT(DISTINCT day), COUNT(*) "
            "FROM purchase GROUP BY customer"
        )
        for customer, first, last, days, orders in rows:
            row = self.rows[customer]
            found = row.first_day, row.last_day, row.purchase_days, row.order_count
            assert found == (first, last, days, orders), (customer, found)
        [(everybody,)] = self.sql("SELECT COUNT(DISTINCT customer) FROM sold")
        published = 4372 if self.whole else DECEMBER[0]
        assert len(self.rows) == everybody == published, (len(self.rows), everybody)

    def revenue_to_the_cent(self):
        rows = self.sql(
            "SELECT customer, SUM(amount)::float8, COALESCE(SUM(amount) "
            "FILTER (WHERE at::date > %s), 0)::float8 FROM sold GROUP BY customer",
            date(2010, 12, 9),
        )
        for customer, revenue, year in rows:
            row = self.rows[customer]
            assert row.as_of == LAST, row.as_of
            assert abs(row.revenue - revenue) < 0.005, (customer, row.revenue, revenue)
            assert abs(row.revenue_12m - year) < 0.005, (customer, row.revenue_12m)

    def scores_and_segments(self):
        columns = ", ".join(SCORE.format(name) for name in ("last", "days", "spent"))
        rows = self.sql(SCORES % columns)
        for customer, *scores in rows:
            row = self.rows[customer]
            found = [row.r_score, row.f_score, row.m_score]
            assert found == scores, (customer, found, scores)
            assert row.rfm_segment == segment(*scores), (customer, row.rfm_segment)
        scored = sum(bool(row.rfm_segment) for row in self.rows.values())
        assert scored == len(rows), (scored, len(rows))

    def december_2010(self):
        """The published cohort, through the screen's method and the list behind it."""
        [row] = [
            row for row in self.figures.get_cohorts()["rows"] if row["start"] == MONTH
        ]
        found = [cell["customers"] for cell in row["cells"]]
        assert found == DECEMBER, found
        action = self.figures.action_open_cohort(row["cohort"], 11)
        assert self.figures.search_count(action["domain"]) == 445

    def cohorts(self):
        found = self.figures.get_cohorts()
        assert found["as_of"] == LAST
        cells = [
            (row["cohort"], cell["age"], cell["customers"])
            for row in found["rows"]
            for cell in row["cells"]
            if cell["customers"]
        ]
        for mine, told in zip_longest(sorted(cells), self.sql(COHORT)):
            assert mine == told, (mine, told)

    def bought_together(self):
        """The rules of two products, beside a join of the file with itself."""
        runs = self.env["crm.analytics.basket.run"]
        run = runs.browse(runs.action_compute_now()["res_id"])
        assert (run.state, run.date_to) == ("done", LAST), (run.state, run.date_to)
        [told] = self.sql(
            "SELECT COUNT(DISTINCT invoice), COUNT(DISTINCT customer), "
            "COUNT(DISTINCT product) FROM sold WHERE NOT refund"
        )
        assert (run.orders, run.customers, run.products) == told, told
        rules = self.env["crm.analytics.basket.rule"].search(
            [("run_id", "=", run.id)], order="count desc, id", limit=200
        )
        assert rules
        counts = {
            (one, other): row
            for one, other, *row in self.sql(PAIRS, self._codes(rules))
        }
        for rule in rules:
            names = rule.product_id.default_code, rule.also_id.default_code
            both, buyers, lift = counts[names]
            assert (rule.count, rule.customers) == (both, buyers), (names, both, buyers)
            assert abs(rule.lift - lift) < 1e-9, (names, rule.lift, lift)

    @staticmethod
    def _codes(rules):
        products = rules.product_id | rules.also_id
        return products.mapped("default_code")

    def lifetime_values(self):
        """Of everybody, the model cannot be trusted: it says so, and gives the past."""
        run = computed(self.env, days_outstanding=0)
        assert run.date == LAST and run.state == "done"
        [told] = self.sql(
            "SELECT COUNT(*), COUNT(*) FILTER (WHERE days > 1) FROM (SELECT "
            "COUNT(DISTINCT day) AS days FROM purchase GROUP BY customer) who"
        )
        assert (run.customers, run.repeat_buyers) == told, told
        if self.whole:
            self._history(run)
        self.env.cr.rollback()

    def _history(self, run):
        assert not run.trusted
        assert "has left" in run.reason and "earned so far" in run.reason, run.reason
        rows = self.sql(
            "SELECT customer, SUM(amount)::float8 FROM sold "
            "WHERE customer IN (SELECT customer FROM purchase) GROUP BY customer"
        )
        for customer, revenue in rows:
            row = self.rows[customer]
            assert row.clv_source == "history", (customer, row.clv_source)
            assert not row.p_alive
            assert abs(row.clv - revenue) < 0.005, (customer, row.clv, revenue)
