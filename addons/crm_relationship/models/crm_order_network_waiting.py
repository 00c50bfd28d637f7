from odoo import api, models
from odoo.tools import SQL

from . import crm_order_network_query as query
from . import crm_order_trace_query as trace_query
from .crm_order_network import MAX_LEVELS, Network, request_key


class CrmOrderNetwork(models.AbstractModel):
    """The network seen from the supply: who gets it?"""

    _inherit = "crm.order.network"

    @api.model
    def _waiting_lines(self, purchase_ids):
        """Ids of the sale lines that wait for goods of these purchases, whether or not
        these decide their date.
        """
        rows = self.env.execute_query(_supply_of(purchase_ids))
        moves = {move for move, _request in rows if move}
        requests = {request for _move, request in rows if request}
        if not moves and not requests:
            return []
        waiting = self._waiting_moves(moves, requests)
        rows = self.env.execute_query(_lines_of(waiting, purchase_ids))
        return [line for (line,) in rows]

    @api.model
    def _waiting_moves(self, moves, requests):
        """Ids of the moves that get these goods, however many steps downstream."""
        network, waiting = Network(), set()
        groups = set(self.env.execute_query(_request_groups(requests)))
        new = set(moves) | {request_key(id_) for id_ in requests}
        linked = {id_ for (id_,) in self.env.execute_query(_asked_by(requests))}
        for _level in range(MAX_LEVELS):
            if not new:
                break
            found = linked | self._next_moves(network, new, groups)
            new, linked, groups = found - waiting, set(), set()
            waiting |= new
        return waiting

    def _next_moves(self, network, keys, groups):
        """The moves that are given goods of these nodes, or are linked to them."""
        moves = [key for key in keys if key > 0]
        if moves:
            groups = groups | set(self.env.execute_query(query.groups_of(moves)))
        self._share_out(network, groups - network.left.keys())
        pegged = {
            demand
            for demand, shares in network.shares.items()
            if any(share.key in keys for share in shares)
        }
        return pegged | (self._dependants(moves, ()) if moves else set())


def _supply_of(purchase_ids):
    """Open receipts, or the purchase line where there is none yet."""
    return SQL(
        """SELECT move.id, CASE WHEN move.id IS NULL THEN line.id END
        FROM purchase_order_line line
        JOIN purchase_order purchase ON purchase.id = line.order_id
        LEFT JOIN stock_move move ON move.purchase_line_id = line.id
            AND move.state NOT IN ('done', 'cancel', 'draft')
        WHERE line.order_id = ANY(%s) AND line.product_id IS NOT NULL
        AND (move.id IS NOT NULL OR purchase.state IN %s
            OR line.sale_line_id IS NOT NULL AND line.qty_received < line.product_qty
                AND purchase.state = 'purchase')""",
        list(purchase_ids),
        query.REQUESTED,
    )


def _request_groups(requests):
    return trace_query.groups_of_rows(
        {"purchase_line": list(requests), "purchase": [], "quant": []}
    )


def _asked_by(requests):
    return SQL(
        """SELECT move_id FROM stock_move_created_purchase_line_rel
        WHERE created_purchase_line_id = ANY(%s)""",
        list(requests),
    )


def _lines_of(moves, purchase_ids):
    return SQL(
        """SELECT DISTINCT move.sale_line_id FROM stock_move move
        WHERE move.id = ANY(%s) AND move.sale_line_id IS NOT NULL
        AND move.state NOT IN ('done', 'cancel') AND move.product_qty > %s
        UNION SELECT sale_line_id FROM purchase_order_line
        WHERE order_id = ANY(%s) AND sale_line_id IS NOT NULL
        AND qty_received < product_qty""",
        list(moves),
        query.RESERVED,
        list(purchase_ids),
    )
