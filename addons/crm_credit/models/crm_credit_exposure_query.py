"""SQL that says, from Odoo's documents, what a debtor owes and will owe.

One query serves all: a few documents that have just changed, the whole of some credit
files, and the nightly proof that nothing was missed. Each source gives one row per
document and component; `Scope` says which documents.
"""

from dataclasses import dataclass

from odoo.tools import SQL


@dataclass(frozen=True)
class Scope:
    """Which documents: conditions on `document` (and `item`, a journal item)."""

    orders: SQL
    moves: SQL
    items: SQL

    @classmethod
    def documents(cls, order_ids, move_ids):
        in_moves = SQL("= ANY(%s)", move_ids)
        return cls(
            orders=SQL("document.id = ANY(%s)", order_ids),
            moves=SQL("document.id %s", in_moves),
            items=SQL("item.move_id %s", in_moves),
        )

    @classmethod
    def debtors(cls, partner_ids):
        of_debtors = SQL("contact.commercial_partner_id = ANY(%s)", partner_ids)
        return cls(orders=of_debtors, moves=of_debtors, items=of_debtors)


def ctes(now):
    """What `exposure` and `converted` stand on."""
    return SQL("%s, %s", company_cte(now), rate_cte())


def company_cte(now):
    """Settings and calendar day of each company; a branch counts for its root."""
    return SQL(
        """company AS MATERIALIZED (
            SELECT company.id, root.id AS root_id, root.currency_id,
                currency.rounding::numeric AS rounding,
                COALESCE(contact.tz, 'UTC') AS zone,
                (%s::timestamp AT TIME ZONE 'UTC'
                    AT TIME ZONE COALESCE(contact.tz, 'UTC'))::date AS today,
                NULLIF(root.credit_horizon_days, 0) AS horizon,
                root.credit_count_quotations AS quotations,
                root.credit_count_uncleared AS uncleared
            FROM res_company company
            JOIN res_company root
                ON root.id = split_part(company.parent_path, '/', 1)::int
            JOIN res_partner contact ON contact.id = root.partner_id
            JOIN res_currency currency ON currency.id = root.currency_id
        )""",
        now,
    )


def rate_cte():
    """`rate`: of each currency in each company on its day, as `res.currency` finds it.

    Made only when an amount in foreign currency asks for it.
    """
    found = SQL(
        """SELECT known.rate FROM res_currency_rate known
        WHERE known.currency_id = currency.id
        AND (known.company_id = company.id OR known.company_id IS NULL)"""
    )
    return SQL(
        """rate AS MATERIALIZED (
            SELECT company.id AS root_id, currency.id AS currency_id, COALESCE(
                (%(found)s AND known.name <= company.today
                    ORDER BY known.company_id, known.name DESC LIMIT 1),
                (%(found)s ORDER BY known.company_id, known.name LIMIT 1), 1
            )::numeric AS value
            FROM company CROSS JOIN res_currency currency
            WHERE company.id = company.root_id AND (currency.active
                OR EXISTS (SELECT FROM res_currency_rate
                    WHERE currency_id = currency.id))
        )""",
        found=found,
    )


def converted(amount, source, target, rounding):
    """The amount in the target currency at the rate of the company's day, rounded."""
    value = "COALESCE((SELECT value FROM rate WHERE rate.root_id = company.root_id "
    value += "AND rate.currency_id = %s), 1)"
    return SQL(
        """CASE WHEN %(source)s = %(target)s THEN %(amount)s ELSE
            ROUND(%(amount)s * %(target_rate)s / %(source_rate)s / %(rounding)s)
                * %(rounding)s END""",
        amount=amount,
        source=source,
        target=target,
        source_rate=SQL(value, source),
        target_rate=SQL(value, target),
        rounding=rounding,
    )


# A line of which something may be open. An index knows these, so that the history of
# finished orders costs nothing; see `sale.order.line`.
OPEN_LINE = SQL(
    """open.display_type IS NULL AND (open.product_uom_qty < 0
        OR open.qty_invoiced < open.product_uom_qty
        OR open.qty_delivered > open.qty_invoiced)"""
)

