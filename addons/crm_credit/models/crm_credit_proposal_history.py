"""The history of customers as a creditor sees it, in one statement."""

from odoo.tools import SQL

# The balance at the end of each day on which it changed, and until when it held.
LEVEL = SQL(
    """SELECT partner_id, SUM(SUM(balance)) OVER by_day AS balance,
           LEAD(date) OVER by_day AS until
      FROM item GROUP BY partner_id, date
    WINDOW by_day AS (PARTITION BY partner_id ORDER BY date)"""
)
# How late the customer pays, weighted by the amount.
LATE = SQL(
    """SELECT partner_id, SUM(amount * GREATEST(days, 0)) / SUM(amount) AS days,
           COALESCE(SUM(amount) FILTER (WHERE days > 0), 0) / SUM(amount)
               AS share
      FROM paid GROUP BY partner_id HAVING SUM(amount) > 0"""
)


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
        peak AS (
            SELECT partner_id, GREATEST(MAX(balance), 0) AS peak FROM level
             WHERE until IS NULL OR until > %(since)s GROUP BY partner_id
        ),
        billing AS (
            SELECT partner_id,
                   SUM(balance) FILTER (WHERE date >= %(since)s) AS billed,
                   MIN(date) FILTER (WHERE move_type <> 'out_refund') AS first
              FROM item WHERE move_type IN ('out_invoice', 'out_refund', 'out_receipt')
             GROUP BY partner_id
        ),
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
          LEFT JOIN LATERAL (
              SELECT EXTRACT(YEAR FROM age) * 12 + EXTRACT(MONTH FROM age) AS known
                FROM AGE(%(today)s::date, billing.first) age
          ) months ON TRUE
         ORDER BY scope.partner_id
        """,
        partners=partners,
        today=today,
        since=since,
        paid=_paid_sql(today, since),
        item=_item_sql(companies, today),
        level=LEVEL,
        late=LATE,
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
        SELECT item.partner_id, match.amount, payment.date - item.date_maturity AS days
          FROM item
          JOIN account_partial_reconcile match ON match.debit_move_id = item.id
          JOIN account_move_line payment ON payment.id = match.credit_move_id
          JOIN account_move move ON move.id = payment.move_id
         WHERE item.move_type IN ('out_invoice', 'out_receipt')
           AND move.move_type = 'entry' AND payment.parent_state = 'posted'
           AND payment.date BETWEEN %(since)s AND %(today)s
           AND NOT EXISTS (SELECT FROM account_partial_reconcile other
                            WHERE other.exchange_move_id = move.id)
        UNION ALL
        SELECT partner_id, amount_residual, %(today)s - date_maturity FROM item
         WHERE move_type IN ('out_invoice', 'out_receipt')
           AND amount_residual > 0 AND date_maturity < %(today)s
        """,
        since=since,
        today=today,
    )
