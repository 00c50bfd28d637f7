"""Orders, invoices and credit notes from the staged documents."""

from odoo.tools import SQL

from .insert import columns_of, insert_like, same

LINES = "load_line line JOIN load_doc doc USING (n) WHERE "
KINDS = {"invoice": "NOT doc.refund", "refund": "doc.refund"}


def insert_orders(env, examples, company):
    """Confirmed orders, delivered and invoiced in full; how many, how many lines."""
    count = _insert_order_heads(env, examples["order"], company)
    return count, _insert_order_lines(env, examples["order_line"])


def _insert_order_heads(env, example, company):
    validity = company.quotation_validity_days if example["validity_date"] else None
    return insert_like(
        env,
        "sale_order",
        example,
        {
            **columns_of(
                id="doc.order_id", date_order="doc.stamp", access_token="NULL"
            ),
            **same("doc.ref", "name", "client_order_ref"),
            **same(
                "doc.partner_id",
                "partner_id",
                "partner_invoice_id",
                "partner_shipping_id",
            ),
            **same("doc.total", "amount_untaxed", "amount_total"),
            "validity_date": SQL("doc.day + %s::int", validity),
            "delivery_status": SQL("'full'"),
        },
        SQL("load_doc doc WHERE NOT doc.refund"),
    )


def _insert_order_lines(env, example):
    return insert_like(
        env,
        "sale_order_line",
        example,
        {
            **columns_of(
                id="line.order_line_id",
                order_id="doc.order_id",
                order_partner_id="doc.partner_id",
                product_id="line.product_id",
                product_uom_id="line.uom_id",
                name="line.label",
                qty_delivered_method="CASE WHEN line.service THEN 'manual' "
                "ELSE 'stock_move' END",
            ),
            **same("line.price", "price_unit", "technical_price_unit"),
            **same("line.quantity", "product_uom_qty", "qty_delivered", "qty_invoiced"),
            **same(
                "line.amount",
                "price_subtotal",
                "price_total",
                "untaxed_amount_invoiced",
            ),
            **same(
                "round(line.amount / line.quantity, 2)",
                "price_reduce_taxexcl",
                "price_reduce_taxinc",
            ),
        },
        SQL(LINES + KINDS["invoice"]),
    )


def insert_invoices(env, examples):
    """Posted invoices and credit notes with their lines."""
    for kind in KINDS:
        _insert_moves(env, examples[kind], kind)
        _insert_product_lines(env, examples[f"{kind}_line"], kind)
        _insert_term_lines(env, examples, kind)
    env.cr.execute(
        """
        INSERT INTO sale_order_line_invoice_rel (order_line_id, invoice_line_id)
        SELECT order_line_id, line_id FROM load_line WHERE order_line_id IS NOT NULL
        """
    )


def _insert_moves(env, example, kind):
    origin = "doc.ref" if kind == "invoice" else "NULL"
    open_ = "CASE WHEN doc.paid THEN 0 ELSE doc.total END"
    insert_like(
        env,
        "account_move",
        example,
        {
            **columns_of(
                id="doc.move_id",
                name="doc.name",
                ref="doc.ref",
                sequence_prefix="doc.prefix",
                sequence_number="doc.number",
                commercial_partner_id="doc.commercial_id",
                invoice_partner_display_name="doc.partner_name",
                invoice_date_due="doc.due",
                invoice_origin=origin,
                access_token="NULL",
                payment_state="CASE WHEN doc.paid OR doc.total = 0 THEN 'paid' "
                "ELSE 'not_paid' END",
                amount_residual=open_,
                amount_residual_signed=f"doc.sign * {open_}",
            ),
            **same("doc.day", "date", "invoice_date"),
            **same("doc.partner_id", "partner_id", "partner_shipping_id"),
            **same("doc.total", "amount_untaxed", "amount_total"),
            **same(
                "doc.sign * doc.total",
                "amount_untaxed_signed",
                "amount_total_signed",
                "amount_total_in_currency_signed",
                "amount_untaxed_in_currency_signed",
            ),
            **(columns_of(payment_reference="doc.name") if kind == "invoice" else {}),
        },
        SQL("load_doc doc WHERE " + KINDS[kind]),
    )


def _common(line_id):
    """What every line of an invoice repeats from it."""
    return {
        **columns_of(
            id=line_id,
            move_id="doc.move_id",
            move_name="doc.name",
            ref="doc.ref",
            partner_id="doc.commercial_id",
        ),
        **same("doc.day", "date", "invoice_date"),
    }


def balance(amount):
    """Columns of a signed amount in the company's currency."""
    return {
        **same(amount, "balance", "amount_currency"),
        **columns_of(
            debit=f"greatest({amount}, 0)",
            credit=f"greatest(-({amount}), 0)",
        ),
    }


def _insert_product_lines(env, example, kind):
    insert_like(
        env,
        "account_move_line",
        example,
        {
            **_common("line.line_id"),
            **balance("-doc.sign * line.amount"),
            **columns_of(
                product_id="line.product_id",
                product_uom_id="line.uom_id",
                name="line.label",
                price_unit="line.price",
                quantity="line.quantity",
                crm_cost="doc.sign * round(line.cost, 2)",
            ),
            **same("line.amount", "price_subtotal", "price_total"),
            **(columns_of(sequence="line.pos") if kind == "invoice" else {}),
        },
        SQL(LINES + KINDS[kind]),
    )


def _insert_term_lines(env, examples, kind):
    """The receivable line: open, paid, or nothing to pay."""
    example = examples[f"{kind}_term"]
    name = SQL(
        "replace(replace(like_.name, %s, doc.name), %s, doc.ref)",
        examples[kind]["name"],
        examples[kind]["ref"],
    )
    insert_like(
        env,
        "account_move_line",
        example,
        {
            **_common("doc.term_id"),
            **balance("doc.sign * doc.total"),
            "name": name,
            **columns_of(
                date_maturity="doc.due",
                reconciled="doc.paid OR doc.total = 0",
                full_reconcile_id="doc.full_id",
                matching_number="doc.full_id::text",
            ),
            **same(
                "CASE WHEN doc.paid THEN 0 ELSE doc.sign * doc.total END",
                "amount_residual",
                "amount_residual_currency",
            ),
        },
        SQL("load_doc doc WHERE " + KINDS[kind]),
    )