# The confirmed orders in scope of which something may be open. `unit`: of the currency.
OPEN_ORDERS = """SELECT document.id, document.company_id, document.currency_id,
        contact.commercial_partner_id AS debtor_id, document.amount_total,
        document.credit_state = 'held' AS held, document.credit_amount_accepted,
        document.date_order, document.commitment_date,
        currency.rounding::numeric AS unit
    FROM sale_order document
    JOIN res_partner contact ON contact.id = document.partner_invoice_id
    JOIN res_currency currency ON currency.id = document.currency_id
    WHERE document.state = 'sale' AND %(scope)s
    AND EXISTS (SELECT FROM sale_order_line open
        WHERE open.order_id = document.id AND %(open_line)s)"""

LINES = SQL(
    """SELECT line.id, line.order_id, document.held, document.unit, line.product_id,
        line.product_uom_qty, line.qty_delivered, line.qty_invoiced::numeric,
        line.price_total, line.is_downpayment IS TRUE AS is_downpayment,
        uom.factor, CASE WHEN line.product_uom_qty = 0
            THEN COALESCE(line.credit_price_unit, 0)
            ELSE line.price_total / line.product_uom_qty END AS price
    FROM document JOIN sale_order_line line ON line.order_id = document.id
    LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
    WHERE line.display_type IS NULL"""
)

# Of each line the quantity in draft credit notes, which free nothing though
# `qty_invoiced` knows them, and what its invoices bill, draft credit notes left out.
BILLED = SQL(
    """SELECT line.id, SUM(
            item.quantity
                * COALESCE(item_uom.factor / NULLIF(line.factor, 0), 1)::numeric
        ) FILTER (WHERE move.state = 'draft' AND move.move_type = 'out_refund')
            AS refunding,
        SUM(CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
            * item.price_total
        ) FILTER (WHERE move.state = 'posted'
            OR move.state = 'draft' AND move.move_type <> 'out_refund') AS amount
    FROM line
    JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
    JOIN account_move_line item ON item.id = rel.invoice_line_id
    JOIN account_move move ON move.id = item.move_id
    LEFT JOIN uom_uom item_uom ON item_uom.id = item.product_uom_id
    GROUP BY line.id"""
)

# What still moves to the customer. `closed`: there were moves and all are done or
# cancelled, so nothing more is coming. No quantity for kits: their parts move.
COMING = SQL(
    """SELECT going.id, COUNT(*) FILTER (WHERE moving) = 0 AS closed,
        CASE WHEN BOOL_OR(moving AND part) THEN NULL
            ELSE SUM(quantity) FILTER (WHERE moving) END AS quantity
    FROM (
        SELECT line.id, move.product_id <> line.product_id AS part,
            move.state NOT IN ('done', 'cancel') AS moving,
            move.product_uom_qty
                * COALESCE(move_uom.factor / NULLIF(line.factor, 0), 1)::numeric
                AS quantity
        FROM line
        JOIN stock_move move ON move.sale_line_id = line.id
        JOIN stock_location place
            ON place.id = COALESCE(move.location_final_id, move.location_dest_id)
        JOIN uom_uom move_uom ON move_uom.id = move.product_uom
        WHERE place.usage = 'customer'
            OR place.usage = 'transit' AND place.company_id IS NULL
    ) going GROUP BY going.id"""
)

# Lines with what is invoiced and what is coming of each.
STANDING = SQL(
    """SELECT line.*, billed.amount AS billed,
        line.qty_invoiced + COALESCE(billed.refunding, 0) AS invoiced,
        COALESCE(coming.closed, FALSE) AS closed, coming.quantity AS coming
    FROM line LEFT JOIN billed ON billed.id = line.id
    LEFT JOIN coming ON coming.id = line.id"""
)

# Quantities that are delivered, and still to deliver, but not invoiced. A negative
# line (goods to take back) mirrors a positive one.
QUANTITIES = SQL(
    """SELECT line.*, CASE WHEN product_uom_qty < 0
            THEN LEAST(qty_delivered - invoiced, 0)
            ELSE GREATEST(qty_delivered - invoiced, 0)
        END AS delivered,
        CASE WHEN product_uom_qty < 0
            THEN LEAST(product_uom_qty - LEAST(qty_delivered, invoiced), 0)
            WHEN closed THEN 0
            WHEN held THEN GREATEST(
                product_uom_qty - GREATEST(qty_delivered, invoiced), 0)
            ELSE LEAST(coming, GREATEST(
                product_uom_qty - GREATEST(qty_delivered, invoiced), 0))
        END AS ordered
    FROM standing line"""
)

