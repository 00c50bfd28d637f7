"""One source of customer-day facts, as SQL that composes."""

from collections.abc import Callable
from dataclasses import dataclass

from odoo.tools import SQL

ENTITY = SQL("entity.commercial_partner_id")


@dataclass(frozen=True)
class DaySource:
    """Document rows, each of which adds to one day of one customer.

    `documents` names the models whose rows take part and their aliases in `tables`:
    a change of any of them (its `write_date`) refreshes the day that it adds to. One
    that another source names, which counts all that this one does, is left out here.
    `partner` is the partner on the document; its *current* commercial entity is found
    here. Every field that `where`, `company`, `partner` and `day` read must be named in
    that model's `_day_key_fields`, or a document that moves leaves its old day behind.
    `columns` says what one row adds to which column of `crm.customer.day`.
    `near(first, last)` is a condition that an index serves and that all rows of these
    days meet, and perhaps others: with it a refresh of few days does not read all
    documents of their customers.
    """

    documents: dict[str, str]
    tables: SQL
    where: SQL
    company: SQL
    partner: SQL
    day: SQL
    columns: dict[str, SQL]
    near: Callable | None = None

    def facts(self, names, within, periods=()):
        """Sums per company, commercial entity and day of the rows that are `within`.

        `within(company, partner, day)` gives a condition on the key; `periods` have all
        its days, where it has not any day.
        """
        sums = SQL(", ").join(
            SQL("SUM(%s) AS %s", self.columns[name], SQL.identifier(name))
            if name in self.columns
            else SQL("0 AS %s", SQL.identifier(name))
            for name in names
        )
        scope = within(self.company, ENTITY, self.day)
        if self.near and periods:
            near = SQL(" OR ").join(self.near(*period) for period in periods)
            scope = SQL("(%s) AND %s", near, scope)
        return SQL(
            "SELECT %s, %s %s GROUP BY 1, 2, 3",
            self._key,
            sums,
            self._of(scope, SQL("day_entity")),
        )

    def keys(self, scope):
        """The company, commercial entity and day of the rows within `scope`."""
        partners = SQL("res_partner")
        return SQL("SELECT DISTINCT %s %s", self._key, self._of(scope, partners))

    def touched_since(self, since):
        """The keys of the rows of which any document was written since then."""
        return SQL(" UNION ").join(
            self.keys(SQL("%s >= %s", SQL.identifier(alias, "write_date"), since))
            for alias in self.documents.values()
        )

    @property
    def _key(self):
        return SQL(
            "%s AS company_id, %s AS partner_id, %s AS day",
            self.company,
            ENTITY,
            self.day,
        )

    def _of(self, scope, partners):
        return SQL(
            "FROM %s JOIN %s entity ON entity.id = %s WHERE %s AND %s",
            self.tables,
            partners,
            self.partner,
            self.where,
            scope,
        )


# What each statement that reads sources has ready for them: a handful of rows.
COMPANIES = SQL(
    """day_company AS MATERIALIZED (
        SELECT company.id, COALESCE(partner.tz, 'UTC') AS tz, currency.decimal_places
        FROM res_company company
        JOIN res_partner partner ON partner.id = company.partner_id
        JOIN res_currency currency ON currency.id = company.currency_id
    )"""
)
COMPANY = SQL("JOIN day_company company ON company.id = document.company_id")
# In the company's time zone; when that changes, rebuild.
ORDER_DAY = SQL(
    "(document.date_order AT TIME ZONE 'UTC' AT TIME ZONE company.tz)::date"
)
INVOICE_DAY = SQL("COALESCE(document.invoice_date, document.date)")


def _ordered_near(first, last):
    """By the index on the order's time, of which no time zone is a day away."""
    return SQL("document.date_order BETWEEN %s::date - 1 AND %s::date + 2", first, last)


def _invoiced_near(first, last):
    """By the indexes on either date."""
    return SQL(
        """(document.invoice_date BETWEEN %(first)s AND %(last)s
        OR document.invoice_date IS NULL
        AND document.date BETWEEN %(first)s AND %(last)s)""",
        first=first,
        last=last,
    )


POSTED = SQL(
    """document.state = 'posted'
    AND document.move_type IN ('out_invoice', 'out_refund', 'out_receipt')"""
)

# Confirmed orders, each rounded once to the company's currency.
ORDERS = DaySource(
    documents={"sale.order": "document"},
    tables=SQL("sale_order document %s", COMPANY),
    where=SQL("document.state = 'sale'"),
    company=SQL("document.company_id"),
    partner=SQL("document.partner_id"),
    day=ORDER_DAY,
    near=_ordered_near,
    columns={
        "order_count": SQL("1"),
        "ordered": SQL(
            """ROUND(
                document.amount_untaxed
                / COALESCE(NULLIF(document.currency_rate, 0), 1)::numeric,
                company.decimal_places)"""
        ),
    },
)

# Lines of confirmed orders, without notes, sections and down payments.
ORDER_LINES = DaySource(
    documents={"sale.order.line": "line"},
    tables=SQL(
        """sale_order_line line
        JOIN sale_order document ON document.id = line.order_id %s""",
        COMPANY,
    ),
    where=SQL(
        """document.state = 'sale' AND line.display_type IS NULL
        AND line.is_downpayment IS NOT TRUE"""
    ),
    company=SQL("document.company_id"),
    partner=SQL("document.partner_id"),
    day=ORDER_DAY,
    near=_ordered_near,
    columns={"line_count": SQL("1")},
)

INVOICES = DaySource(
    documents={"account.move": "document"},
    tables=SQL("account_move document"),
    where=POSTED,
    company=SQL("document.company_id"),
    partner=SQL("document.partner_id"),
    day=INVOICE_DAY,
    near=_invoiced_near,
    columns={"invoice_count": SQL("(document.move_type <> 'out_refund')::int")},
)

# Posted customer invoice lines, from the ledger in company currency. A down payment is
# revenue of the day it is invoiced; the final invoice takes it back. Discount is what
# the percentage took off the untaxed amount; of a line with 100 % off nothing is left
# in the ledger, so its price is converted.
INVOICE_LINES = DaySource(
    documents={"account.move.line": "line"},
    tables=SQL(
        """account_move_line line
        JOIN account_move document ON document.id = line.move_id %s""",
        COMPANY,
    ),
    where=SQL("%s AND line.display_type = 'product'", POSTED),
    company=SQL("document.company_id"),
    partner=SQL("document.partner_id"),
    day=INVOICE_DAY,
    near=_invoiced_near,
    columns={
        "revenue": SQL("-line.balance"),
        "refunds": SQL(
            "CASE document.move_type WHEN 'out_refund' THEN line.balance ELSE 0 END"
        ),
        "discount": SQL(
            """CASE WHEN COALESCE(line.discount, 0) = 0 THEN 0 ELSE ROUND(
                CASE WHEN line.discount <> 100
                THEN -line.balance * line.discount / (100 - line.discount)
                ELSE line.price_unit * line.quantity
                    / COALESCE(NULLIF(document.invoice_currency_rate, 0), 1)::numeric
                    * CASE document.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                END, company.decimal_places) END"""
        ),
        "cost": SQL("COALESCE(line.crm_cost, 0)"),
        "margin": SQL("-line.balance - COALESCE(line.crm_cost, 0)"),
    },
)
