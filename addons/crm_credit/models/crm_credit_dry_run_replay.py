"""What past orders met when they were confirmed, rebuilt from the documents.

Two temporary tables hold what customers owed in the window and what they paid; all
questions about a day of a customer are rows of a third one and answered at once. Money
and invoices count from the day after their date, and a day is one of the company.
"""

from collections import defaultdict
from datetime import timedelta

from odoo.tools import SQL

from ..tools.replay import Moment

ITEM, PAID, ASKED = (
    SQL.identifier(f"crm_credit_dry_run_{name}") for name in ("item", "paid", "asked")
)
# What each order was invoiced on each day.
INVOICED = SQL(
    """SELECT placed.id, COALESCE(move.invoice_date, move.date) AS day,
           SUM(line.price_total
               / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)::numeric
           ) AS amount
      FROM placed
      JOIN sale_order_line sold ON sold.order_id = placed.id
      JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sold.id
      JOIN account_move_line line ON line.id = rel.invoice_line_id
      JOIN account_move move ON move.id = line.move_id
       AND move.state = 'posted' AND move.move_type = 'out_invoice'
     GROUP BY 1, 2"""
)
# How much of an order is invoiced after each day; all of it once it is closed.
LEVEL = SQL(
    """SELECT id, day,
           CASE WHEN closed AND LEAD(day) OVER by_day IS NULL THEN total
                ELSE GREATEST(LEAST(SUM(amount) OVER by_day, total), 0)
           END AS amount
      FROM invoiced JOIN placed USING (id)
    WINDOW by_day AS (PARTITION BY id ORDER BY day)"""
)
# What moves the exposure: orders, their invoices taking over, the ledger.
EVENT = """SELECT partner_id, at, id, total AS amount FROM placed
    UNION ALL
    SELECT partner_id, level.day + 1, NULL,
           LAG(level.amount, 1, 0) OVER (PARTITION BY id ORDER BY level.day)
               - level.amount
      FROM level JOIN placed USING (id)
    UNION ALL
    SELECT partner_id, date + 1, NULL, SUM(balance)
      FROM (%(ledger)s) ledger GROUP BY 1, 2"""


