"""What the documents say of order lines, as SQL; one row for each `tools` `Line`."""

from odoo.tools import SQL

from .crm_order_network_query import REQUESTED, day

# Shares of the line's quantity on posted invoices, times the share of these that is
# paid; refunds count negative on both sides.
PAID = SQL(
    """SELECT rel.order_line_id,
        SUM(item.quantity * CASE WHEN invoice.move_type = 'out_refund'
                THEN -1 ELSE 1 END
            * CASE WHEN invoice.amount_total = 0 THEN 1 ELSE
                1 - invoice.amount_residual / invoice.amount_total END)
        / NULLIF(SUM(item.quantity * CASE WHEN invoice.move_type = 'out_refund'
                THEN -1 ELSE 1 END), 0) AS share
    FROM sale_order_line_invoice_rel rel
    JOIN account_move_line item ON item.id = rel.invoice_line_id
    JOIN account_move invoice ON invoice.id = item.move_id
    WHERE rel.order_line_id = line.id AND invoice.state = 'posted'
    GROUP BY 1"""
)
LEFT_ON = SQL(
    """SELECT MAX(move.date) AS date, BOOL_OR(move.id IS NOT NULL) AS moved,
        MAX(move.date) FILTER (
            WHERE move.state = 'done' AND target.usage = 'customer') AS delivered,
        BOOL_OR(source.usage <> 'supplier') AS ships
    FROM stock_move move JOIN stock_location target ON target.id = move.location_dest_id
    JOIN stock_location source ON source.id = move.location_id
    WHERE move.sale_line_id = line.id AND move.state <> 'cancel'"""
)


def lines(ids, condition, now):
    """The lines among these that are traced, with what is known of them."""
    return SQL(
        """SELECT line.id, line.order_id, document.company_id, document.partner_id,
            line.product_id, CASE WHEN gone.ships THEN line.warehouse_id END,
            document.user_id, line.product_uom_id,
            line.product_uom_qty::float8, COALESCE(line.qty_delivered, 0)::float8,
            COALESCE(line.qty_invoiced, 0)::float8,
            LEAST(1, COALESCE(paid.share, 0) * COALESCE(line.qty_invoiced, 0)
                / NULLIF(line.product_uom_qty, 0))::float8,
            line.promise_date, %(left)s, COALESCE(gone.moved, FALSE),
            template.type = 'consu', %(today)s
        FROM sale_order_line line
        JOIN sale_order document ON document.id = line.order_id
        JOIN res_company company ON company.id = document.company_id
        JOIN res_partner contact ON contact.id = company.partner_id
        JOIN product_product product ON product.id = line.product_id
        JOIN product_template template ON template.id = product.product_tmpl_id
        LEFT JOIN LATERAL (%(paid_share)s) paid ON TRUE
        LEFT JOIN LATERAL (%(gone)s) gone ON TRUE
        WHERE line.id = ANY(%(ids)s) AND %(condition)s""",
        left=day(SQL("gone.delivered")),
        today=day(SQL("%s::timestamp", now)),
        paid_share=PAID,
        gone=LEFT_ON,
        ids=list(ids),
        condition=condition,
    )


TRACED = SQL(
    """line.display_type IS NULL AND line.product_uom_qty > 0
    AND line.is_downpayment IS NOT TRUE AND line.is_expense IS NOT TRUE"""
)


def open_moves(ids):
    """The line and id of each open move of these lines that is no return."""
    return SQL(
        """SELECT move.sale_line_id, move.id FROM stock_move move
        JOIN stock_location source ON source.id = move.location_id
        WHERE move.sale_line_id = ANY(%s)
        AND move.state NOT IN ('done', 'cancel', 'draft')
        AND source.usage <> 'customer' AND move.product_qty > 0""",
        list(ids),
    )


def open_purchases(ids):
    """The sale line and id of purchase lines for it that have no transfers (yet)."""
    return SQL(
        """SELECT line.sale_line_id, line.id FROM purchase_order_line line
        JOIN purchase_order purchase ON purchase.id = line.order_id
        JOIN product_product product ON product.id = line.product_id
        JOIN product_template template ON template.id = product.product_tmpl_id
        WHERE line.sale_line_id = ANY(%s) AND (purchase.state IN %s
            OR purchase.state = 'purchase' AND template.type = 'service'
                AND line.qty_received < line.product_qty)""",
        list(ids),
        REQUESTED,
    )