# Of each order, in units of its currency. `down_payment`: what was invoiced in advance
# and not yet taken off a final invoice.
TOTALS = SQL(
    """SELECT order_id,
        SUM(ROUND(price * ordered / unit)) FILTER (WHERE NOT is_downpayment)
            AS ordered,
        SUM(ROUND(price * delivered / unit)) FILTER (WHERE NOT is_downpayment)
            AS delivered,
        SUM(price_total) FILTER (WHERE NOT is_downpayment) / unit AS total,
        BOOL_OR(invoiced <> 0 OR qty_delivered <> 0 OR closed)
            FILTER (WHERE NOT is_downpayment) AS started,
        GREATEST(COALESCE(SUM(billed) FILTER (WHERE is_downpayment), 0), 0) / unit
            AS down_payment
    FROM quantities GROUP BY order_id, unit"""
)

# An order's days as the company's calendar has them.
DAYS = SQL(
    """SELECT (document.date_order AT TIME ZONE 'UTC' AT TIME ZONE company.zone)::date
            AS ordered,
        (document.commitment_date AT TIME ZONE 'UTC' AT TIME ZONE company.zone)::date
            AS promised"""
)

# A down payment is part of the whole and comes off what is still to deliver first, as
# do the rounding of the order's taxes and the growth that waits for a credit decision.
REST = SQL(
    """SELECT total.delivered, total.ordered - total.down_payment
        + CASE WHEN total.started THEN 0
            ELSE document.amount_total / document.unit - total.total END
        - CASE WHEN document.held THEN GREATEST(
            document.amount_total - COALESCE(document.credit_amount_accepted, 0), 0
        ) / document.unit ELSE 0 END AS ordered"""
)


def orders(scope):
    """Confirmed orders: what is not invoiced, delivered or still to deliver."""
    return SQL(
        """SELECT * FROM (
            WITH document AS MATERIALIZED (%(document)s),
            line AS MATERIALIZED (%(line)s), billed AS (%(billed)s),
            coming AS (%(coming)s), standing AS (%(standing)s),
            quantities AS (%(quantities)s), total AS (%(total)s)
            SELECT document.company_id, document.debtor_id, part.component,
                document.id AS order_id, NULL::int AS move_id,
                NULL::int AS move_line_id, day.ordered AS date,
                day.promised AS date_due,
                CASE WHEN part.component = 'ordered'
                    THEN day.promised - company.horizon END AS counts_from,
                NULL::date AS counts_until, document.currency_id,
                part.amount * document.unit AS amount_currency,
                NULL::numeric AS amount_company
            FROM total JOIN document ON document.id = total.order_id
            JOIN company ON company.id = document.company_id
            CROSS JOIN LATERAL (%(days)s) day
            CROSS JOIN LATERAL (%(rest)s) rest
            CROSS JOIN LATERAL (VALUES
                ('ordered',
                    ROUND(GREATEST(rest.ordered + LEAST(rest.delivered, 0), 0))),
                ('delivered',
                    ROUND(GREATEST(rest.delivered + LEAST(rest.ordered, 0), 0)))
            ) part (component, amount)
            WHERE part.amount <> 0
        ) orders""",
        document=SQL(OPEN_ORDERS, scope=scope.orders, open_line=OPEN_LINE),
        line=LINES,
        billed=BILLED,
        coming=COMING,
        standing=STANDING,
        quantities=QUANTITIES,
        total=TOTALS,
        days=DAYS,
        rest=REST,
    )


def quotations(scope):
    """Open quotations, where the company counts them."""
    return SQL(
        """SELECT document.company_id, contact.commercial_partner_id, 'quotation',
            document.id, NULL::int, NULL::int, day.ordered, day.promised,
            NULL::date, document.validity_date,
            document.currency_id, document.amount_total, NULL::numeric
        FROM sale_order document
        JOIN res_partner contact ON contact.id = document.partner_invoice_id
        JOIN company ON company.id = document.company_id
        CROSS JOIN LATERAL (%(days)s) day
        WHERE document.state IN ('draft', 'sent') AND company.quotations
        AND document.amount_total > 0 AND %(scope)s""",
        days=DAYS,
        scope=scope.orders,
    )


