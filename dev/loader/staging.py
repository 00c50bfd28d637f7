"""The documents in temporary tables, with the ids and numbers they will have."""

import csv
import io
from datetime import timedelta

from odoo.tools import SQL

from .dataset import to_cents

TERM = timedelta(days=30)
SEQUENCES = {
    "sale_order_id_seq": ("order_id", SQL("NOT refund")),
    "account_move_id_seq": ("move_id", SQL("TRUE")),
    "account_move_line_id_seq": ("term_id", SQL("TRUE")),
    "account_payment_id_seq": ("payment_id", SQL("paid")),
    "account_partial_reconcile_id_seq": ("partial_id", SQL("paid")),
    "account_full_reconcile_id_seq": ("full_id", SQL("paid")),
}


def stage(env, dataset, documents, partners, products):
    """Fill `load_doc` and `load_line`; a second call in a transaction starts anew."""
    cr = env.cr
    cr.execute("DROP TABLE IF EXISTS load_doc, load_line, load_raw_doc, load_raw_line")
    cr.execute(
        """
        CREATE TEMP TABLE load_raw_doc (
            n int, ref text, refund bool, paid bool, partner_id int, stamp timestamp,
            day date, due date, total numeric
        ) ON COMMIT DROP;
        CREATE TEMP TABLE load_raw_line (
            n int, pos int, product_id int, quantity numeric, price numeric,
            amount numeric
        ) ON COMMIT DROP
        """
    )
    last_day = dataset.last_day
    _copy(cr, "load_raw_doc", _docs(dataset, documents, partners, last_day))
    _copy(cr, "load_raw_line", _lines(documents, products))
    _allocate(env)


def _docs(dataset, documents, partners, last_day):
    to_utc = dataset.source.to_utc
    for n, doc in enumerate(documents):
        day = doc.when.date()
        due = day + TERM
        total = to_cents(doc.total)
        paid = bool(total) and due <= last_day
        yield (
            *(n, doc.ref, doc.refund, paid, partners[doc.customer]),
            *(to_utc(doc.when), day, due, total),
        )


def _lines(documents, products):
    for n, doc in enumerate(documents):
        for pos, line in enumerate(doc.lines):
            yield (
                *(n, pos, products[line.product]),
                *(line.quantity, line.price, line.amount),
            )


def _copy(cr, table, rows):
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    buffer.seek(0)
    cr.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv)", buffer)


def _allocate(env):
    """Take ids from PostgreSQL's own sequences.

    The joins happen in a sorted subquery: ids follow the order of the file.
    """
    _allocate_documents(env)
    env.cr.execute("ANALYZE load_raw_doc")
    _allocate_lines(env)
    env.cr.execute(
        "CREATE UNIQUE INDEX ON load_doc (n); ANALYZE load_doc; ANALYZE load_line"
    )


def _allocate_documents(env):
    ids = SQL(", ").join(
        SQL(
            "CASE WHEN %s THEN nextval(%s)::int END AS %s",
            condition,
            sequence,
            SQL.identifier(column),
        )
        for sequence, (column, condition) in SEQUENCES.items()
    )
    env.cr.execute(
        SQL(
            """
            CREATE TEMP TABLE load_doc ON COMMIT DROP AS
            SELECT doc.*, %s,
                CASE WHEN paid THEN nextval('account_move_id_seq')::int END
                    AS payment_move_id,
                CASE WHEN paid THEN nextval('account_move_line_id_seq')::int END
                    AS bank_id,
                CASE WHEN paid THEN nextval('account_move_line_id_seq')::int END
                    AS counter_id,
                CASE WHEN refund THEN -1 ELSE 1 END AS sign,
                NULL::text AS name, NULL::text AS prefix, NULL::int AS number,
                NULL::text AS memo,
                NULL::text AS payment_name, NULL::text AS payment_prefix,
                NULL::int AS payment_number
            FROM (
                SELECT raw.*, partner.complete_name AS partner_name,
                    partner.commercial_partner_id AS commercial_id
                FROM load_raw_doc raw
                JOIN res_partner partner ON partner.id = raw.partner_id
                ORDER BY n
            ) doc
            """,
            ids,
        )
    )


def _allocate_lines(env):
    env.cr.execute(
        """
        CREATE TEMP TABLE load_line ON COMMIT DROP AS
        SELECT line.*,
            nextval('account_move_line_id_seq')::int AS line_id,
            CASE WHEN NOT refund THEN nextval('sale_order_line_id_seq')::int END
                AS order_line_id
        FROM (
            SELECT raw.*, doc.refund, template.uom_id,
                template.type = 'service' AS service,
                raw.quantity * COALESCE(
                    (product.standard_price ->> '%(company)s')::numeric, 0) AS cost,
                '[' || product.default_code || '] ' || (template.name->>'en_US')
                    AS label
            FROM load_raw_line raw
            JOIN load_raw_doc doc USING (n)
            JOIN product_product product ON product.id = raw.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
            ORDER BY n, pos
        ) line
        """,
        {"company": env.company.id},
    )
