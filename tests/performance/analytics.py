"""The analyses beside the bare SQL over the same order lines.

The figures that count are ratios to two anchors that are measured in the same run: the
floor, one column summed over all order lines; and the direct SQL for orders, revenue
and margin of each customer.
"""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from database import vacuum
from generator import DAYS, END

from odoo import fields
from odoo.tools import SQL

PEAK_AIM = 1024
CRONS = (
    "crm_relationship.ir_cron_customer_day",
    "crm_analytics.ir_cron_analytics_customer",
)
FLOOR, DIRECT = "floor: one column of all order lines", "direct SQL by customer"
REPORT = "Odoo's sales analysis by customer"
DIRECT_SQL = """
    SELECT COUNT(*) FROM (
        SELECT p.commercial_partner_id, COUNT(DISTINCT o.id), SUM(l.price_subtotal),
            SUM(l.price_subtotal - l.product_uom_qty * 0.6 * l.price_unit),
            MIN(o.date_order), MAX(o.date_order)
        FROM sale_order_line l
        JOIN sale_order o ON o.id = l.order_id
        JOIN res_partner p ON p.id = o.partner_id
        WHERE o.state = 'sale' AND o.company_id = %s
        GROUP BY p.commercial_partner_id) customer
"""
# A day's documents are written again: what a busy day leaves to the refresh.
TOUCH_SQL = """
    WITH line AS (
        UPDATE account_move_line l SET balance = balance - 1, write_date = %(now)s
        FROM account_move m WHERE m.id = l.move_id AND m.invoice_date = %(day)s
        AND m.state = 'posted' AND l.display_type = 'product'
        RETURNING l.id
    )
    UPDATE sale_order SET write_date = %(now)s, amount_untaxed = amount_untaxed + 1
    WHERE date_order::date = %(day)s AND state = 'sale'
"""


def run(meter, screens):
    """Measure all; leaves full marts and a done run of each kind behind.

    :param screens: measures what reads them, at last
    """
    env = meter.env
    company = env.ref("base.main_company")
    env = meter.env = env(
        context={**env.context, "allowed_company_ids": company.ids, "tz": "UTC"}
    )
    with looking_back() as today:
        _anchors(meter, company)
        _marts(meter, company)
        _refreshes(meter, today)
        _lifetime_values(meter, company)
        _baskets(meter, company)
        _costs(meter, company)
        _products(meter)
        screens(meter)
    _ratios(meter.rows)


@contextmanager
def looking_back(day=END):
    """The data end on a day of the past; for as long, that is today."""
    today = {"day": day}
    with patch.object(
        fields.Date, "context_today", staticmethod(lambda *_args: today["day"])
    ):
        yield today


def _ratios(rows):
    seconds = {row["work"]: row["seconds"] for row in rows}
    for row in rows:
        row["ratio_floor"] = row["seconds"] / seconds[FLOOR]
        row["ratio_direct"] = row["seconds"] / seconds[DIRECT]
        row["aim_mb"] = PEAK_AIM


def _anchors(meter, company):
    env = meter.env

    def floor():
        query = SQL("SELECT COUNT(*), SUM(price_subtotal) FROM sale_order_line")
        return env.execute_query(query)[0][0]

    def direct():
        return env.execute_query(SQL(DIRECT_SQL, company.id))[0][0]

    def report():
        groups = env["sale.report"]._read_group([], ["partner_id"], ["price_total:sum"])
        return len(groups)

    meter.run(FLOOR, floor, repeat=5)
    meter.run(DIRECT, direct, repeat=5)
    meter.run(REPORT, report, repeat=1, warm=False)


def filled(env, crons=CRONS):
    """Have the scheduled jobs fill the marts, for good."""
    for cron in crons:
        # a job that took its time pauses, and goes on when it is started again
        before, paused = None, _paused(env)
        while before is None or before != paused:
            env.ref(cron).method_direct_trigger()
            vacuum(env)
            before, paused = paused, _paused(env)


def _paused(env):
    """How far the jobs are that go on when they are started again."""
    runs = env["crm.pass"].search([("state", "=", "paused")])
    return runs.mapped(lambda run: (run.id, run.position))


