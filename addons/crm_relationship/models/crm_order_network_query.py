"""The open work behind orders, as SQL.

Days are days of the company that does the work. `stock` is the part of a warehouse that
deliveries take from; what leaves it is demand, what enters the warehouse, or comes into
that part from its docks, is supply.
"""

from odoo.tools import SQL

OPEN = SQL("('waiting', 'confirmed', 'partially_available', 'assigned')")
REQUESTED = SQL("('draft', 'sent', 'to approve')")

RESERVED = SQL(
    """CASE WHEN move.product_uom_qty = 0 THEN 0
    ELSE move.quantity * move.product_qty / move.product_uom_qty END"""
)

# A move, with where it comes from and goes to.
MOVE = SQL(
    """stock_move move
    JOIN res_company company ON company.id = move.company_id
    JOIN res_partner contact ON contact.id = company.partner_id
    JOIN stock_location source ON source.id = move.location_id
    JOIN stock_location target ON target.id = move.location_dest_id
    LEFT JOIN stock_warehouse source_wh ON source_wh.id = source.warehouse_id
    LEFT JOIN stock_location source_stock ON source_stock.id = source_wh.lot_stock_id
    LEFT JOIN stock_warehouse target_wh ON target_wh.id = target.warehouse_id
    LEFT JOIN stock_location target_stock ON target_stock.id = target_wh.lot_stock_id"""
)
TAKES = SQL(
    """(source.usage = 'internal' AND source.warehouse_id IS NOT NULL
    AND NOT COALESCE(
        target.parent_path LIKE source_stock.parent_path || '%%', FALSE))"""
)
BRINGS = SQL(
    """(target.usage = 'internal' AND target.warehouse_id IS NOT NULL
    AND NOT COALESCE(
        source.parent_path LIKE target_stock.parent_path || '%%', FALSE))"""
)

OPEN_ORIGINS = SQL(
    """SELECT origin.id FROM stock_move_move_rel rel
    JOIN stock_move origin ON origin.id = rel.move_orig_id
    WHERE rel.move_dest_id = move.id AND origin.state NOT IN ('done', 'cancel')"""
)
REQUESTS = SQL(
    """SELECT request.id FROM stock_move_created_purchase_line_rel rel
    JOIN purchase_order_line request ON request.id = rel.created_purchase_line_id
    JOIN purchase_order purchase ON purchase.id = request.order_id
    WHERE rel.move_id = move.id AND purchase.state IN %s""",
    REQUESTED,
)


def day(column):
    """The company's day of a time."""
    zone = SQL("COALESCE(contact.tz, 'UTC')")
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, zone)


def ordinal(date):
    """A date as Python's `date.toordinal`."""
    return SQL("(%s - DATE '0001-01-01' + 1)", date)


MOVE_DAY = ordinal(day(SQL("GREATEST(move.date, buying.date_planned)")))


def moves(ids):
    """The open moves among these, one row for each `Move`."""
    return SQL(
        """SELECT move.id, move.product_id, move.product_qty::float8,
            (%(reserved)s)::float8, %(day)s,
            CASE WHEN buying.id IS NULL THEN COALESCE(rule.delay, 0) ELSE 0 END,
            move.priority, move.picking_id, buying.order_id, source.usage,
            CASE WHEN %(takes)s THEN source.warehouse_id END,
            move.picked OR EXISTS (
                SELECT FROM stock_move_move_rel rel
                JOIN stock_move origin ON origin.id = rel.move_orig_id
                WHERE rel.move_dest_id = move.id AND origin.state = 'done'
                AND origin.sale_line_id = move.sale_line_id
            ),
            move.state = 'draft',
            ARRAY(%(origins)s), ARRAY(%(requests)s)
        FROM %(move)s
        LEFT JOIN stock_rule rule ON rule.id = move.rule_id
        LEFT JOIN purchase_order_line buying ON buying.id = move.purchase_line_id
        WHERE move.id = ANY(%(ids)s) AND move.state NOT IN ('done', 'cancel')""",
        reserved=RESERVED,
        day=MOVE_DAY,
        takes=TAKES,
        origins=OPEN_ORIGINS,
        requests=REQUESTS,
        move=MOVE,
        ids=ids,
    )


