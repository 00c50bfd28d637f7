"""The mart's sources of this addon: deliveries, visits and payments."""

from odoo.tools import SQL

from odoo.addons.crm_relationship.models.crm_customer_day_source import (
    COMPANY,
    DaySource,
)


def _local_day(column):
    """In the company's time zone; when that changes, rebuild."""
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE company.tz)::date", column)


def _near(column):
    """By the index on a moment, of which no time zone is a day away."""

    def near(first, last):
        return SQL("%s BETWEEN %s::date - 1 AND %s::date + 2", column, first, last)

    return near


def _dated_near(first, last):
    return SQL("document.date BETWEEN %s AND %s", first, last)


DONE_DAY = _local_day(SQL("document.date_done"))
TO_CUSTOMER = SQL("destination.usage = 'customer'")
FROM_CUSTOMER = SQL("origin.usage = 'customer'")
# Who ordered pays for the delivery, wherever the goods go.
TRANSFERS = SQL(
    """stock_picking document %s
    JOIN stock_location origin ON origin.id = document.location_id
    JOIN stock_location destination ON destination.id = document.location_dest_id
    LEFT JOIN sale_order buyer ON buyer.id = document.sale_id""",
    COMPANY,
)
BUYER = SQL("COALESCE(buyer.partner_id, document.partner_id)")

# Done transfers to customers, and back from them.
DELIVERIES = DaySource(
    documents={"stock.picking": "document", "sale.order": "buyer"},
    tables=TRANSFERS,
    where=SQL("document.state = 'done' AND (%s) <> (%s)", TO_CUSTOMER, FROM_CUSTOMER),
    company=SQL("document.company_id"),
    partner=BUYER,
    day=DONE_DAY,
    near=_near(SQL("document.date_done")),
    columns={
        "delivery_count": SQL("(%s)::int", TO_CUSTOMER),
        "late_delivery_count": SQL(
            "(%s AND COALESCE(%s > %s, FALSE))::int",
            TO_CUSTOMER,
            DONE_DAY,
            _local_day(SQL("document.date_deadline")),
        ),
        "return_count": SQL("(%s)::int", FROM_CUSTOMER),
    },
)

# What was taken from our own locations for them: a line per product, lot and place.
PICKS = DaySource(
    documents={"stock.move.line": "line"},
    tables=SQL(
        """%s JOIN stock_move_line line ON line.picking_id = document.id
        JOIN stock_location place ON place.id = line.location_id""",
        TRANSFERS,
    ),
    where=SQL(
        """document.state = 'done' AND line.state = 'done' AND %s AND NOT %s
        AND place.usage = 'internal'""",
        TO_CUSTOMER,
        FROM_CUSTOMER,
    ),
    company=SQL("document.company_id"),
    partner=BUYER,
    day=DONE_DAY,
    near=_near(SQL("document.date_done")),
    columns={"pick_count": SQL("1")},
)


def _visited(attendee):
    """An attendee who is one of the customer's people, and did not decline."""
    return SQL(
        """%(attendee)s.state IS DISTINCT FROM 'declined' AND NOT EXISTS (
            SELECT FROM res_users colleague
            WHERE colleague.partner_id = %(attendee)s.partner_id
            AND colleague.share IS NOT TRUE)""",
        attendee=attendee,
    )


# Meetings with a customer's people, each once however many of them came.
VISITS = DaySource(
    documents={"calendar.event": "document", "calendar.attendee": "attendee"},
    tables=SQL(
        """calendar_attendee attendee
        JOIN calendar_event document ON document.id = attendee.event_id
        JOIN day_company company ON company.id = document.crm_company_id"""
    ),
    where=SQL(
        """document.active AND %s AND NOT EXISTS (
            SELECT FROM calendar_attendee other
            JOIN res_partner person ON person.id = other.partner_id
            WHERE other.event_id = attendee.event_id AND other.id < attendee.id
            AND person.commercial_partner_id = entity.commercial_partner_id
            AND %s)""",
        _visited(SQL("attendee")),
        _visited(SQL("other")),
    ),
    company=SQL("document.crm_company_id"),
    partner=SQL("attendee.partner_id"),
    day=SQL(
        "CASE WHEN document.allday THEN document.start_date ELSE %s END",
        _local_day(SQL("document.start")),
    ),
    near=_near(SQL("document.start")),
    columns={"visit_count": SQL("1")},
)

MONEY = SQL("('bank', 'cash', 'credit')")

# What payments and bank statements settled of the receivables.
RECEIPTS = DaySource(
    documents={"account.move": "document", "account.move.line": "line"},
    tables=SQL(
        """account_move_line line
        JOIN account_move document ON document.id = line.move_id
        JOIN account_journal journal ON journal.id = document.journal_id
        JOIN account_account account ON account.id = line.account_id"""
    ),
    where=SQL(
        """document.state = 'posted' AND journal.type IN %s
        AND account.account_type = 'asset_receivable'""",
        MONEY,
    ),
    company=SQL("document.company_id"),
    partner=SQL("line.partner_id"),
    day=SQL("document.date"),
    near=_dated_near,
    columns={"paid": SQL("-line.balance")},
)

# Payments of journals that make no entry for them.
PAYMENTS = DaySource(
    documents={"account.payment": "document"},
    tables=SQL("account_payment document"),
    where=SQL(
        """document.state IN ('in_process', 'paid') AND document.move_id IS NULL
        AND document.partner_type = 'customer'"""
    ),
    company=SQL("document.company_id"),
    partner=SQL("document.partner_id"),
    day=SQL("document.date"),
    near=_dated_near,
    columns={"paid": SQL("document.amount_company_currency_signed")},
)

# Every part of an invoice that a payment settled after it was due. The two stay matched
# while one of them is a draft again; then it does not count.
LATE_PAYMENTS = DaySource(
    documents={
        "account.partial.reconcile": "document",
        "account.move.line": "due",
        "account.move": "paying",
    },
    tables=SQL(
        """account_partial_reconcile document
        JOIN account_move_line due ON due.id = document.debit_move_id
        JOIN account_move invoice ON invoice.id = due.move_id
        JOIN account_account account ON account.id = due.account_id
        JOIN account_move_line payment ON payment.id = document.credit_move_id
        JOIN account_move paying ON paying.id = payment.move_id
        JOIN account_journal journal ON journal.id = paying.journal_id"""
    ),
    where=SQL(
        """account.account_type = 'asset_receivable'
        AND invoice.move_type IN ('out_invoice', 'out_receipt')
        AND due.parent_state = 'posted' AND paying.state = 'posted'
        AND journal.type IN %s AND document.max_date > due.date_maturity""",
        MONEY,
    ),
    company=SQL("due.company_id"),
    partner=SQL("due.partner_id"),
    day=SQL("document.max_date"),
    near=lambda first, last: SQL("document.max_date BETWEEN %s AND %s", first, last),
    columns={
        "overdue_amount_days": SQL(
            "document.amount * (document.max_date - due.date_maturity)"
        )
    },
)
