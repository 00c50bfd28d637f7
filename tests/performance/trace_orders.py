"""Order trace: all open lines, the screens, and what it adds to core's work."""

import os
import time
from contextlib import contextmanager
from statistics import median

import chains
import lists
from database import opened, vacuum
from dev import databases, odoo_tests
from dev.common import step
from measure import Meter

from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tools import SQL

SIZES = tuple(
    int(n) for n in os.environ.get("CRM_TRACE_SIZES", "20000,100000").split(",")
)
MODULES = ["crm_relationship"]
PAGE = 80
CARDS = 40  # of a column
PAGE_AIM = 0.3
REPEAT = 12


def run(env):
    """Figures for each size, and of core's work without and with our addon."""
    rows = []
    for size in SIZES:
        step(f"tracing {size:,} open order lines")
        with _database(env, f"trace_{size}", MODULES) as root:
            made = chains.fill(root, size)
            vacuum(root)
            rows += _sets(root, size)
            if size == SIZES[0]:
                ours = _work(root, *made)
    with _database(env, "trace_plain", []) as root:
        made = chains.fill(root, SIZES[0])
        vacuum(root)
        plain = _work(root, *made)
    work = [{"work": name, "plain": plain[name], "ours": ours[name]} for name in plain]
    return {"trace": rows, "trace_work": work}


@contextmanager
def _database(env, label, modules):
    name = f"test_bench_{label}_{os.getpid()}"
    databases.copy(env, odoo_tests.template(env), name)
    try:
        if modules:
            failure = "Our addons could not be installed for the measurement"
            databases.run_odoo(
                env, "bench-install", failure, "-d", name, "-i", ",".join(modules)
            )
        with opened(name) as root:
            yield root
    finally:
        Registry.delete(name)
        close_db(name)
        databases.drop(env, name)


def _sets(root, size):
    meter = Meter(root)
    trace = root["crm.order.trace"]

    def label(text):
        return f"{size // 1000}k lines: {text}"

    bare = meter.run(label("bare SQL reads them once"), lambda: _bare(root), repeat=5)
    refresh = trace._cron_refresh
    meter.run(label("first trace of all"), lambda: refresh().rows, repeat=1)
    refresh()
    root.cr.commit()
    vacuum(root)
    meter.run(label("all again, nothing changed"), lambda: _again(root), repeat=2)
    for row in meter.rows:
        row["ratio"] = row["seconds"] / bare
    one = trace.search([], limit=1, order="id desc").sale_line_id.ids
    meter.run(label("one line anew"), lambda: len(_one(trace, one)), repeat=20)
    _pages(root, meter, label)
    return meter.rows


def _one(trace, line_ids):
    trace._refresh(line_ids)
    return line_ids


def _again(root):
    """Compute all open lines and compare, as the nightly job."""
    trace = root["crm.order.trace"]
    position = 0
    while products := trace._open_products(position, 1000):
        trace._refresh_products(products)
        position = products[-1]
    return trace.search_count([])


def _bare(root):
    """Each table that a trace depends on, read once."""
    root.cr.execute(
        SQL(
            """SELECT COUNT(*), SUM(move.product_qty), SUM(bring.quantity)
            FROM sale_order_line line
            JOIN sale_order document ON document.id = line.order_id
            JOIN stock_move move ON move.sale_line_id = line.id
            LEFT JOIN stock_move_move_rel rel ON rel.move_dest_id = move.id
            LEFT JOIN stock_move bring ON bring.id = rel.move_orig_id
            LEFT JOIN purchase_order_line buying ON buying.id = bring.purchase_line_id
            WHERE document.state = 'sale' AND move.state NOT IN ('done', 'cancel')"""
        )
    )
    count = root.cr.fetchone()[0]
    root.cr.execute(SQL("SELECT product_id, SUM(quantity) FROM stock_quant GROUP BY 1"))
    root.cr.fetchall()
    return count


def _pages(root, meter, label):
    """What the web client asks for as it opens the cockpit and the board."""
    admin = root.ref("base.user_admin")
    env = root(user=admin, context={"lang": "en_US", "tz": "UTC"})
    late = [("is_late", "=", True), ("is_finished", "=", False)]
    lines, board = env["crm.order.trace"], env["crm.order.board"]
    columns = lists.specification(lines, None)
    cards = lists.specification(board, None, "kanban")
    for name, domain in (("late lines", late), ("all lines", [])):
        meter.run(
            label(f"cockpit, {name}"),
            lambda domain=domain: _cockpit(lines, domain, columns),
            aim=PAGE_AIM,
        )
    bar = label("cockpit, stages and causes")
    meter.run(bar, lambda: len(lines.cockpit(late)["stages"]), aim=PAGE_AIM)
    meter.run(label("board"), lambda: _board(board, cards), aim=PAGE_AIM)


def _cockpit(lines, domain, columns):
    page = lines.web_search_read(
        domain,
        columns,
        limit=PAGE,
        order="urgency desc, promise_date",
        count_limit=10001,
    )
    return len(page["records"])


def _board(board, cards):
    groups = board.web_read_group(
        [],
        ["readiness"],
        ["__count"],
        auto_unfold=True,
        unfold_read_specification=cards,
        unfold_read_default_limit=CARDS,
    )
    return sum(len(group.get("__records", ())) for group in groups["groups"])


def _work(root, stocked, bought):
    """Median seconds of what people do, the end of the transaction included."""
    figures = {}
    orders = [chains.order(root, product) for product in bought[:REPEAT]]
    root.cr.flush()
    receipts = [
        order.order_line.move_ids.move_orig_ids.purchase_line_id for order in orders
    ]
    figures["purchase for one order: another date"] = _median(
        root, receipts, lambda line: line.write({"date_planned": chains.noon(20)})
    )
    figures["receipt of that purchase"] = _median(
        root, receipts, lambda line: line.order_id.picking_ids.button_validate()
    )
    supplies = [chains.purchase(root, product) for product in stocked[:REPEAT]]
    root.cr.flush()
    figures["purchase for stock: another date"] = _median(
        root,
        supplies,
        lambda made: made.order_line.write({"date_planned": chains.noon(30)}),
    )
    figures["receipt into stock"] = _median(
        root, supplies, lambda made: made.picking_ids.button_validate()
    )
    figures["confirming an order from stock"] = _median(
        root, stocked[:REPEAT], lambda product: chains.order(root, product)
    )
    root.cr.rollback()
    return figures


def _median(root, records, work):
    seconds = []
    for record in records:
        root.invalidate_all()
        start = time.perf_counter()
        work(record)
        root.cr.flush()
        seconds.append(time.perf_counter() - start)
    return median(seconds[2:])
