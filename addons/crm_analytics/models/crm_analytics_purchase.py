"""What counts as a purchase, in SQL: for lifetime values, cohorts and survival.

A customer's purchases are the days on which it ordered. Of those who never order,
because the company invoices them without orders, they are the days with an invoice;
one order may be invoiced in parts or later, so nobody's orders and invoices are mixed.
Days with nothing but a credit note are no purchase. Tiers count buying days so too.

The amount of a purchase is before taxes and in the currency of the company.
"""

from odoo.tools import SQL


def days_sql(company, until, within=None):
    """Select partner_id, day, bought, amount and net of each customer's days.

    `bought` says whether the day is a purchase, `amount` is that of a purchase, and
    `net` the amount less what was credited on the day.

    :param company: id of the company
    :param until: last day
    :param within: function of a partner column, giving the condition on customers
    """
    scope = SQL("company_id = %s AND day <= %s", company, until)
    if within:
        scope = SQL("%s AND %s", scope, within(SQL.identifier("partner_id")))
    return SQL(
        """SELECT partner_id, day,
            CASE WHEN orders THEN order_count > 0 ELSE invoice_count > 0 END AS bought,
            (CASE WHEN orders THEN ordered ELSE revenue END)::float8 AS amount,
            (CASE WHEN orders THEN ordered - COALESCE(refunds, 0)
                ELSE revenue END)::float8 AS net
        FROM (
            SELECT partner_id, day, order_count, invoice_count, ordered, revenue,
                refunds,
                BOOL_OR(order_count > 0) OVER (PARTITION BY partner_id) AS orders
            FROM crm_customer_day WHERE %s
        ) days""",
        scope,
    )


def purchases_sql(company, until, within=None):
    """Select partner_id, day and amount of each purchase; see `days_sql`."""
    days = days_sql(company, until, within)
    return SQL("SELECT partner_id, day, amount FROM (%s) days WHERE bought", days)


def histories_sql(purchases, until):
    """Select what the models need to know of each customer, ordered by customer.

    Purchases after the first, days from the first to the last, days from the first
    until the end, the amount after the first, the amount in all, and that of the year
    up to the last one.
    """
    return SQL(
        """SELECT partner_id, COUNT(*) - 1, MAX(day) - MIN(day), %s - MIN(day),
            COALESCE(SUM(amount) FILTER (WHERE nth > 1), 0), SUM(amount),
            SUM(amount) FILTER (WHERE day > last - 365)
        FROM (
            SELECT *, MAX(day) OVER customer AS last,
                ROW_NUMBER() OVER (customer ORDER BY day) AS nth
            FROM (%s) purchase WINDOW customer AS (PARTITION BY partner_id)
        ) numbered
        GROUP BY partner_id ORDER BY partner_id""",
        until,
        purchases,
    )
