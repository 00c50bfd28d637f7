"""Names of the documents: their journals' sequences go on."""

from odoo.tools import SQL


def number_documents(env, examples):
    """Give the staged invoices, credit notes and payments their numbers."""
    _number(env, examples["invoice"], SQL("NOT refund"), DOCUMENT)
    _number(env, examples["refund"], SQL("refund"), DOCUMENT)
    _number(env, examples["invoice_payment_move"], SQL("paid"), PAYMENT)
    env.cr.execute(
        "UPDATE load_doc SET memo = CASE WHEN refund THEN ref ELSE name END;"
        "ANALYZE load_doc"
    )


DOCUMENT = SQL("day"), [SQL.identifier(c) for c in ("name", "prefix", "number")]
PAYMENT = (
    SQL("due"),
    [
        SQL.identifier(column)
        for column in ("payment_name", "payment_prefix", "payment_number")
    ],
)


def _number(env, example, condition, target):
    """Count on within each prefix, which holds the year when the example's does."""
    day, columns = target
    prefix = example["sequence_prefix"]
    digits = len(example["name"]) - len(prefix)
    env.cr.execute(
        SQL(
            """
            WITH prefixed AS (
                SELECT n, %(day)s AS day,
                    replace(%(prefix)s, %(year)s, to_char(%(day)s, '"/"YYYY"/"'))
                        AS prefix
                FROM load_doc WHERE %(condition)s
            ), numbered AS (
                SELECT n, prefix,
                    COALESCE(last.number, 0)
                        + row_number() OVER (PARTITION BY prefix ORDER BY day, n)
                        AS number
                FROM prefixed
                LEFT JOIN (
                    SELECT sequence_prefix, max(sequence_number) AS number
                    FROM account_move WHERE journal_id = %(journal)s GROUP BY 1
                ) last ON last.sequence_prefix = prefixed.prefix
            )
            UPDATE load_doc SET (%(columns)s) = (
                prefix_ || lpad(number_::text,
                    greatest(%(digits)s, length(number_::text)), '0'),
                prefix_, number_
            )
            FROM (SELECT n AS n_, prefix AS prefix_, number AS number_ FROM numbered)
                AS counted
            WHERE n = n_
            """,
            day=day,
            prefix=prefix,
            year=f"/{example['date'][:4]}/",
            condition=condition,
            journal=example["journal_id"],
            columns=SQL(", ").join(columns),
            digits=digits,
        )
    )
