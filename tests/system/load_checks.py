"""What must hold in a database after a load; run inside Odoo's shell.

`load_checks.CHECK(env)` raises AssertionError; nothing it does is committed.
"""

from odoo import Command
from odoo.tools import SQL

# The row's identity, the moment it was written, and what the loader states to differ:
# its own names, no transfers.
ANY = {"id", "create_date", "write_date", "create_uid", "write_uid"}
OWN = {
    "sale_order": {"name", "validity_date", "client_order_ref", "delivery_status"},
    "sale_order_line": {"order_id"},
    "account_move": {
        *("name", "sequence_number", "payment_reference", "invoice_origin"),
        *("origin_payment_id", "ref", "is_manually_modified"),
    },
    "account_move_line": {
        *("move_id", "move_name", "ref", "payment_id", "full_reconcile_id"),
        *("matching_number", "name"),
    },
    "account_payment": {"name", "move_id", "memo"},
    "account_partial_reconcile": {
        *("debit_move_id", "credit_move_id", "full_reconcile_id"),
    },
    "account_full_reconcile": set(),
}


def company_env(env, code="online_retail"):
    """The environment of the data set's company."""
    company = env.ref(f"__import__.load_company_{code}")
    return env(context={"allowed_company_ids": [company.id], "tracking_disable": True})


def invoice_of(env, ref):
    """The loaded document with this number in the file."""
    domain = [("ref", "=", ref), ("company_id", "=", env.company.id)]
    move = env["account.move"].search([*domain, ("move_type", "!=", "entry")])
    return move.ensure_one()


def family(move):
    """Rows of a document in comparable order, per table."""
    order = move.invoice_line_ids.sale_line_ids.order_id
    payment = move.matched_payment_ids
    lines = move.line_ids | payment.move_id.line_ids
    lines = lines.sorted(lambda line: (line.move_id != move, line.sequence, line.id))
    partials = lines.matched_debit_ids | lines.matched_credit_ids
    sets = [
        *(order, order.order_line, move | payment.move_id, lines, payment),
        *(partials, lines.full_reconcile_id),
    ]
    return {records._table: [row(record) for record in records] for records in sets}


def row(record):
    """A stored row."""
    query = SQL(
        "SELECT to_jsonb(t) FROM %s t WHERE id = %s",
        SQL.identifier(record._table),
        record.id,
    )
    return record.env.execute_query(query)[0][0]


def make_twin(move):
    """The same document, entered by hand."""
    order = move.invoice_line_ids.sale_line_ids.order_id
    twin = _twin_from_order(move, order) if order else _twin_alone(move)
    twin.invoice_date = move.invoice_date
    twin.action_post()
    if move.matched_payment_ids:
        payment = move.matched_payment_ids
        wizard = move.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=twin.ids
        )
        wizard.create(
            {"payment_date": payment.date, "journal_id": payment.journal_id.id}
        )._create_payments()
    move.env.flush_all()
    return twin


def _twin_from_order(move, order):
    twin = order.create(
        {
            "partner_id": order.partner_id.id,
            "user_id": order.user_id.id,
            "client_order_ref": "TWIN",
            "payment_term_id": order.payment_term_id.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "product_uom_qty": line.product_uom_qty,
                        "price_unit": line.price_unit,
                    }
                )
                for line in order.order_line
            ],
        }
    )
    twin.action_confirm()
    twin.date_order = order.date_order
    for line in twin.order_line:
        line.qty_delivered = line.product_uom_qty
    return twin._create_invoices()


def _twin_alone(move):
    return move.create(
        {
            "move_type": move.move_type,
            "partner_id": move.partner_id.id,
            "invoice_user_id": move.invoice_user_id.id,
            "ref": "TWIN",
            "invoice_date": move.invoice_date,
            "invoice_payment_term_id": move.invoice_payment_term_id.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "product_id": line.product_id.id,
                        "quantity": line.quantity,
                        "price_unit": line.price_unit,
                    }
                )
                for line in move.invoice_line_ids
            ],
        }
    )


def check_twin(env, ref):
    """Every column of the loaded rows equals that of a twin made by hand."""
    env = company_env(env)
    move = invoice_of(env, ref)
    loaded, by_hand = family(move), family(make_twin(move))
    differences = []
    for table, rows in by_hand.items():
        assert len(rows) == len(loaded[table]), (table, len(rows), len(loaded[table]))
        for mine, twin in zip(loaded[table], rows, strict=True):
            for column in twin.keys() - ANY - OWN[table]:
                if mine[column] != twin[column]:
                    differences.append((table, column, mine[column], twin[column]))
    assert not differences, differences


UNSTABLE = {"qty_delivered", "delivery_status", "effective_date"}  # no transfers
RECOMPUTED = (
    "sale.order",
    "sale.order.line",
    "account.move",
    "account.move.line",
    "account.payment",
)