def _marts(meter, company):
    env = meter.env
    mart, figures = env["crm.customer.day"], env["crm.analytics.customer"]

    def emptied(*tables):
        return lambda: env.cr.execute(
            SQL("TRUNCATE %s CASCADE", SQL(", ").join(map(SQL.identifier, tables)))
        )

    days = emptied("crm_customer_day", "crm_customer_day_touch")
    meter.run("customer days: rebuild", lambda _: mart.rebuild().rows, days, repeat=1)
    filled(env, CRONS[:1])
    rows = emptied("crm_analytics_customer", "crm_analytics_customer_touch")
    meter.run(
        "customer figures: rebuild", lambda _: figures.rebuild().rows, rows, repeat=1
    )
    filled(env, CRONS[1:])

    def unscored():
        env.cr.execute(
            "UPDATE crm_analytics_customer SET r_score = NULL, rfm_segment = NULL"
        )

    def scored(_):
        figures._refresh_scores(company)
        return figures.search_count([("rfm_segment", "!=", False)])

    meter.run("RFM scores and segments", scored, unscored)
    segments = env["crm.analytics.segment"]

    def noted():
        segments._note_counts(company, END)
        return len(segments.search([]))

    meter.run("segments: counted", noted)


def _refreshes(meter, today):
    env = meter.env
    mart, figures = env["crm.customer.day"], env["crm.analytics.customer"]

    def touched():
        env.cr.execute(SQL(TOUCH_SQL, now=env.cr.now(), day=END - timedelta(days=1)))

    def touched_days():
        touched()
        mart.refresh()

    def tomorrow(work):
        today["day"] = END + timedelta(days=1)
        try:
            return work()
        finally:
            today["day"] = END

    meter.run(
        "customer days: one day's refresh", lambda _: mart.refresh().rows, touched
    )
    meter.run(
        "customer figures: one day's refresh",
        lambda _: figures.refresh().rows,
        touched_days,
    )
    meter.run(
        "customer figures: the next morning",
        lambda: tomorrow(lambda: figures.refresh().rows),
    )


def _lifetime_values(meter, company):
    env = meter.env
    runs = env["crm.analytics.clv.run"]

    def draft():
        run = runs.create({"company_id": company.id, "date": END})
        env.flush_all()
        return run

    def fitted(run):
        return run._fit()["customers"]

    def computed(run):
        run._compute_values()
        return run.customers

    meter.run("lifetime values: read, fit, hold-out", fitted, draft)
    meter.run("lifetime values: whole run", computed, draft)
    run = draft()
    run._compute_values()
    meter.rows[-1]["note"] = run.reason or "trusted"
    vacuum(env)


def _baskets(meter, company):
    env = meter.env
    runs = env["crm.analytics.basket.run"]

    def draft():
        days = {"date_from": END - timedelta(days=DAYS), "date_to": END}
        run = runs.create({"company_id": company.id, **days})
        env.flush_all()
        return run

    def found(run):
        run._compute_rules()
        return run.pairs

    meter.run("baskets: pairs and rules", found, draft, repeat=1)


def _products(meter):
    env = meter.env
    months, stopped = env["crm.analytics.product.month"], env["crm.analytics.stopped"]

    def emptied(table):
        return lambda: env.cr.execute(SQL("TRUNCATE %s CASCADE", SQL.identifier(table)))

    def touched_days():
        env.cr.execute(SQL(TOUCH_SQL, now=env.cr.now(), day=END - timedelta(days=1)))
        env["crm.customer.day"].refresh()

    meter.run(
        "sales by product: rebuild",
        lambda _: months.rebuild().rows,
        emptied("crm_analytics_product_month"),
        repeat=1,
    )
    months.rebuild()
    env.cr.commit()
    meter.run(
        "sales by product: one day's refresh",
        lambda _: months.refresh().rows,
        touched_days,
    )
    meter.run(
        "stopped buying: all customers",
        lambda _: stopped.refresh().rows,
        emptied("crm_analytics_stopped"),
        repeat=1,
    )


def _costs(meter, company):
    env = meter.env
    pools = env["crm.cost.pool"]
    pools.search([("company_id", "=", company.id)]).active = False
    for driver in ("orders", "lines", "invoices", "revenue"):
        if driver in pools._drivers():
            pools.create(
                {
                    "name": f"Benchmark {driver}",
                    "company_id": company.id,
                    "driver": driver,
                    "amount": 1e6,
                    "period": "year",
                }
            )
    env.flush_all()
    env.cr.commit()

    def draft():
        run = env["crm.cost.run"].create(
            {
                "company_id": company.id,
                "date_from": END - timedelta(days=364),
                "date_to": END,
                "capital_rate": 6,
            }
        )
        env.flush_all()
        return run

    def computed(run):
        run._compute_figures()
        return run.customer_count

    meter.run("cost run: computed", computed, draft)
    draft()._compute_figures()
    vacuum(env)