def requests(ids):
    """Purchase lines as supply: id, order, day, still unconfirmed."""
    return SQL(
        """SELECT line.id, line.order_id, %s, purchase.state IN %s
        FROM purchase_order_line line
        JOIN purchase_order purchase ON purchase.id = line.order_id
        JOIN res_company company ON company.id = purchase.company_id
        JOIN res_partner contact ON contact.id = company.partner_id
        WHERE line.id = ANY(%s) AND purchase.state <> 'cancel'""",
        ordinal(day(SQL("line.date_planned"))),
        REQUESTED,
        ids,
    )


def pairs(groups):
    """A table of the products and warehouses."""
    products, warehouses = zip(*groups, strict=True)
    return SQL(
        "UNNEST(%s::int[], %s::int[]) AS pair (product_id, warehouse_id)",
        list(products),
        list(warehouses),
    )


def demands(groups):
    """What moves want from these stocks: product, warehouse, id, quantity, rank."""
    return SQL(
        """SELECT pair.product_id, pair.warehouse_id, move.id,
            (move.product_qty - %(reserved)s)::float8, move.priority, %(day)s
        FROM %(pairs)s
        JOIN stock_move move ON move.product_id = pair.product_id
            AND move.state IN %(open)s
        JOIN res_company company ON company.id = move.company_id
        JOIN res_partner contact ON contact.id = company.partner_id
        JOIN stock_location source ON source.id = move.location_id
            AND source.warehouse_id = pair.warehouse_id
        JOIN stock_location target ON target.id = move.location_dest_id
        JOIN stock_warehouse source_wh ON source_wh.id = source.warehouse_id
        JOIN stock_location source_stock ON source_stock.id = source_wh.lot_stock_id
        WHERE %(takes)s AND move.product_qty > %(reserved)s
        AND NOT EXISTS (%(origins)s) AND NOT EXISTS (%(requests)s)""",
        reserved=RESERVED,
        day=ordinal(day(SQL("move.date"))),
        pairs=pairs(groups),
        open=OPEN,
        takes=TAKES,
        origins=OPEN_ORIGINS,
        requests=REQUESTS,
    )


def supplies(groups):
    """What moves bring for nobody yet: product, warehouse, id, quantity, day."""
    return SQL(
        """SELECT * FROM (
            SELECT pair.product_id, pair.warehouse_id, move.id,
                (move.product_qty - COALESCE((
                    SELECT SUM(dest.product_qty) FROM stock_move_move_rel rel
                    JOIN stock_move dest ON dest.id = rel.move_dest_id
                    WHERE rel.move_orig_id = move.id
                    AND dest.state NOT IN ('done', 'cancel', 'draft')
                ), 0))::float8 AS quantity, %(day)s
            FROM %(pairs)s
            JOIN stock_move move ON move.product_id = pair.product_id
                AND move.state IN %(open)s
            JOIN res_company company ON company.id = move.company_id
            JOIN res_partner contact ON contact.id = company.partner_id
            JOIN stock_location source ON source.id = move.location_id
            JOIN stock_location target ON target.id = move.location_dest_id
                AND target.warehouse_id = pair.warehouse_id
            JOIN stock_warehouse target_wh ON target_wh.id = target.warehouse_id
            JOIN stock_location target_stock
                ON target_stock.id = target_wh.lot_stock_id
            LEFT JOIN purchase_order_line buying ON buying.id = move.purchase_line_id
            WHERE %(brings)s
        ) supply WHERE quantity > 0""",
        day=MOVE_DAY,
        pairs=pairs(groups),
        open=OPEN,
        brings=BRINGS,
    )


