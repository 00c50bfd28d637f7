"""The history of customers as a creditor sees it, in one statement."""

from odoo.tools import SQL

# The balance at the end of each day on which it changed, and until when it held.
LEVEL = SQL(
    """SELECT partner_id, date, SUM(SUM(balance)) OVER by_day AS balance,
           LEAD(date) OVER by_day AS until
      FROM item GROUP BY partner_id, date
    WINDOW by_day AS (PARTITION BY partner_id ORDER BY date)"""
)
# The highest of these balances that held in the window.
PEAK = """SELECT partner_id, GREATEST(MAX(balance), 0) AS peak FROM level
     WHERE until IS NULL OR until > %(since)s GROUP BY partner_id"""
# What was billed in the window, and when the customer was billed first of all.
BILLING = """SELECT partner_id, SUM(balance) FILTER (WHERE date >= %(since)s) AS billed,
           MIN(date) FILTER (WHERE move_type <> 'out_refund') AS first
      FROM item WHERE move_type IN ('out_invoice', 'out_refund', 'out_receipt')
     GROUP BY partner_id"""
# What an average of days late is: paying early doesn't make up for paying late.
DAYS_LATE = SQL("SUM(amount * GREATEST(days, 0)) / NULLIF(SUM(amount), 0)")
# How late the customer pays, weighted by the amount.
LATE = SQL(
    """SELECT partner_id, %(days_late)s AS days,
           COALESCE(SUM(amount) FILTER (WHERE days > 0), 0) / SUM(amount)
               AS share
      FROM paid GROUP BY partner_id HAVING SUM(amount) > 0""",
    days_late=DAYS_LATE,
)
# Whole months since the first bill.
MONTHS = """SELECT EXTRACT(YEAR FROM age) * 12 + EXTRACT(MONTH FROM age) AS known
      FROM AGE(%(today)s::date, billing.first) age"""


def history_sql(partners, companies, today, since):
    """Facts of the legal entities that `partners` selects, in company currency.

    Documents belong to the current legal entity of their partner. `peak` is the highest
    balance of the receivable accounts at the end of a day, counting the balance with
    which the window begins. Days late are those between due date and payment, weighted
    by the amount; what is still open past its due date counts as if it were paid today.
    """
    return SQL(
        """
        WITH scope AS MATERIALIZED (%(partners)s),
        item AS MATERIALIZED (%(item)s),
        level AS (%(level)s),
        peak AS (%(peak)s),
        billing AS (%(billing)s),
        paid AS (%(paid)s),
        late AS (%(late)s)
        SELECT scope.partner_id, COALESCE(peak.peak, 0) AS peak_exposure,
               COALESCE(billing.billed, 0) / GREATEST(LEAST(months.known, 12), 1)
                   AS monthly_billing,
               late.days::float AS days_late,
               COALESCE(late.share, 0)::float AS late_share,
               months.known::int AS months
          FROM scope
          LEFT JOIN peak USING (partner_id)
          LEFT JOIN billing USING (partner_id)
          LEFT JOIN late USING (partner_id)
          LEFT JOIN LATERAL (%(months)s) months ON TRUE
         ORDER BY scope.partner_id
        """,
        partners=partners,
        months=SQL(MONTHS, today=today),
        peak=SQL(PEAK, since=since),
        billing=SQL(BILLING, since=since),
        paid=_paid_sql(today, since),
        item=_item_sql(companies, today),
        level=LEVEL,
        late=LATE,
    )


def months_sql(partners, companies, today, since):
    """How a legal entity paid and what it owed, month by month since a first of month.

    A month has the average days late of what was paid on invoices in it, NULL where
    nothing was, and the highest balance of the receivable accounts at the end of a day.
    """
    return SQL(
        """
        WITH scope AS MATERIALIZED (SELECT UNNEST(%(partners)s::int[]) AS partner_id),
        item AS MATERIALIZED (%(item)s),
        level AS MATERIALIZED (%(level)s),
        matched AS MATERIALIZED (%(matched)s)
        SELECT month.first, paid.days::float AS days_late,
               GREATEST(level.peak, 0)::float AS peak
          FROM (SELECT first::date, (first + INTERVAL '1 month')::date AS next
                  FROM GENERATE_SERIES(%(since)s::timestamp, %(today)s::timestamp,
                                       INTERVAL '1 month') first) month
          LEFT JOIN LATERAL (
              SELECT %(days_late)s AS days FROM matched
               WHERE date >= month.first AND date < month.next
          ) paid ON TRUE
          LEFT JOIN LATERAL (
              SELECT MAX(balance) AS peak FROM level
               WHERE date < month.next AND (until IS NULL OR until > month.first)
          ) level ON TRUE
         ORDER BY month.first
        """,
        partners=partners,
        today=today,
        since=since,
        item=_item_sql(companies, today),
        level=LEVEL,
        matched=_matched_sql(today, since),
        days_late=DAYS_LATE,
    )


def _item_sql(companies, today):
    """Receivable items of the legal entities in `scope`."""
    return SQL(
        """
        SELECT entity.commercial_partner_id AS partner_id, line.id, line.date,
               line.date_maturity, line.balance, line.amount_residual,
               move.move_type
          FROM account_move_line line
          JOIN account_move move ON move.id = line.move_id
          JOIN account_account account ON account.id = line.account_id
           AND account.account_type = 'asset_receivable'
          JOIN res_partner entity ON entity.id = line.partner_id
          JOIN scope ON scope.partner_id = entity.commercial_partner_id
         WHERE line.parent_state = 'posted' AND line.date <= %(today)s
           AND line.company_id = ANY(%(companies)s)
        """,
        companies=companies,
        today=today,
    )


def _paid_sql(today, since):
    """What was paid on invoices, or should have been: amount and days late."""
    return SQL(
        """
        SELECT partner_id, amount, days FROM (%(matched)s) matched
        UNION ALL
        SELECT partner_id, amount_residual, %(today)s - date_maturity FROM item
         WHERE move_type IN ('out_invoice', 'out_receipt')
           AND amount_residual > 0 AND date_maturity < %(today)s
        """,
        matched=_matched_sql(today, since),
        today=today,
    )


def _matched_sql(today, since):
    """What was paid on invoices: day, amount and days late."""
    return SQL(
        """
        SELECT item.partner_id, payment.date, match.amount,
               payment.date - item.date_maturity AS days
          FROM item
          JOIN account_partial_reconcile match ON match.debit_move_id = item.id
          JOIN account_move_line payment ON payment.id = match.credit_move_id
          JOIN account_move move ON move.id = payment.move_id
         WHERE item.move_type IN ('out_invoice', 'out_receipt')
           AND move.move_type = 'entry' AND payment.parent_state = 'posted'
           AND payment.date BETWEEN %(since)s AND %(today)s
           AND NOT EXISTS (SELECT FROM account_partial_reconcile other
                            WHERE other.exchange_move_id = move.id)
        """,
        since=since,
        today=today,
    )