class Replay:
    """The history of the customers of one company's orders since a day."""

    def __init__(self, env, company, since, today, with_late):
        self.env = env
        self.since = since
        self.today = today
        self.with_late = with_late
        companies = env["res.company"].sudo()
        self.companies = companies.search([("id", "child_of", company.id)]).ids
        self.tz = company.sudo().partner_id.tz or "UTC"

    def orders(self):
        """Each order confirmed since then, with what it met, oldest first."""
        self.env.flush_all()
        orders = self.env.execute_query_dict(self._orders_sql())
        self._load()
        self._ask((o["id"], o["partner_id"], o["day"], o["exposure"]) for o in orders)
        moments = self._answers()
        for order in orders:
            order["moment"] = moments[order["id"]][0]
        return orders

    def later(self, orders):
        """{order id: a Moment for each later day on which a payment counts}."""
        self._ask((o["id"], o["partner_id"], o["day"], o["exposure"]) for o in orders)
        self.env.cr.execute(
            SQL(
                """
                WITH first AS (DELETE FROM %(asked)s RETURNING *)
                INSERT INTO %(asked)s
                SELECT DISTINCT first.order_id, first.partner_id, first.base,
                       paid.day + 1, first.exposure
                  FROM first
                  JOIN %(paid)s paid ON paid.partner_id = first.partner_id
                   AND paid.day >= first.base AND paid.day < %(today)s
                """,
                asked=ASKED,
                paid=PAID,
                today=self.today,
            )
        )
        return self._answers()

    # ------------------------------------------------------------------- SQL

    def _placed_sql(self):
        """Confirmed orders of the customers in question, in company currency."""
        return SQL(
            """
            SELECT document.id, entity.commercial_partner_id AS partner_id,
                   document.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s AS at,
                   GREATEST(document.amount_total, 0)
                       / COALESCE(NULLIF(document.currency_rate, 0), 1)::numeric
                       AS total,
                   document.invoice_status = 'invoiced' AS closed
              FROM sale_order document
              JOIN res_partner entity ON entity.id = document.partner_invoice_id
             WHERE document.state = 'sale' AND document.company_id = ANY(%(companies)s)
               AND entity.commercial_partner_id IN (%(scope)s)
            """,
            tz=self.tz,
            companies=self.companies,
            scope=self._scope_sql(),
        )

    def _scope_sql(self):
        return SQL(
            """
            SELECT entity.commercial_partner_id
              FROM sale_order document
              JOIN res_partner entity ON entity.id = document.partner_invoice_id
             WHERE document.state = 'sale' AND document.company_id = ANY(%s)
               AND document.date_order >= %s
            """,
            self.companies,
            self.since - timedelta(days=1),  # whatever the time zone
        )

    def _ledger_sql(self):
        """Posted receivable lines of the customers in question."""
        return SQL(
            """
            SELECT line.id, entity.commercial_partner_id AS partner_id, line.date,
                   line.date_maturity, line.balance, move.move_type
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_account account ON account.id = line.account_id
               AND account.account_type = 'asset_receivable'
              JOIN res_partner entity ON entity.id = line.partner_id
             WHERE line.parent_state = 'posted' AND line.company_id = ANY(%s)
               AND entity.commercial_partner_id IN (%s)
            """,
            self.companies,
            self._scope_sql(),
        )

    def _orders_sql(self):
        """Exposure before each order: all that happened to the customer till then.

        An order adds its total; each invoice of it takes its part off again, and the
        ledger adds the invoice. What is fully invoiced leaves nothing behind.
        """
        return SQL(
            """
            WITH placed AS MATERIALIZED (%(placed)s),
            invoiced AS (%(invoiced)s),
            level AS (%(level)s),
            event AS (%(event)s),
            met AS (
                SELECT id, partner_id, at::date AS day, amount,
                       SUM(amount) OVER (
                           PARTITION BY partner_id ORDER BY at, id NULLS FIRST
                           ROWS UNBOUNDED PRECEDING) - amount AS exposure
                  FROM event
            )
            SELECT met.id, met.partner_id, met.day, met.amount::float AS amount,
                   met.exposure::float AS exposure,
                   (SELECT COALESCE(MAX(discount), 0) FROM sale_order_line
                     WHERE order_id = met.id)::float AS discount
              FROM met
             WHERE met.id IS NOT NULL AND met.day BETWEEN %(since)s AND %(today)s
             ORDER BY met.day, met.id
            """,
            placed=self._placed_sql(),
            invoiced=INVOICED,
            level=LEVEL,
            event=SQL(EVENT, ledger=self._ledger_sql()),
            since=self.since,
            today=self.today,
        )

    def _load(self):
        """What was owed at any day of the window, and what was paid in it."""
        for table in (ITEM, PAID, ASKED):
            self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE %(item)s ON COMMIT DROP AS
                SELECT id, partner_id, date, date_maturity AS due, balance
                  FROM (%(ledger)s) ledger
                  LEFT JOIN LATERAL (
                      SELECT SUM(amount) AS paid, MAX(max_date) AS day
                        FROM account_partial_reconcile
                       WHERE debit_move_id = ledger.id) match ON TRUE
                 WHERE balance > 0 AND date_maturity < %(today)s
                   AND (match.day IS NULL OR match.day >= %(since)s
                        OR match.paid < balance);
                CREATE TEMPORARY TABLE %(paid)s ON COMMIT DROP AS
                SELECT partner_id, date AS day, SUM(-balance) AS amount
                  FROM (%(ledger)s) ledger
                 WHERE balance < 0 AND date >= %(since)s GROUP BY 1, 2;
                CREATE TEMPORARY TABLE %(asked)s
                    (order_id int, partner_id int, base date, day date,
                     exposure numeric) ON COMMIT DROP;
                CREATE INDEX ON %(item)s (partner_id, due);
                CREATE INDEX ON %(paid)s (partner_id, day);
                ANALYZE %(item)s;
                ANALYZE %(paid)s;
                """,
                item=ITEM,
                paid=PAID,
                asked=ASKED,
                ledger=self._ledger_sql(),
                since=self.since,
                today=self.today,
            )
        )

    def _ask(self, rows):
        columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
        orders, partners, days, exposures = map(list, columns)
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM %(asked)s;
                INSERT INTO %(asked)s
                SELECT order_id, partner_id, day, day, exposure
                  FROM UNNEST(%(orders)s::int[], %(partners)s::int[], %(days)s::date[],
                              %(exposures)s::numeric[])
                    AS asked (order_id, partner_id, day, exposure)
                """,
                asked=ASKED,
                orders=orders,
                partners=partners,
                days=days,
                exposures=exposures,
            )
        )

    def _answers(self):
        """{order id: [Moment of each day asked for]}"""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.order_id, asked.day,
                       (asked.exposure - COALESCE(credit.amount, 0))::float,
                       COALESCE(debt.overdue, 0)::float,
                       COALESCE(asked.day - debt.oldest, 0), %(late)s
                  FROM %(asked)s asked
                  LEFT JOIN LATERAL (
                      SELECT SUM(amount) AS amount FROM %(paid)s paid
                       WHERE paid.partner_id = asked.partner_id
                         AND paid.day >= asked.base AND paid.day < asked.day
                  ) credit ON TRUE
                  LEFT JOIN LATERAL (%(debt)s) debt ON TRUE
                """,
                late=self._late_sql(),
                asked=ASKED,
                paid=PAID,
                debt=self._debt_sql(),
            )
        )
        moments = defaultdict(list)
        for order, *values in rows:
            moments[order].append(Moment(*values))
        return moments

    def _debt_sql(self):
        """What was past its due date at the beginning of the day asked for."""
        return SQL(
            """
            SELECT SUM(remains.amount) AS overdue, MIN(item.due) AS oldest
              FROM %s item
              LEFT JOIN LATERAL (
                  SELECT SUM(match.amount) AS amount
                    FROM account_partial_reconcile match
                   WHERE match.debit_move_id = item.id AND match.max_date < asked.day
              ) settled ON TRUE
              CROSS JOIN LATERAL (
                  SELECT item.balance - COALESCE(settled.amount, 0) AS amount) remains
             WHERE item.partner_id = asked.partner_id AND item.date < asked.base
               AND item.due < asked.day AND remains.amount > 0
            """,
            ITEM,
        )

    def _late_sql(self):
        """Average days late of what was paid in the year before, if a rule asks."""
        if not self.with_late:
            return SQL("NULL::float")
        return SQL(
            """(
            SELECT (SUM((match.max_date - line.date_maturity) * match.amount)
                    / NULLIF(SUM(match.amount), 0))::float
              FROM res_partner entity
              JOIN account_move_line line ON line.partner_id = entity.id
               AND line.parent_state = 'posted' AND line.date_maturity IS NOT NULL
               AND line.company_id = ANY(%s)
              JOIN account_account account ON account.id = line.account_id
               AND account.account_type = 'asset_receivable'
              JOIN account_partial_reconcile match ON match.debit_move_id = line.id
               AND match.max_date >= asked.day - 365 AND match.max_date < asked.day
              JOIN account_move_line payment ON payment.id = match.credit_move_id
              JOIN account_move move ON move.id = payment.move_id
               AND move.move_type = 'entry'
             WHERE entity.commercial_partner_id = asked.partner_id)""",
            self.companies,
        )