def open_requests(groups):
    """What unconfirmed purchases would bring: product, warehouse, id, quantity, day."""
    return SQL(
        """SELECT * FROM (
            SELECT pair.product_id, pair.warehouse_id, line.id,
                (line.product_uom_qty - COALESCE((
                    SELECT SUM(move.product_qty)
                    FROM stock_move_created_purchase_line_rel rel
                    JOIN stock_move move ON move.id = rel.move_id
                    WHERE rel.created_purchase_line_id = line.id
                    AND move.state NOT IN ('done', 'cancel', 'draft')
                ), 0))::float8 AS quantity, %(day)s
            FROM %(pairs)s
            JOIN purchase_order_line line ON line.product_id = pair.product_id
            JOIN purchase_order purchase ON purchase.id = line.order_id
                AND purchase.state IN %(requested)s
            JOIN stock_picking_type kind ON kind.id = purchase.picking_type_id
                AND kind.warehouse_id = pair.warehouse_id
            JOIN res_company company ON company.id = purchase.company_id
            JOIN res_partner contact ON contact.id = company.partner_id
            WHERE line.sale_line_id IS NULL
        ) request WHERE quantity > 0""",
        day=ordinal(day(SQL("line.date_planned"))),
        pairs=pairs(groups),
        requested=REQUESTED,
    )


def free_stock(groups):
    """What lies in these stocks and is reserved for nobody.

    A count that is not applied yet has no quantity.
    """
    return SQL(
        """SELECT pair.product_id, pair.warehouse_id,
            SUM(COALESCE(quant.quantity, 0) - quant.reserved_quantity)::float8
        FROM %s
        JOIN stock_quant quant ON quant.product_id = pair.product_id
        JOIN stock_location place ON place.id = quant.location_id
            AND place.usage = 'internal' AND place.warehouse_id = pair.warehouse_id
        GROUP BY 1, 2""",
        pairs(groups),
    )


def lead_times(groups, today):
    """Days that the supplier of a product needs: product, warehouse, days.

    As core, the first one that is still there; one whose offer is valid comes before.
    """
    return SQL(
        """SELECT pair.product_id, pair.warehouse_id, (
            SELECT offer.delay + COALESCE(company.days_to_purchase, 0)::int
            FROM product_supplierinfo offer
            JOIN res_partner supplier ON supplier.id = offer.partner_id
                AND supplier.active
            WHERE offer.product_tmpl_id = product.product_tmpl_id
            AND COALESCE(offer.product_id, product.id) = product.id
            AND COALESCE(offer.company_id, company.id) = company.id
            ORDER BY %(today)s::date BETWEEN
                    COALESCE(offer.date_start, %(today)s::date)
                    AND COALESCE(offer.date_end, %(today)s::date) DESC,
                offer.sequence, offer.min_qty DESC, offer.price, offer.id LIMIT 1
        )
        FROM %(pairs)s
        JOIN product_product product ON product.id = pair.product_id
        JOIN stock_warehouse warehouse ON warehouse.id = pair.warehouse_id
        JOIN res_company company ON company.id = warehouse.company_id""",
        today=today,
        pairs=pairs(groups),
    )


def dependants(moves, groups):
    """Moves that change with these moves, or with the stock of these groups."""
    return SQL(
        """SELECT rel.move_dest_id FROM stock_move_move_rel rel
        WHERE rel.move_orig_id = ANY(%(moves)s)
        UNION SELECT move.id FROM %(pairs)s
        JOIN stock_move move ON move.product_id = pair.product_id
            AND move.state IN %(open)s
        JOIN stock_location source ON source.id = move.location_id
            AND source.warehouse_id = pair.warehouse_id AND source.usage = 'internal'
        WHERE move.product_qty > %(reserved)s""",
        moves=moves,
        open=OPEN,
        reserved=RESERVED,
        pairs=pairs(groups or [(0, 0)]),
    )


def groups_of(moves):
    """The stocks that these moves bring into or take from."""
    return SQL(
        """SELECT DISTINCT move.product_id, place.warehouse_id FROM stock_move move
        JOIN stock_location place
            ON place.id IN (move.location_id, move.location_dest_id)
        WHERE move.id = ANY(%s) AND place.warehouse_id IS NOT NULL
        AND place.usage = 'internal'""",
        moves,
    )
