"""The race for the last piece from inside: what it needs, and what must hold.

Run in Odoo's shell. Each race has a product of its own of which there is one piece, in
stock or on its way, and an accepted quotation for every salesperson.
"""

from datetime import timedelta

from tests.system.race_people import person

from odoo import Command, fields

DELAY = 30  # days of the supplier


def prepare(env, kind, races, workers):
    """People, goods and quotations; returns what each worker calls, by race."""
    group = "sales_team.group_sale_salesman_all_leads"
    people = [
        person(env, f"promise seller {number}", group) for number in range(workers)
    ]
    partner = env["res.partner"].create({"name": f"Race {kind}"})
    calls = [_race(env, kind, number, partner, people) for number in range(races)]
    env.cr.commit()
    return calls


def _race(env, kind, number, partner, people):
    supplier = env["res.partner"].create({"name": "Supplier"})
    product = env["product.product"].create(
        {
            "name": f"Last {kind} {len(people)} {number}",
            "is_storable": True,
            "seller_ids": [
                Command.create({"partner_id": supplier.id, "delay": DELAY, "price": 1})
            ],
        }
    )
    place = env["stock.warehouse"].search(
        [("company_id", "=", env.company.id)], limit=1
    )
    if kind == "stock":
        env["stock.quant"]._update_available_quantity(product, place.lot_stock_id, 1)
    else:
        _purchase(env, supplier, product)
    env.flush_all()
    return [_quotation(env, partner, product, person) for person in people]


def _purchase(env, supplier, product):
    line = {
        "product_id": product.id,
        "product_qty": 1,
        "price_unit": 1,
        "date_planned": fields.Datetime.now() + timedelta(days=5),
    }
    env["purchase.order"].create(
        {"partner_id": supplier.id, "order_line": [Command.create(line)]}
    ).button_confirm()


def _quotation(env, partner, product, person):
    order = env["sale.order"].create(
        {
            "partner_id": partner.id,
            "user_id": person.id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": 1})
            ],
        }
    )
    order.order_line.action_use_promise()
    return ("sale.order", "action_confirm", order.ids)


def verify(env, kind, workers):
    """Races, and those in which not exactly one promise was kept."""
    lines = env["sale.order.line"].search(
        [("product_id.name", "=like", f"Last {kind} {workers} %")]
    )
    races = lines.grouped("product_id")
    wrong = 0
    late = fields.Date.today() + timedelta(days=DELAY - 1)
    for found in races.values():
        confirmed = found.filtered(lambda line: line.state == "sale")
        kept = [line for line in confirmed if line.promise_date < late]
        wrong += len(kept) != 1 or len(confirmed) != 1
    return [len(races), wrong]
