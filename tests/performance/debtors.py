"""Customers with any number of open orders, in any database; time of one more."""

import time
from statistics import median, quantiles

from dev.loader.insert import columns_of, insert_like
from measure import processor_seconds

from odoo import Command
from odoo.tools import SQL

REPEAT = 60


def make(env, count):
    """A customer with so many confirmed orders of one line, none invoiced."""
    partner = env["res.partner"].create(
        {"name": f"Debtor of {count}", "is_company": True}
    )
    order = _order(env, partner)
    order.action_confirm()
    env.cr.flush()
    _clone(env, order, count - 1)
    env.invalidate_all()
    return partner


def confirmations(roots, partners):
    """Seconds, processor seconds and queries of confirming an order, in each database.

    The seconds are the first quartile: what it takes while nothing else runs.
    """
    figures = {label: [] for label in roots}
    for _ in range(REPEAT):
        for label, env in roots.items():
            figures[label].append(_confirm(env, _order(env, partners[label])))
    return {label: _typical(rows[3:]) for label, rows in figures.items()}


def _typical(figures):
    seconds, processor, queries = zip(*figures, strict=True)
    return {
        "seconds": quantiles(seconds, n=4)[0],
        "processor": quantiles(processor, n=4)[0],
        "queries": median(queries),
    }


def _confirm(env, order):
    env.cr.flush()
    env.invalidate_all()
    queries = env.cr.sql_log_count
    busy, start = processor_seconds(env), time.perf_counter()
    order.action_confirm()
    env.cr.flush()
    if order.state != "sale":
        raise AssertionError("the order was held; the benchmark confirms orders")
    return (
        time.perf_counter() - start,
        processor_seconds(env) - busy,
        env.cr.sql_log_count - queries,
    )


def _order(env, partner):
    return env["sale.order"].create(
        {
            "partner_id": partner.id,
            "order_line": [
                Command.create({"product_id": _product(env).id, "product_uom_qty": 2})
            ],
        }
    )


def _product(env):
    products = env["product.product"]
    return products.search([("default_code", "=", "BENCH")], limit=1) or (
        products.create(
            {
                "name": "Measured",
                "default_code": "BENCH",
                "type": "service",
                "list_price": 50.0,
                "invoice_policy": "order",
                "taxes_id": [],
            }
        )
    )


def _clone(env, order, count):
    """More orders like this one, by two statements."""
    for record in (order, order.order_line):
        [(example,)] = env.execute_query(
            SQL(
                "SELECT to_jsonb(row) FROM %s row WHERE id = %s",
                SQL.identifier(record._table),
                record.id,
            )
        )
        if record is order:
            ours = columns_of(
                id="nextval(pg_get_serial_sequence('sale_order', 'id'))",
                name="'BENCH' || n",
                access_token="NULL",
            )
            source = SQL("generate_series(1, %s) n", count)
        else:
            ours = columns_of(
                id="nextval(pg_get_serial_sequence('sale_order_line', 'id'))",
                order_id="made.id",
            )
            source = SQL(
                "(SELECT id FROM sale_order WHERE partner_id = %s AND id <> %s) made",
                order.partner_id.id,
                order.id,
            )
        insert_like(env, record._table, example, ours, source)
