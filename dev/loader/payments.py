"""Payments of the staged documents, reconciled with them.

`account_move.origin_payment_id` and `account_payment.move_id` name each other; the
order of the statements follows from their foreign keys.
"""

from odoo.tools import SQL

from .documents import KINDS, balance
from .insert import columns_of, insert_like, same

REFERENCES = (
    "UPDATE account_move SET origin_payment_id = doc.payment_id "
    "FROM load_doc doc WHERE account_move.id = doc.payment_move_id"
)


def insert_payments(env, examples):
    """Money received for invoices and paid back for credit notes."""
    return sum(_insert_kind(env, examples, kind) for kind in KINDS)


def insert_reconciliations(env, examples):
    """The match of each payment with its document; before the lines that name it."""
    for kind in KINDS:
        insert_like(
            env,
            "account_full_reconcile",
            examples[f"{kind}_full"],
            columns_of(id="doc.full_id"),
            _paid(kind),
        )


def _paid(kind):
    return SQL("load_doc doc WHERE doc.paid AND " + KINDS[kind])


def _insert_kind(env, examples, kind):
    _insert_moves(env, examples[f"{kind}_payment_move"], kind)
    count = _insert_payments(env, examples[f"{kind}_payment"], kind)
    _insert_lines(env, examples, kind)
    _insert_partials(env, examples[f"{kind}_partial"], kind)
    env.cr.execute(
        SQL(
            "INSERT INTO account_move__account_payment (invoice_id, payment_id) "
            "SELECT doc.move_id, doc.payment_id FROM %s",
            _paid(kind),
        )
    )
    return count


def _insert_moves(env, example, kind):
    insert_like(
        env,
        "account_move",
        example,
        {
            **columns_of(
                id="doc.payment_move_id",
                name="doc.payment_name",
                ref="doc.memo",
                date="doc.due",
                sequence_prefix="doc.payment_prefix",
                sequence_number="doc.payment_number",
                origin_payment_id="NULL",
                partner_id="doc.partner_id",
                commercial_partner_id="doc.commercial_id",
                invoice_partner_display_name="doc.partner_name",
            ),
            **same(
                "doc.total",
                "amount_total",
                "amount_total_signed",
                "amount_total_in_currency_signed",
            ),
        },
        _paid(kind),
    )


def _insert_payments(env, example, kind):
    return insert_like(
        env,
        "account_payment",
        example,
        columns_of(
            id="doc.payment_id",
            name="doc.payment_name",
            move_id="doc.payment_move_id",
            partner_id="doc.partner_id",
            date="doc.due",
            memo="doc.memo",
            amount="doc.total",
            amount_company_currency_signed="doc.sign * doc.total",
        ),
        _paid(kind),
    )


def _insert_lines(env, examples, kind):
    """The line on the bank, and the one that closes the receivable."""
    memo = examples[f"{kind}_payment"]["memo"]
    for role, ours in (("bank", _bank_columns()), ("counter", _counter_columns())):
        insert_like(
            env,
            "account_move_line",
            examples[f"{kind}_{role}"],
            {
                **columns_of(
                    move_id="doc.payment_move_id",
                    move_name="doc.payment_name",
                    payment_id="doc.payment_id",
                    ref="doc.memo",
                    partner_id="doc.commercial_id",
                ),
                **same("doc.due", "date", "date_maturity"),
                "name": SQL("replace(like_.name, %s, doc.memo)", memo),
                **ours,
            },
            _paid(kind),
        )


def _bank_columns():
    amount = "doc.sign * doc.total"
    return {
        **columns_of(id="doc.bank_id"),
        **_amounts(amount),
        **same(amount, "amount_residual", "amount_residual_currency"),
    }


def _counter_columns():
    return {
        **columns_of(
            id="doc.counter_id",
            full_reconcile_id="doc.full_id",
            matching_number="doc.full_id::text",
        ),
        **_amounts("-doc.sign * doc.total"),
        **same("0", "amount_residual", "amount_residual_currency"),
    }


def _amounts(amount):
    return {**balance(amount), **same(amount, "price_subtotal", "price_total")}


def _insert_partials(env, example, kind):
    debit, credit = "doc.term_id", "doc.counter_id"
    if kind == "refund":
        debit, credit = credit, debit
    insert_like(
        env,
        "account_partial_reconcile",
        example,
        {
            **columns_of(
                id="doc.partial_id",
                debit_move_id=debit,
                credit_move_id=credit,
                full_reconcile_id="doc.full_id",
                max_date="doc.due",
            ),
            **same(
                "doc.total",
                "amount",
                "debit_amount_currency",
                "credit_amount_currency",
            ),
        },
        _paid(kind),
    )


def link_payments(env):
    """Close the circle between a payment and its entry."""
    env.cr.execute(REFERENCES)