def draft_invoices(scope):
    """Draft customer invoices with taxes; a draft credit note frees nothing."""
    return SQL(
        """SELECT document.company_id, contact.commercial_partner_id, 'draft_invoice',
            NULL::int, document.id, NULL::int,
            COALESCE(document.invoice_date, document.date), document.invoice_date_due,
            NULL::date, NULL::date, document.currency_id, document.amount_total,
            NULL::numeric
        FROM account_move document
        JOIN res_partner contact ON contact.id = document.partner_id
        WHERE document.state = 'draft' AND document.amount_total > 0
        AND document.move_type IN ('out_invoice', 'out_receipt') AND %s""",
        scope.moves,
    )


def receivables(scope):
    """Open items of the ledger: owed, or paid and credited but not allocated."""
    return SQL(
        """SELECT item.company_id, contact.commercial_partner_id,
            CASE WHEN item.amount_residual > 0 THEN 'receivable' ELSE 'unallocated' END,
            NULL::int, item.move_id, item.id, item.date, item.date_maturity,
            NULL::date, NULL::date, item.currency_id, item.amount_residual_currency,
            item.amount_residual
        FROM account_move_line item
        JOIN res_partner contact ON contact.id = item.partner_id
        WHERE item.account_id IN (SELECT account.id FROM account_account account
            WHERE account.account_type = 'asset_receivable')
        AND item.reconciled IS NOT TRUE AND item.parent_state = 'posted'
        AND item.amount_residual <> 0 AND %s""",
        scope.items,
    )


def uncleared(scope):
    """Customer payments that no bank statement shows, where the company counts them."""
    return SQL(
        """SELECT item.company_id, contact.commercial_partner_id, 'uncleared',
            NULL::int, item.move_id, item.id, item.date, NULL::date, NULL::date,
            NULL::date, item.currency_id, item.amount_residual_currency,
            item.amount_residual
        FROM account_payment payment
        JOIN account_move_line item ON item.move_id = payment.move_id
            AND item.account_id = payment.outstanding_account_id
        JOIN account_account account ON account.id = item.account_id
        JOIN res_partner contact ON contact.id = item.partner_id
        JOIN company ON company.id = item.company_id
        WHERE payment.partner_type = 'customer' AND payment.payment_type = 'inbound'
        AND company.uncleared AND account.reconcile AND item.reconciled IS NOT TRUE
        AND item.parent_state = 'posted' AND item.amount_residual > 0 AND %s""",
        scope.items,
    )


ORDER_SOURCES = (orders, quotations)
MOVE_SOURCES = (draft_invoices, receivables, uncleared)
SOURCES = ORDER_SOURCES + MOVE_SOURCES
OPTIONAL = {quotations: "credit_count_quotations", uncleared: "credit_count_uncleared"}


def exposure(scope, sources):
    """Rows of `crm_credit_exposure` as they should be, of customers with a file.

    Needs `ctes`. An amount that the ledger does not know is converted from the
    document's currency; that amount is shown in the file's currency.
    """
    amount_company = SQL(
        "COALESCE(part.amount_company, %s)",
        converted(
            SQL("part.amount_currency"),
            SQL("part.currency_id"),
            SQL("company.currency_id"),
            SQL("company.rounding"),
        ),
    )
    return SQL(
        """SELECT account.id AS account_id, part.component, part.order_id,
            part.move_id, part.move_line_id, part.date, part.date_due,
            part.counts_from, part.counts_until, part.currency_id,
            part.amount_currency, booked.amount AS amount_company,
            %(amount)s AS amount
        FROM (%(parts)s) part (company_id, debtor_id, component, order_id, move_id,
            move_line_id, date, date_due, counts_from, counts_until, currency_id,
            amount_currency, amount_company)
        JOIN company ON company.id = part.company_id
        JOIN crm_credit_account account ON account.partner_id = part.debtor_id
            AND account.company_id = company.root_id AND account.active
        JOIN res_currency cur ON cur.id = account.currency_id
        CROSS JOIN LATERAL (SELECT %(amount_company)s AS amount) booked""",
        parts=SQL(" UNION ALL ").join(source(scope) for source in sources),
        amount_company=amount_company,
        amount=converted(
            SQL("booked.amount"),
            SQL("company.currency_id"),
            SQL("account.currency_id"),
            SQL("cur.rounding::numeric"),
        ),
    )
