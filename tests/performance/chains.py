"""Open orders with their transfers and purchases, any number, in any database.

One order is made by the ORM and copied with all its documents by a statement for each
table: from stock (with purchases for stock beside it), or bought on order. About one
line of five is late.
"""

from datetime import datetime, time, timedelta

from dev.loader.insert import insert_like
from generator import _first_id

from odoo import Command, fields
from odoo.tools import SQL

PRODUCTS = 250
DAYS = 60


def products(env):
    """Goods from stock, of which there is some, and goods that are bought on order."""
    buy = env.ref("purchase_stock.route_warehouse0_buy")
    on_order = env.ref("stock.route_warehouse0_mto")
    on_order.active = True
    on_order.rule_ids.write({"procure_method": "make_to_order", "active": True})
    supplier = env["res.partner"].create({"name": "Measured Supplier"})
    offer = [Command.create({"partner_id": supplier.id, "delay": 5, "price": 1.0})]
    common = {"type": "consu", "is_storable": True, "seller_ids": offer}
    stocked = env["product.product"].create(
        [
            {"name": f"Stocked {n}", "route_ids": [Command.set(buy.ids)], **common}
            for n in range(PRODUCTS)
        ]
    )
    routes = [Command.set((buy | on_order).ids)]
    bought = env["product.product"].create(
        [
            {"name": f"Bought {n}", "route_ids": routes, **common}
            for n in range(PRODUCTS)
        ]
    )
    place = _warehouse(env).lot_stock_id
    for product in stocked:
        env["stock.quant"]._update_available_quantity(product, place, 20)
    return stocked, bought


def order(env, product):
    """A confirmed order for two of the product, promised for tomorrow."""
    made = env["sale.order"].create(
        {
            "partner_id": env.ref("base.res_partner_2").id,
            "commitment_date": noon(1),
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": 2})
            ],
        }
    )
    made.action_confirm()
    for purchase in made.order_line.move_ids.created_purchase_line_ids.order_id:
        purchase.order_line.filtered(
            lambda line: line.product_id == product
        ).date_planned = noon(1)
        purchase.button_confirm()
    return made


def purchase(env, product):
    """A confirmed purchase of ten for stock."""
    made = env["purchase.order"].create(
        {
            "partner_id": product.seller_ids.partner_id.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_qty": 10,
                        "date_planned": noon(3),
                    }
                )
            ],
        }
    )
    made.button_confirm()
    return made


def fill(env, lines):
    """So many open order lines, half from stock, half bought on order."""
    stocked, bought = products(env)
    half = lines // 2
    shelf, ordered = (
        SQL("(%s::int[])[1 + n %% %s]", goods.ids, PRODUCTS)
        for goods in (stocked, bought)
    )
    source = order(env, stocked[0])
    env.cr.flush()
    _copy_sale(env, source, half, shelf)
    supply = purchase(env, stocked[0])
    env.cr.flush()
    _copy_purchase(env, supply, half // 10, shelf)
    source = order(env, bought[0])
    env.cr.flush()
    moves = _copy_sale(env, source, half, ordered)
    receipts = source.order_line.move_ids.move_orig_ids.purchase_line_id.order_id
    bringing = _copy_purchase(env, receipts, half, ordered)
    env.cr.execute(
        SQL(
            """INSERT INTO stock_move_move_rel (move_orig_id, move_dest_id)
            SELECT %s + n, %s + n FROM generate_series(1, %s) n""",
            bringing,
            moves,
            half,
        )
    )
    env.invalidate_all()
    env.cr.commit()
    return stocked, bought


def noon(days):
    return datetime.combine(fields.Date.today() + timedelta(days=days), time(12))


def _warehouse(env):
    return env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)


def _copy_sale(env, source, count, product):
    """Copies of an order, its line, transfer and delivery; the moves' first id - 1."""
    line, move = source.order_line, source.picking_ids.move_ids
    heads = _copy(env, source, count, name="'BENCH' || made.id", access_token="NULL")
    ours = {}
    if "promise_date" in line:  # not in plain Odoo
        ours["promise_date"] = _promised(line.promise_date)
    rows = _copy(env, line, count, order_id=(heads, "n"), product_id=product, **ours)
    transfers = _copy(env, source.picking_ids, count, name="'BENCH/OUT/' || made.id")
    return _copy(
        env,
        move,
        count,
        picking_id=(transfers, "n"),
        sale_line_id=(rows, "n"),
        product_id=product,
        date=_spread(move.date),
        state="'confirmed'",
        quantity="0",
    )


def _copy_purchase(env, source, count, product):
    """Copies of a purchase, its line, receipt and move; the moves' first id - 1."""
    line, move = source.order_line, source.picking_ids.move_ids
    heads = _copy(env, source, count, name="'BENCH' || made.id", access_token="NULL")
    rows = _copy(
        env,
        line,
        count,
        order_id=(heads, "n"),
        product_id=product,
        date_planned=_spread(line.date_planned),
    )
    receipts = _copy(env, source.picking_ids, count, name="'BENCH/IN/' || made.id")
    return _copy(
        env,
        move,
        count,
        picking_id=(receipts, "n"),
        purchase_line_id=(rows, "n"),
        product_id=product,
        date=_spread(move.date),
    )


def _spread(when):
    return SQL("%s::timestamp + (n %% %s) * INTERVAL '1 day'", when, DAYS)


def _promised(day):
    """Two days later than the goods are planned; for each fifth line too early."""
    late = SQL("CASE WHEN n %% 5 = 0 THEN -5 ELSE 2 END")
    return SQL("%s::date + (n %% %s)::int + %s", day, DAYS, late)


def _copy(env, record, count, **values):
    """Rows like this one; a value is SQL over n and id, or (first id - 1, "n")."""
    first = _first_id(env, record._table, count)
    [(example,)] = env.execute_query(
        SQL(
            "SELECT to_jsonb(row) FROM %s row WHERE id = %s",
            SQL.identifier(record._table),
            record.id,
        )
    )
    ours = {}
    for name, value in values.items():
        if isinstance(value, tuple):
            value = SQL("%s + n", value[0])
        ours[name] = value if isinstance(value, SQL) else SQL(value)
    ours["id"] = SQL("made.id")
    source = SQL(
        "(SELECT n, %s + n AS id FROM generate_series(1, %s) n) made", first, count
    )
    insert_like(env, record._table, example, ours, source)
    return first
