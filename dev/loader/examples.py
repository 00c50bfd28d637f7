"""One of each document, made by the ORM and undone: what a row must look like.

The loader copies every column it has no value for from these rows, so that columns
which Odoo or an addon adds are filled as the ORM fills them.
"""

from odoo import Command
from odoo.tools import SQL

from .company import bank_journal

RANKS = "account.res.partner.increase_rank.customer_rank"


class _Undo(Exception):
    """Leave the savepoint without a trace."""


def make_examples(env, company, day, salesman):
    """Rows as JSON by role: order, invoice, refund and their lines and payments."""
    rows = {}
    try:
        with env.cr.savepoint():
            rows = _Maker(env, company, day, salesman).rows()
            raise _Undo
    except _Undo:
        env.invalidate_all()
    return rows


class _Maker:
    def __init__(self, env, company, day, salesman):
        self.env = env
        self.company = company
        self.day = day
        self.salesman = salesman
        self.term = env.ref("account.account_payment_term_30days")
        self.partner = env["res.partner"].create(
            {
                "name": "Example",
                "is_company": True,
                "company_id": company.id,
                "country_id": company.country_id.id,
                "customer_rank": 1,
                "property_payment_term_id": self.term.id,
            }
        )
        self.product = env["product.product"].create(
            {
                "name": "Example",
                "company_id": company.id,
                "type": "consu",
                "invoice_policy": "order",
                "taxes_id": [],
                "supplier_taxes_id": [],
            }
        )

    def rows(self):
        """Everything once, as stored."""
        order = self._order()
        invoice = self._invoice(order)
        refund = self._refund()
        self.env.flush_all()
        rows = {
            "order": self._row(order),
            "order_line": self._row(order.order_line),
            **self._document("invoice", invoice),
            **self._document("refund", refund),
        }
        # The ORM counts a customer's documents after the commit: not this one's.
        self.env.cr.postcommit.data.get(RANKS, {}).pop(self.partner.id, None)
        return rows

    def _order(self):
        moment = self.day.strftime("%Y-%m-%d 12:00:00")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "user_id": self.salesman.id,
                "date_order": moment,
                "client_order_ref": "EXAMPLE",
                "payment_term_id": self.term.id,
                "order_line": [Command.create(self._line("product_uom_qty"))],
            }
        )
        order.action_confirm()
        order.date_order = moment
        order.order_line.qty_delivered = order.order_line.product_uom_qty
        return order

    def _line(self, quantity):
        return {"product_id": self.product.id, quantity: 2, "price_unit": 10}

    def _invoice(self, order):
        invoice = order._create_invoices()
        invoice.invoice_date = self.day
        invoice.action_post()
        return invoice

    def _refund(self):
        refund = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.partner.id,
                "invoice_user_id": self.salesman.id,
                "ref": "EXAMPLE",
                "invoice_date": self.day,
                "invoice_payment_term_id": self.term.id,
                "invoice_line_ids": [Command.create(self._line("quantity"))],
            }
        )
        refund.action_post()
        return refund

    def _document(self, role, move):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        payment = wizard.create(
            {
                "payment_date": move.invoice_date_due,
                "journal_id": bank_journal(self.env, self.company).id,
            }
        )._create_payments()
        self.env.flush_all()
        term = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        counter = payment.move_id.line_ids.filtered("reconciled")
        parts = {
            "": move,
            "_line": move.invoice_line_ids,
            "_term": term,
            "_payment": payment,
            "_payment_move": payment.move_id,
            "_bank": payment.move_id.line_ids - counter,
            "_counter": counter,
            "_partial": term.matched_credit_ids | term.matched_debit_ids,
            "_full": term.full_reconcile_id,
        }
        return {f"{role}{part}": self._row(rec) for part, rec in parts.items()}

    def _row(self, record):
        record.ensure_one()
        query = SQL(
            "SELECT to_jsonb(t) FROM %s t WHERE id = %s",
            SQL.identifier(record._table),
            record.id,
        )
        return self.env.execute_query(query)[0][0]
