"""The credit race from inside: what it needs, and what must hold afterwards.

Run in Odoo's shell. Each race has a customer of its own with a limit of 1,000.
"""

from tests.system.race_people import person

from odoo import Command

LIMIT = 1000


def prepare(env, kind, races, workers):
    """Customers, people and orders; returns what each worker calls, by race."""
    env["crm.credit.rule"].search([]).active = False
    rules = [{"name": "Limit", "kind": "over_limit", "active": True}]
    if kind == "release":
        rules.append(
            {"name": "Big", "kind": "order_amount", "amount": 500, "active": True}
        )
    env["crm.credit.rule"].create(rules)
    env["crm.credit.band"].search([]).unlink()
    manager = env.ref("crm_credit.group_crm_credit_manager")
    env["crm.credit.band"].create({"unlimited": True, "group_id": manager.id})
    people = _people(env, workers)
    calls = [_race(env, kind, number, people) for number in range(races)]
    env.cr.commit()
    return calls


def _people(env, workers):
    """One salesperson a worker, one controller, one who approves the lines."""
    groups = {
        f"race seller {number}": "sales_team.group_sale_salesman_all_leads"
        for number in range(workers)
    }
    groups["race controller"] = "crm_credit.group_crm_credit_user"
    groups["race manager"] = "crm_credit.group_crm_credit_manager"
    return [person(env, login, group) for login, group in groups.items()]


def _name(kind, workers):
    return f"Race {kind} {workers}: "


def _race(env, kind, number, people):
    *sellers, controller, manager = people
    partner = env["res.partner"].create(
        {"name": f"{_name(kind, len(sellers))}{number}"}
    )
    account = env["crm.credit.account"].create(
        {"partner_id": partner.id, "controller_id": controller.id}
    )
    line = env["crm.credit.line"].with_user(controller)
    line.create({"account_id": account.id, "amount": LIMIT}).with_user(
        manager
    ).action_approve("Race")
    make = {"confirm": _confirm, "growth": _growth, "release": _release}[kind]
    return make(env, partner, len(sellers), people)


def _order(env, partner, amount):
    product = env["product.product"].search(
        [("type", "=", "consu"), ("sale_ok", "=", True)], limit=1
    )
    line = {
        "product_id": product.id,
        "price_unit": amount,
        "tax_ids": [Command.clear()],
    }
    return env["sale.order"].create(
        {"partner_id": partner.id, "order_line": [Command.create(line)]}
    )


def _confirm(env, partner, workers, _people):
    """All workers confirm: one of two fits, or three of eight."""
    amount = 600 if workers == 2 else 300
    return [
        ("sale.order", "action_confirm", [_order(env, partner, amount).id])
        for _worker in range(workers)
    ]


def _growth(env, partner, workers, _people):
    """Half of the workers let a confirmed order grow, half confirm another."""
    first, more = (400, 400) if workers == 2 else (100, 200)
    calls = []
    for _pair in range(workers // 2):
        order = _order(env, partner, first)
        order.action_confirm()
        grown = {"price_unit": first + more}
        calls.append(("sale.order.line", "write", order.order_line.ids, grown))
        other = _order(env, partner, more)
        calls.append(("sale.order", "action_confirm", [other.id]))
    return calls


def _release(env, partner, workers, people):
    """One worker releases a big order, the others confirm small ones."""
    big = _order(env, partner, 600)
    big.with_user(people[0]).action_confirm()
    reason = env.ref("crm_credit.reason_contract").id
    calls = [("crm.credit.hold", "action_release", big.credit_hold_id.ids, reason)]
    amount = 500 if workers == 2 else 300
    for _worker in range(workers - 1):
        order = _order(env, partner, amount)
        calls.append(("sale.order", "action_confirm", [order.id]))
    return calls


def verify(env, kind, workers):
    """(races, overspent, lost orders, stored exposures that are wrong)."""
    files = env["crm.credit.account"].search(
        [("partner_id.name", "=like", f"{_name(kind, workers)}%")]
    )
    stored = {account.id: account.exposure for account in files}
    files._refresh_figures()
    env.invalidate_all()
    drift = sum(account.exposure != stored[account.id] for account in files)
    overspent = sum(_overspent(env, kind, account, workers) for account in files)
    lost = sum(_lost(env, account) for account in files)
    env.cr.rollback()
    return len(files), overspent, lost, drift


def _orders(env, account):
    return env["sale.order"].search(
        [("partner_id", "=", account.partner_id.id)], order="id"
    )


def _overspent(env, kind, account, workers):
    orders = _orders(env, account)
    if kind == "release":
        return _overspent_after_release(orders, workers)
    exact = {
        ("confirm", 2): 600,
        ("confirm", 8): 900,
        ("growth", 2): 800,
        ("growth", 8): 1000,
    }[kind, workers]
    return account.exposure != exact


def _overspent_after_release(orders, workers):
    """Who was released counts for all that confirm later, whatever the limit."""
    big, *small = orders
    seen = big.credit_hold_ids.decision_ids.exposure_seen
    amount = 500 if workers == 2 else 300
    after = max(LIMIT - big.amount_total - seen, 0) // amount
    passed = len([order for order in small if order.state == "sale"])
    return big.state != "sale" or passed != seen / amount + after


def _lost(env, account):
    """Orders that are neither accepted nor wait under a hold."""
    return len(
        [
            order
            for order in _orders(env, account)
            if (order.credit_state == "held") != bool(order.credit_hold_id)
            or (order.state != "sale" and order.credit_state != "held")
        ]
    )
