"""SQL that keeps the figures of credit files equal to the rows of their documents."""

from typing import NamedTuple

from odoo.tools import SQL

from . import crm_credit_exposure_query as query
from .crm_credit_account_figures import COMPONENTS

# Columns of an exposure row that, when all are the same, make it the same row.
COLUMNS = (
    "account_id",
    "component",
    "order_id",
    "move_id",
    "move_line_id",
    "date",
    "date_due",
    "counts_from",
    "counts_until",
    "currency_id",
    "amount_currency",
    "amount_company",
    "amount",
)
# Which exposure rows count into a figure today.
COUNTS = {
    "exposure_receivable_not_due": SQL(
        """component = 'receivable'
        AND (date_due IS NULL OR date_due >= company.today)"""
    ),
    "exposure_receivable_due": SQL(
        "component = 'receivable' AND date_due < company.today"
    ),
    "exposure_unallocated": SQL("component = 'unallocated'"),
    "exposure_draft_invoice": SQL("component = 'draft_invoice'"),
    "exposure_delivered": SQL("component = 'delivered'"),
    "exposure_ordered": SQL(
        """component = 'ordered'
        AND (counts_from IS NULL OR counts_from <= company.today)"""
    ),
    "exposure_quotation": SQL(
        """component = 'quotation'
        AND (counts_until IS NULL OR counts_until >= company.today)"""
    ),
    "exposure_uncleared": SQL("component = 'uncleared'"),
}
# In the ledger already: their amount in the company's currency stays.
BOOKED = SQL("('receivable', 'unallocated', 'uncleared')")


class Changed(NamedTuple):
    """A file whose figures were written."""

    id: int
    improved: bool  # it owes less, or may owe more
    due: bool  # its receivables changed
    stale: bool  # its figures are not of today


def refresh(scope, known, sources, now):
    """Replace the rows of the documents in scope; add the difference to their files.

    `known` is the condition on the rows that are there. Gives rows of `Changed`.
    """
    return SQL(
        """WITH %(ctes)s, fresh AS MATERIALIZED (%(fresh)s),
        known AS MATERIALIZED (
            SELECT * FROM crm_credit_exposure WHERE %(known)s
        ), gone AS (
            DELETE FROM crm_credit_exposure row USING known
            WHERE row.id = known.id AND NOT EXISTS (SELECT FROM fresh WHERE %(same)s)
            RETURNING %(gone)s
        ), added AS (
            INSERT INTO crm_credit_exposure (%(columns)s)
            SELECT %(columns)s FROM fresh WHERE NOT EXISTS (
                SELECT FROM known WHERE %(same)s)
            RETURNING %(columns)s
        ), change AS (
            SELECT change.account_id, company.today,
                BOOL_OR(component = 'receivable') AS due, %(sums)s
            FROM (SELECT *, 1 AS sign FROM added
                UNION ALL SELECT *, -1 FROM gone) change
            JOIN crm_credit_account account ON account.id = change.account_id
            JOIN company ON company.id = account.company_id
            GROUP BY change.account_id, company.today
        ) %(update)s""",
        ctes=query.ctes(now),
        fresh=query.exposure(scope, sources),
        known=known,
        same=_same(),
        gone=_columns("row"),
        columns=_columns(),
        sums=_sums(SQL("sign * amount")),
        update=_update_by_change(),
    )


def sum_up(granted, now):
    """Figures from the rows of files; `granted`: {file id: (limit, cover)}.

    Gives rows of `Changed`.
    """
    limits, covers = zip(*granted.values(), strict=True)
    return SQL(
        """WITH %(company)s, granted AS (
            SELECT * FROM UNNEST(%(ids)s::int[], %(limits)s::numeric[],
                %(covers)s::numeric[]) granted (account_id, amount, cover)
        ), total AS (
            SELECT account.id AS account_id, %(sums)s
            FROM crm_credit_account account
            JOIN company ON company.id = account.company_id
            LEFT JOIN crm_credit_exposure ON account_id = account.id
            WHERE account.id = ANY(%(ids)s) GROUP BY account.id
        ) %(update)s""",
        company=query.company_cte(now),
        ids=list(granted),
        limits=[str(limit) for limit in limits],
        covers=[str(cover) for cover in covers],
        sums=_sums(SQL("amount")),
        update=_update_by_total(),
    )


