"""Credit: a check at confirmation, the list of files, the nightly reconciliation."""

import contextlib
import importlib.util
import os
import time

import debtors
from database import opened, vacuum
from dev import databases, odoo_tests
from dev.common import say, step
from measure import Meter

from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tools import SQL

OPEN = (10, 1_000, 10_000)
FILES = 10_000
PUBLIC = "sale_financial_risk"
OURS = "crm_credit"
# what is installed in each database that orders are confirmed in
COMPARED = {"plain": None, "public": PUBLIC, "below": "crm_relationship", "ours": OURS}
CHECK_AIM = 0.005
LIST_AIM = 0.050
HUGE = 10**9


def run(env, root):
    """Figures of the check (a database each), of the list and of the night."""
    return {"check": _checks(env), "credit": _sets(root)}


def _checks(env):
    """Confirming an order in databases that differ in nothing but their modules.

    They take turns, so that whatever else the machine does meets all of them.
    """
    rows = [{"open": count} for count in OPEN]
    with contextlib.ExitStack() as stack:
        roots = {}
        for label, module in COMPARED.items():
            if module == PUBLIC and not importlib.util.find_spec(
                f"odoo.addons.{module}"
            ):
                say(f"without {PUBLIC}: pip adds odoo-addon-sale-financial-risk")
                continue
            step(f"preparing {module or 'plain Odoo'}")
            roots[label] = stack.enter_context(_database(env, label, module))
        _rules(roots["ours"])
        for row in rows:
            step(f"confirming orders of customers with {row['open']:,} open orders")
            partners = {
                label: _debtor(root, label, row["open"])
                for label, root in roots.items()
            }
            row |= debtors.confirmations(roots, partners)
    for row in rows:
        for name, than in (("overhead", "plain"), ("check", "below")):
            row[name] = {
                unit: row["ours"][unit] - row[than][unit]
                for unit in ("seconds", "processor", "queries")
            }
        row["aim"] = CHECK_AIM
    return rows


def _has_public():
    return bool(importlib.util.find_spec(f"odoo.addons.{PUBLIC}"))


@contextlib.contextmanager
def _database(env, label, module):
    name = f"test_bench_{label}_{os.getpid()}"
    databases.copy(env, odoo_tests.template(env), name)
    try:
        if module:
            failure = f"{module} could not be installed for comparison"
            databases.run_odoo(env, "bench-install", failure, "-d", name, "-i", module)
        with opened(name) as root:
            yield root
            root.cr.rollback()
    finally:
        Registry.delete(name)
        close_db(name)
        databases.drop(env, name)


def _debtor(root, label, count):
    partner = debtors.make(root, count)
    if label == "public":
        partner.write({"credit_limit": HUGE, "risk_sale_order_include": 1})
    elif label == "ours":
        _grant(root, partner)
    return partner


def _rules(root):
    """What a company would check: limit, utilisation, overdue, stop."""
    rules = root["crm.credit.rule"].with_context(active_test=False).search([])
    rules.active = False
    root["crm.credit.rule"].create(
        [
            {"name": kind, "kind": kind, "active": True, "outcome": "hold"}
            for kind in ("over_limit", "overdue_days", "no_line", "status_stop")
        ]
    )


def _grant(root, partner):
    """An approved line, past the four eyes that the product asks for."""
    company = root.company
    account = root["crm.credit.account"]._for(partner, company, create=True)[partner.id]
    line = root["crm.credit.line"].create({"account_id": account.id, "amount": HUGE})
    root.flush_all()
    root.cr.execute(
        SQL(
            "UPDATE crm_credit_line SET approval_state = 'approved' WHERE id = %s",
            line.id,
        )
    )
    root.invalidate_all()
    account._mark_limit_changed()
    account._refresh_figures()


def _sets(root):
    """Open a file for every customer; then the list, and the night."""
    meter = Meter(root)
    accounts = root["crm.credit.account"]
    company = root.ref("base.main_company")
    customers = root["res.partner"].search(
        [("customer_rank", ">", 0), ("parent_id", "=", False)]
    )

    def opening():
        accounts._for(customers, company, create=True)
        accounts._settle()
        return len(customers)

    meter.run("open all files, first figures", opening, repeat=1)
    opening()
    root.cr.commit()
    vacuum(root)
    bare = meter.run("bare SQL of the same sums", lambda: _bare(root), repeat=5)
    meter.run(
        "nightly reconciliation",
        lambda _: root["crm.credit.drift"].reconcile().processed,
        lambda: _yesterday(root),
        repeat=3,
    )
    for row in meter.rows:
        row["ratio"] = row["seconds"] / bare
    return [*meter.rows, *_list(root)]


def _yesterday(root):
    """No file is of today yet, as every night."""
    root.cr.execute(
        SQL("UPDATE crm_credit_account SET figures_date = figures_date - 1")
    )


def _bare(root):
    """Open receivables and uninvoiced order lines per customer, one pass each."""
    root.cr.execute(
        SQL(
            """SELECT contact.commercial_partner_id, SUM(amount) FROM (
                SELECT item.partner_id, item.amount_residual AS amount
                FROM account_move_line item
                JOIN account_account account ON account.id = item.account_id
                WHERE account.account_type = 'asset_receivable'
                AND item.parent_state = 'posted' AND item.reconciled IS NOT TRUE
                UNION ALL
                SELECT document.partner_invoice_id, line.price_total
                    / NULLIF(line.product_uom_qty, 0)
                    * GREATEST(line.product_uom_qty - line.qty_invoiced, 0)
                FROM sale_order_line line
                JOIN sale_order document ON document.id = line.order_id
                WHERE document.state = 'sale' AND line.display_type IS NULL
            ) open JOIN res_partner contact ON contact.id = open.partner_id
            GROUP BY contact.commercial_partner_id"""
        )
    )
    return len(root.cr.fetchall())


def _list(root):
    """The first page of the files, the most used first."""
    accounts = root(user=root.ref("base.user_admin"))["crm.credit.account"]
    ids = accounts.search([], limit=FILES, order="id").ids
    view = accounts.get_view(view_type="list")["arch"]
    names = [
        name for name, field in accounts._fields.items() if f'name="{name}"' in view
    ]
    spec = {
        name: {"fields": {"display_name": {}}}
        if accounts._fields[name].type == "many2one"
        else {}
        for name in names
    }
    rows = []
    for label, domain in (
        (f"list, {FILES:,} files by utilisation", [("id", "in", ids)]),
        ("list, all files by utilisation", []),
    ):
        seconds = []
        for _ in range(6):
            accounts.env.invalidate_all()
            start = time.perf_counter()
            page = accounts.web_search_read(
                domain, spec, limit=80, order="utilisation desc", count_limit=10001
            )
            seconds.append(time.perf_counter() - start)
        rows.append(
            {
                "work": label,
                "seconds": sorted(seconds[1:])[2],
                "rows": page["length"],
                "aim": LIST_AIM,
            }
        )
    return rows
