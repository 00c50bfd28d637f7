"""The whole load, in the transaction of the caller."""

import time
from collections import Counter
from decimal import Decimal

from psycopg2 import IntegrityError, OperationalError

from odoo.tools import SQL

from . import documents, payments
from .company import ensure_company
from .errors import LoadError
from .examples import make_examples
from .masters import ensure_customers, ensure_products
from .numbering import number_documents
from .reading import read
from .staging import stage

LOCK = 0x6C6F6164  # "load"
NEEDED = ("sale.order", "account.payment", "stock.warehouse")
TABLES = (
    "res_partner",
    "product_template",
    "product_product",
    "sale_order",
    "sale_order_line",
    "sale_order_line_invoice_rel",
    "account_move",
    "account_move_line",
    "account_payment",
    "account_partial_reconcile",
    "account_full_reconcile",
)
CONTEXT = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "lang": "en_US",
}


def run(env, path, progress=None):
    """Load `path`; see `load` in the package. Nothing stays if it raises."""
    return _Run(env, path, progress or (lambda _text: None)).run()


class _Run:
    def __init__(self, env, path, report):
        self.env = env
        self.path = path
        self.report = report
        self.started = time.monotonic()

    def run(self):
        """Read, then write all or nothing."""
        self._check_addons()
        self.report(f"reading {self.path}")
        dataset = read(self.path, self.report)
        self._report_dataset(dataset)
        self._lock()
        try:
            with self.env.cr.savepoint():
                return self._load(dataset)
        except (IntegrityError, OperationalError) as error:
            raise LoadError(
                "Another load or change of the same company ran at the same time; "
                "nothing was loaded, start again."
            ) from error

    def _check_addons(self):
        missing = [name for name in NEEDED if name not in self.env]
        if missing:
            raise LoadError(
                "This database has no sales, invoices and stock yet "
                "(install crm_relationship first); nothing was loaded."
            )

    def _lock(self):
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not self.env.cr.fetchone()[0]:
            raise LoadError("Another load is running on this database; wait for it.")

    def _report_dataset(self, dataset):
        self.report(
            f"{dataset.rows:,} rows read in {self._seconds():.1f} s: "
            f"{len(dataset.documents):,} documents of {len(dataset.countries):,} "
            f"customers, net {dataset.net:,.2f} {dataset.source.currency}"
        )
        for reason, (rows, value) in sorted(dataset.left_out.items()):
            self.report(f"left out: {rows:,} rows {reason}, worth {value:,.2f}")
        for note in dataset.notes:
            self.report(note)

    def _seconds(self):
        return time.monotonic() - self.started

    def _load(self, dataset):
        company = ensure_company(self.env, dataset.source)
        context = {**CONTEXT, "allowed_company_ids": [company.id]}
        env = self.env(context={**self.env.context, **context})
        company = company.with_env(env)
        new = _not_yet_loaded(env, company, dataset)
        if not new:
            self.report(
                f"all {len(dataset.documents):,} documents are there already: "
                "nothing to add"
            )
            return _result(company, dataset, [])
        if len(new) < len(dataset.documents):
            known = len(dataset.documents) - len(new)
            self.report(f"{known:,} documents are there already and stay as they are")
        partners = ensure_customers(env, company, dataset, self.report)
        products = ensure_products(env, company, dataset, self.report)
        env.flush_all()
        self._write(env, company, dataset, new, partners, products)
        return _result(company, dataset, new)

    def _write(self, env, company, dataset, new, partners, products):
        salesman = env.ref("base.user_admin", raise_if_not_found=False) or env.user
        examples = make_examples(env, company, new[0].when.date(), salesman)
        stage(env, dataset, new, partners, products)
        number_documents(env, examples)
        self.report(f"{len(new):,} documents staged after {self._seconds():.1f} s")
        orders, lines = documents.insert_orders(env, examples, company)
        self.report(f"{orders:,} orders with {lines:,} lines")
        payments.insert_reconciliations(env, examples)
        documents.insert_invoices(env, examples)
        self.report(f"{len(new):,} invoices and credit notes posted")
        paid = payments.insert_payments(env, examples)
        payments.link_payments(env)
        self.report(f"{paid:,} payments reconciled")
        _count_documents(env)
        _check_totals(env, dataset, new, partners)
        _finish(env, self.report)
        rows = sum(len(document.lines) for document in new)
        seconds = self._seconds()
        self.report(
            f"{rows:,} rows loaded in {seconds:.0f} s ({rows / seconds:,.0f} rows/s)"
        )


def _not_yet_loaded(env, company, dataset):
    """Documents whose reference the company's ledger does not hold."""
    rows = env.execute_query(
        SQL(
            "SELECT ref, move_type = 'out_refund' FROM account_move "
            "WHERE company_id = %s AND move_type IN ('out_invoice', 'out_refund') "
            "AND ref IS NOT NULL",
            company.id,
        )
    )
    known = set(rows)
    return [doc for doc in dataset.documents if (doc.ref, doc.refund) not in known]


def _count_documents(env):
    """Raise the rank by which the ERP orders customers, as posting does."""
    env.cr.execute(
        SQL(
            """
            UPDATE res_partner
               SET customer_rank = customer_rank + counted.documents, write_date = %s
              FROM (
                SELECT partner_id, count(*) + count(payment_id) AS documents
                  FROM load_doc GROUP BY partner_id
              ) counted
             WHERE res_partner.id = counted.partner_id
            """,
            env.cr.now(),
        )
    )


def _check_totals(env, dataset, new, partners):
    """The ledger holds per customer, to the cent, what the rows say."""
    expected = Counter()
    for document in new:
        total = document.total
        expected[partners[document.customer]] += -total if document.refund else total
    ledger = env.execute_query(
        SQL(
            """
            SELECT doc.partner_id, (-sum(line.balance))::text
              FROM load_doc doc
              JOIN account_move_line line ON line.move_id = doc.move_id
             WHERE line.display_type = 'product' AND line.parent_state = 'posted'
             GROUP BY doc.partner_id
            """
        )
    )
    wrong = [pid for pid, amount in ledger if Decimal(amount) != expected[pid]]
    if wrong or len(ledger) != len(expected):
        raise LoadError(
            f"The ledger would differ from the file for {len(wrong):,} customers; "
            f"nothing was loaded (this is a fault of the loader, data set "
            f"{dataset.source.code})."
        )


def _finish(env, report):
    env.invalidate_all()
    env.cr.execute(SQL("ANALYZE %s", SQL(", ").join(map(SQL.identifier, TABLES))))
    if "crm.customer.day" in env:
        _refresh_mart(env, report)


def _refresh_mart(env, report):
    from odoo.addons.crm_relationship.exceptions import PassBusyError

    try:
        with env.cr.savepoint():
            env["crm.customer.day"].refresh()
    except PassBusyError:
        report("the figures per customer follow with the next scheduled refresh")
    else:
        report("figures per customer and day refreshed")


def _result(company, dataset, new):
    return {
        "company": company,
        "rows": dataset.rows,
        "documents": len(new),
        "lines": sum(len(document.lines) for document in new),
        "customers": len(dataset.countries),
        "net": dataset.net,
        "left_out": dataset.left_out,
    }