def convert(ids, now):
    """Today's rates on the rows in foreign currency of these files."""
    company = SQL("company.currency_id")
    at_company = SQL(
        "CASE WHEN row.component IN %s THEN row.amount_company ELSE %s END",
        BOOKED,
        query.converted(
            SQL("row.amount_currency"),
            SQL("row.currency_id"),
            company,
            SQL("company.rounding"),
        ),
    )
    in_file = query.converted(
        SQL("booked.amount"),
        company,
        SQL("account.currency_id"),
        SQL("cur.rounding::numeric"),
    )
    return SQL(
        """WITH %(ctes)s, fresh AS (
            SELECT row.id, booked.amount AS amount_company, %(in_file)s AS amount
            FROM crm_credit_account account
            JOIN company ON company.id = account.company_id
            JOIN res_currency cur ON cur.id = account.currency_id
            JOIN crm_credit_exposure row ON row.account_id = account.id
            CROSS JOIN LATERAL (SELECT %(at_company)s AS amount) booked
            WHERE account.id = ANY(%(ids)s) AND (row.currency_id <> company.currency_id
                OR account.currency_id <> company.currency_id)
        )
        UPDATE crm_credit_exposure row
        SET amount_company = fresh.amount_company, amount = fresh.amount
        FROM fresh WHERE fresh.id = row.id AND (row.amount_company, row.amount)
            IS DISTINCT FROM (fresh.amount_company, fresh.amount)""",
        ctes=query.ctes(now),
        in_file=in_file,
        at_company=at_company,
        ids=ids,
    )


def _columns(alias=None):
    names = [
        SQL.identifier(alias, name) if alias else SQL.identifier(name)
        for name in COLUMNS
    ]
    return SQL(", ").join(names)


def _same():
    """`fresh` and `known` are the same row. The first two let PostgreSQL hash."""
    key = "COALESCE(%s.move_line_id, %s.move_id, %s.order_id)"
    sides = [SQL(key.replace("%s", alias)) for alias in ("fresh", "known")]
    return SQL(
        """%s = %s AND fresh.component = known.component
        AND (%s) IS NOT DISTINCT FROM (%s)""",
        *sides,
        _columns("fresh"),
        _columns("known"),
    )


def _sums(amount):
    return SQL(", ").join(
        SQL(
            "COALESCE(SUM(%s) FILTER (WHERE %s), 0) AS %s",
            amount,
            counts,
            SQL.identifier(name),
        )
        for name, counts in COUNTS.items()
    )


def _update_by_change():
    added = "COALESCE(prior.%(name)s, 0) + change.%(name)s"
    return _update(
        SQL("change JOIN crm_credit_account prior ON prior.id = change.account_id"),
        {
            name: SQL(added.replace("%(name)s", "%s"), *[SQL.identifier(name)] * 2)
            for name in COMPONENTS
        },
        day=SQL("prior.figures_date"),
        due=SQL("change.due"),
        today=SQL("change.today"),
    )


def _update_by_total():
    return _update(
        SQL(
            """total JOIN crm_credit_account prior ON prior.id = total.account_id
            JOIN granted ON granted.account_id = prior.id
            JOIN company ON company.id = prior.company_id"""
        ),
        {name: SQL("total.%s", SQL.identifier(name)) for name in COMPONENTS}
        | {"credit_limit": SQL("granted.amount"), "cover_amount": SQL("granted.cover")},
        day=SQL("company.today"),
        due=SQL("TRUE"),
        today=SQL("company.today"),
    )


# What follows from the components, the limit and the cover.
TOTALS = SQL(
    """version = COALESCE(account.version, 0) + 1, figures_date = next.day,
    exposure = next.exposure,
    exposure_covered = LEAST(next.cover_amount, GREATEST(next.exposure, 0)),
    exposure_net = next.exposure
        - LEAST(next.cover_amount, GREATEST(next.exposure, 0)),
    available = CASE WHEN next.limit_type = 'unlimited' THEN 0
        ELSE next.credit_limit - next.exposure END,
    utilisation = CASE WHEN next.limit_type = 'unlimited' THEN 0
        WHEN next.credit_limit > 0 THEN ROUND(next.exposure / next.credit_limit, 4)
        WHEN next.exposure > 0 THEN 9.99 ELSE 0 END"""
)


def _update(tables, values, **more):
    """UPDATE of the files with new values and what follows from them."""
    for name in ("credit_limit", "cover_amount"):
        values.setdefault(name, SQL("COALESCE(prior.%s, 0)", SQL.identifier(name)))
    return SQL(
        """UPDATE crm_credit_account account SET %(changed)s, %(totals)s
        FROM (
            SELECT part.*, %(sum)s AS exposure FROM (
                SELECT prior.id, prior.limit_type, prior.exposure AS old_exposure,
                    prior.credit_limit AS old_limit,
                    prior.exposure_receivable_due AS old_due, %(values)s
                FROM %(tables)s
            ) part
        ) next WHERE next.id = account.id
        RETURNING account.id, next.exposure < COALESCE(next.old_exposure, 0)
            OR next.credit_limit > COALESCE(next.old_limit, 0)
            OR next.exposure_receivable_due < COALESCE(next.old_due, 0),
            next.due, next.day IS DISTINCT FROM next.today""",
        changed=SQL(", ".join(f"{name} = next.{name}" for name in values)),
        totals=TOTALS,
        sum=SQL(" + ".join(f"part.{name}" for name in COMPONENTS)),
        values=SQL(", ").join(
            SQL("%s AS %s", value, SQL.identifier(name))
            for name, value in (values | more).items()
        ),
        tables=tables,
    )