def lines_of(touched, states):
    """Ids of the sale lines that touched rows are directly about, quotations apart.

    A line that is gone, or that has a trace for whatever reason, is one of them.
    """
    return SQL(
        """WITH touched AS (
            SELECT UNNEST(%(order_line)s::int[]) AS id
            UNION SELECT id FROM sale_order_line WHERE order_id = ANY(%(order)s)
            UNION SELECT rel.order_line_id FROM account_move_line item
                JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = item.id
                WHERE item.move_id = ANY(%(account_move)s)
            UNION SELECT sale_line_id FROM purchase_order_line
                WHERE sale_line_id IS NOT NULL AND (id = ANY(%(purchase_line)s)
                    OR order_id = ANY(%(purchase)s))
        )
        SELECT touched.id FROM touched
        LEFT JOIN sale_order_line line ON line.id = touched.id
        LEFT JOIN sale_order document ON document.id = line.order_id
        WHERE line.id IS NULL OR %(states)s OR EXISTS (
            SELECT FROM crm_order_trace trace WHERE trace.sale_line_id = line.id)""",
        states=states,
        **touched,
    )


def moves_of(touched, lines):
    """Ids of the moves that touched rows are about."""
    return SQL(
        """WITH buying AS (
            SELECT id FROM purchase_order_line
            WHERE id = ANY(%(purchase_line)s) OR order_id = ANY(%(purchase)s)
        )
        SELECT UNNEST(%(stock_move)s::int[])
        UNION SELECT id FROM stock_move WHERE sale_line_id = ANY(%(lines)s)
            AND state NOT IN ('done', 'cancel')
        UNION SELECT move.id FROM stock_move move
            JOIN buying ON buying.id = move.purchase_line_id
        UNION SELECT rel.move_id FROM stock_move_created_purchase_line_rel rel
            JOIN buying ON buying.id = rel.created_purchase_line_id""",
        lines=list(lines),
        **{kind: touched[kind] for kind in ("stock_move", "purchase", "purchase_line")},
    )


def groups_of_rows(touched):
    """The stocks that purchase lines will bring into, and those of quants."""
    return SQL(
        """SELECT line.product_id, kind.warehouse_id
        FROM purchase_order_line line
        JOIN purchase_order purchase ON purchase.id = line.order_id
        JOIN stock_picking_type kind ON kind.id = purchase.picking_type_id
        WHERE (line.id = ANY(%(purchase_line)s) OR line.order_id = ANY(%(purchase)s))
        AND kind.warehouse_id IS NOT NULL AND line.product_id IS NOT NULL
        UNION SELECT quant.product_id, place.warehouse_id FROM stock_quant quant
        JOIN stock_location place ON place.id = quant.location_id
        WHERE quant.id = ANY(%(quant)s) AND place.warehouse_id IS NOT NULL""",
        **{kind: touched[kind] for kind in ("purchase", "purchase_line", "quant")},
    )


def promise_lines(ids, condition):
    """Snapshot the promise of confirmed lines that have none: id, date."""
    return SQL(
        """UPDATE sale_order_line line SET promise_date = first.day
        FROM (
            SELECT line.id, %(day)s AS day FROM sale_order_line line
            JOIN sale_order document ON document.id = line.order_id
            JOIN res_company company ON company.id = document.company_id
            JOIN res_partner contact ON contact.id = company.partner_id
            WHERE line.id = ANY(%(ids)s) AND line.promise_date IS NULL
            AND document.state = 'sale' AND %(condition)s
        ) first WHERE first.id = line.id
        RETURNING line.id, line.order_id, line.promise_date""",
        day=day(
            SQL(
                "COALESCE(document.commitment_date, document.date_order"
                " + COALESCE(line.customer_lead, 0) * INTERVAL '1 day')"
            )
        ),
        ids=list(ids),
        condition=condition,
    )
