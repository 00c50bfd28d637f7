"""What counts as a purchase, in SQL: for figures, lifetime values, cohorts, survival.

A customer's purchases are the days on which it ordered. Before its first order, and of
those who never order, they are the days with an invoice: the company invoices them
without orders, or did so in the system that it used before. An order may be invoiced in
parts or later, so invoices after the first order are no purchases. Days with nothing
but a credit note are none, either.

The amount of a purchase is before taxes and in the currency of the company.
"""

from odoo.tools import SQL


def is_purchase(first_order):
    """Whether the day of `mart`, a customer day, is a purchase.

    :param first_order: the day of the customer's first order in the company
    """
    return SQL(
        """(CASE WHEN mart.day >= %s THEN mart.order_count > 0
            ELSE mart.invoice_count > 0 END)""",
        first_order,
    )


def net_sql(first_order):
    """What was bought on the day of `mart`, less what was credited on it."""
    return SQL(
        """(CASE WHEN mart.day >= %s THEN mart.ordered - COALESCE(mart.refunds, 0)
            ELSE mart.revenue END)::float8""",
        first_order,
    )


# Of days as `ordering_days_sql` gives them.
IS_PURCHASE = is_purchase(SQL("mart.first_order"))


def ordering_days_sql(scope):
    """Select customer days, and the day of the customer's first order in the company.

    :param scope: condition on `day`, a customer day
    """
    return SQL(
        """SELECT day.*, MIN(day.day) FILTER (WHERE day.order_count > 0)
            OVER (PARTITION BY day.partner_id, day.company_id) AS first_order
        FROM crm_customer_day day WHERE %s""",
        scope,
    )


def purchases_sql(company, until, within=None):
    """Select partner_id, day and amount of each purchase.

    :param company: id of the company
    :param until: last day
    :param within: function of a partner column, giving the condition on customers
    """
    scope = SQL("day.company_id = %s AND day.day <= %s", company, until)
    if within:
        partner = SQL.identifier("day", "partner_id")
        scope = SQL("%s AND %s", scope, within(partner))
    return SQL(
        """SELECT partner_id, day, (CASE WHEN day >= first_order THEN ordered
            ELSE revenue END)::float8 AS amount
        FROM (%s) mart WHERE %s""",
        ordering_days_sql(scope),
        IS_PURCHASE,
    )


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