def check_recompute(env):
    """The ORM computes, for what no one may edit, the values that are stored."""
    env = company_env(env)
    for model in RECOMPUTED:
        records = env[model].search([("company_id", "=", env.company.id)])
        assert records, model
        names = [
            name
            for name, field in records._fields.items()
            if field.store and field.compute and field.readonly and field.column_type
            if name not in UNSTABLE
        ]
        before = {record["id"]: record for record in records.read(names)}
        for name in names:
            env.add_to_compute(records._fields[name], records)
        records._recompute_recordset()
        for record in records.read(names):
            old = before[record["id"]]
            wrong = {k: (old[k], v) for k, v in record.items() if old[k] != v}
            assert not wrong, (model, record["id"], wrong)


def check_screens(env):
    """Forms open, lists group, and what they show is right."""
    env = company_env(env)
    for model in ("account.move", "sale.order", "account.payment", "res.partner"):
        records = env[model].search([("company_id", "=", env.company.id)])
        assert records, model
        view = env[model].get_view(view_type="form")
        names = {name: {} for name in view["models"][model]}
        assert len(records.web_read(names)) == len(records)
    partner = env["res.partner"].search([("ref", "=", "17850")])
    invoices = env["account.move"].search(
        [("partner_id", "=", partner.id), ("move_type", "in", INVOICES)]
    )
    value = sum(invoices.mapped("amount_untaxed_signed"))
    assert abs(partner.total_invoiced - value) < 0.005, (partner.total_invoiced, value)
    owed = sum(invoices.mapped("amount_residual_signed"))
    assert owed > 0 and abs(partner.credit - owed) < 0.005, (partner.credit, owed)


def check_mart(env):
    """The figures per customer and day are those of the ledger, and stay so."""
    company = env.ref("__import__.load_company_online_retail")
    mart = env["crm.customer.day"]
    own = [("company_id", "=", company.id)]
    names = ["partner_id", "day", *mart._day_columns()]

    def rows():
        return mart.search(own, order="day, partner_id").read(names, load=None)

    ledger = env["account.move"].search([*own, ("move_type", "in", INVOICES)])
    value = sum(ledger.mapped("amount_untaxed_signed"))
    refreshed = [{**found, "id": 0} for found in rows()]
    assert abs(sum(found["revenue"] for found in refreshed) - value) < 0.005
    orders = env["sale.order"].search_count(own)
    assert sum(found["order_count"] for found in refreshed) == orders
    mart.rebuild()
    assert refreshed == [{**found, "id": 0} for found in rows()]


INVOICES = ("out_invoice", "out_refund")


def check_go_on(env):
    """The ERP goes on where the file ended: numbers, payments, unpaying, resetting."""
    env = company_env(env)
    last = env["account.move"].search(
        [("move_type", "=", "out_invoice"), ("company_id", "=", env.company.id)],
        order="sequence_prefix desc, sequence_number desc",
        limit=1,
    )
    twin = make_twin(last)
    assert twin.sequence_prefix == last.sequence_prefix
    assert twin.sequence_number == last.sequence_number + 1
    open_ = env["account.move"].search(
        [("payment_state", "=", "not_paid"), ("move_type", "=", "out_invoice")], limit=1
    )
    _pay(open_)
    paid = env["account.move"].search(
        [("payment_state", "=", "paid"), ("amount_total", ">", 0)], limit=1
    )
    paid.line_ids.remove_move_reconcile()
    assert paid.payment_state == "not_paid"
    assert paid.amount_residual == paid.amount_total
    paid.button_draft()
    paid.action_post()
    assert paid.state == "posted"


def _pay(invoice):
    wizard = invoice.env["account.payment.register"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizard.create({})._create_payments()
    assert invoice.payment_state == "paid"
    assert not invoice.amount_residual


def check_later(env, path, ref):
    """What comes later is added like the rest, at today's cost of the product."""
    from dev.loader import load

    own = company_env(env)
    product = own["product.product"].search([("default_code", "=", "71053")])
    product.standard_price = 1.2
    done = load(env, path)
    assert (done["documents"], done["lines"]) == (1, 1), done
    assert invoice_of(own, ref).invoice_line_ids.crm_cost == 4.8
    check_mart(env)
    check_twin(env, ref)


def check_cdnow(env):
    """The dollars are exact, whatever the price of one."""
    env = company_env(env, "cdnow")
    orders = env["sale.order"].search([("company_id", "=", env.company.id)])
    assert sorted(orders.mapped("amount_total")) == [0, 10]
    assert orders.currency_id.name == "USD"
    moves = env["account.move"].search(
        [("company_id", "=", env.company.id), ("move_type", "in", INVOICES)]
    )
    assert set(moves.mapped("payment_state")) == {"paid"}


def check_all_or_nothing(env, path):
    """A fault in the last step leaves no trace of the first."""
    from unittest.mock import patch

    from dev.loader import load, payments

    before = env["res.company"].search([])
    with patch.object(payments, "link_payments", side_effect=RuntimeError("cut")):
        try:
            load(env, path)
        except RuntimeError:
            pass
        else:
            raise AssertionError("the load went on")
    assert env["res.company"].search([]) == before
    assert not env["res.partner"].search([("ref", "=", "17850")])
    env.cr.execute("SELECT count(*) FROM account_move WHERE ref = '536365'")
    assert env.cr.fetchone() == (0,)
