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
    digits = len(example["name"]) - len(example["sequence_prefix"])
    env.cr.execute(
        SQL(
            """
            UPDATE load_doc SET (%(columns)s) = (
                prefix_ || lpad(number_::text,
                    greatest(%(digits)s, length(number_::text)), '0'),
                prefix_, number_
            )
            FROM (%(counted)s) AS counted (n_, prefix_, number_)
            WHERE n = n_
            """,
            columns=SQL(", ").join(columns),
            digits=digits,
            counted=_counted(example, condition, day),
        )
    )


def _counted(example, condition, day):
    """The documents with their prefix and the number that follows the last one's."""
    return SQL(
        """
        SELECT n, prefix,
            COALESCE(last.number, 0)
                + row_number() OVER (PARTITION BY prefix ORDER BY day, n)
        FROM (
            SELECT n, %(day)s AS day,
                replace(%(prefix)s, %(year)s, to_char(%(day)s, '"/"YYYY"/"'))
                    AS prefix
            FROM load_doc WHERE %(condition)s
        ) prefixed
        LEFT JOIN (
            SELECT sequence_prefix, max(sequence_number) AS number
            FROM account_move WHERE journal_id = %(journal)s GROUP BY 1
        ) last ON last.sequence_prefix = prefixed.prefix
        """,
        day=day,
        prefix=example["sequence_prefix"],
        year=f"/{example['date'][:4]}/",
        condition=condition,
        journal=example["journal_id"],
    )
