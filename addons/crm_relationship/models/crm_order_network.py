from dataclasses import dataclass, field

from odoo import api, fields, models

from ..tools import supply
from . import crm_order_network_query as query

# Columns of `query.moves`.
ID, PRODUCT, QUANTITY, RESERVED, DAY, DELAY, PRIORITY = range(7)
PICKING, PURCHASE, USAGE, WAREHOUSE, PICKED, DRAFT, ORIGINS, REQUESTS = range(7, 15)
MAX_LEVELS = 100  # steps from a customer back to the first supplier


def request_key(line_id):
    """Purchase lines share the keys with moves; shortages with nobody."""
    return -2 * line_id


def shortage_key(number):
    return -2 * number - 1


@dataclass
class Network:
    """Open work as nodes, and how stock was shared out on the way.

    :ivar moves: what `query.moves` read, by move
    :ivar left: free stock and supply that nobody has claimed, by group
    """

    nodes: dict[int, supply.Node] = field(default_factory=dict)
    moves: dict[int, tuple] = field(default_factory=dict)
    left: dict[supply.Group, list[supply.Supply]] = field(default_factory=dict)
    shares: dict[int, list[supply.Share]] = field(default_factory=dict)
    shortages: dict[int, supply.Group] = field(default_factory=dict)


class CrmOrderNetwork(models.AbstractModel):
    """Reads the open work that moves wait for, level by level, a few queries each.

    Nothing of it is stored. An addon that brings another kind of work (production)
    extends `_extend_level` and `_dependants`.
    """

    _name = "crm.order.network"
    _description = "Open Work behind Orders"

    @api.model
    def _load(self, move_ids, request_ids=()):
        """The network of these moves and purchase lines, with all behind them."""
        network = Network()
        moves, requests = list(move_ids), list(request_ids)
        for _level in range(MAX_LEVELS):
            if not moves and not requests:
                break
            moves, requests = self._load_level(network, moves, requests)
        self._plan_shortages(network)
        return network

    def _load_level(self, network, moves, requests):
        """Read these; return the moves and purchase lines behind them."""
        rows = self.env.execute_query(query.moves(moves)) if moves else []
        nodes = {row[ID]: self._move_node(row) for row in rows}
        network.moves.update((row[ID], row) for row in rows)
        network.nodes.update(nodes)
        self._load_requests(network, requests)
        self._extend_level(network, nodes)
        self._peg(network, nodes)
        wanted = {key for node in nodes.values() for key in node.origins}
        wanted -= network.nodes.keys()
        wanted -= network.shortages.keys()
        return (
            [key for key in wanted if key > 0],
            [-key // 2 for key in wanted if key < 0],
        )

    def _move_node(self, row):
        short = row[QUANTITY] - row[RESERVED]
        node = supply.Node(
            key=row[ID],
            kind="receipt" if row[PURCHASE] else "transfer",
            start=row[DAY],
            document=self._move_document(row),
            lead=row[DELAY],
            short=short if short > supply.EPSILON else 0.0,
            rank=self._rank(row[PRIORITY], row[DAY]),
            progress=self._progress(row),
        )
        if node.short:
            node.origins = row[ORIGINS] + [request_key(id_) for id_ in row[REQUESTS]]
        if node.short and not node.origins and row[WAREHOUSE]:
            node.group = (row[PRODUCT], row[WAREHOUSE])
        return node

    def _move_document(self, row):
        if row[PURCHASE]:
            return ("purchase.order", row[PURCHASE])
        if row[PICKING]:
            return ("stock.picking", row[PICKING])
        return ("stock.move", row[ID])

    def _progress(self, row):
        if row[USAGE] == "transit":
            return supply.SHIPPED
        return supply.PICKING if row[PICKED] else supply.IN_STOCK

    @api.model
    def _rank(self, priority, day):
        """Order of allocation, as the scheduler's: priority, then date."""
        return (-int(priority or 0), day)

    def _load_requests(self, network, ids):
        if not ids:
            return
        for id_, order, day, unconfirmed in self.env.execute_query(query.requests(ids)):
            key = request_key(id_)
            network.nodes[key] = supply.Node(
                key=key,
                kind="request" if unconfirmed else "receipt",
                start=day,
                document=("purchase.order", order),
            )

    def _extend_level(self, network, nodes):
        """Let other addons say what else these nodes wait for."""

    def _peg(self, network, nodes):
        """Share out the stocks that these nodes take from."""
        wanted = {node.group for node in nodes.values() if node.group}
        self._share_out(network, wanted - network.left.keys())
        for node in nodes.values():
            if node.group:
                self._apply_shares(network, node)

    def _apply_shares(self, network, node):
        shares = network.shares.get(node.key, [])
        node.origins = [share.key for share in shares if share.key]
        got = sum(share.quantity for share in shares)
        if node.short - got > supply.EPSILON:
            key = shortage_key(len(network.shortages))
            network.shortages[key] = node.group
            node.origins.append(key)

    def _share_out(self, network, groups):
        if not groups:
            return
        groups = list(groups)
        free = self._by_group(query.free_stock(groups), lambda quantity: quantity)
        demands = self._by_group(
            query.demands(groups),
            lambda id_, quantity, priority, day: supply.Demand(
                id_, quantity, self._rank(priority, day)
            ),
        )
        incoming = self._supplies(groups)
        for group in groups:
            shares, network.left[group] = supply.peg(
                sum(free.get(group, ())),
                demands.get(group, ()),
                incoming.get(group, ()),
            )
            network.shares.update(shares)

    @api.model
    def _supplies(self, groups):
        """Dated supply that nobody has bespoken."""
        incoming = self._by_group(query.supplies(groups), supply.Supply)
        requested = self._by_group(
            query.open_requests(groups),
            lambda id_, quantity, day: supply.Supply(
                request_key(id_), quantity, day, firm=False
            ),
        )
        for group, rows in requested.items():
            incoming.setdefault(group, []).extend(rows)
        return incoming

    def _by_group(self, sql, make):
        result = {}
        for product, warehouse, *values in self.env.execute_query(sql):
            result.setdefault((product, warehouse), []).append(make(*values))
        return result

    def _plan_shortages(self, network):
        """What nobody has ordered takes the product's lead time from today."""
        groups = set(network.shortages.values())
        if not groups:
            return
        leads = self._lead_times(groups)
        for key, group in network.shortages.items():
            lead = leads.get(group)
            network.nodes[key] = supply.Node(
                key=key,
                kind="shortage",
                start=None if lead is None else 0,
                lead=lead or 0,
                document=("product.product", group[0]),
            )

    @api.model
    def _lead_times(self, groups):
        """Days to buy, by group; nothing for what cannot be bought."""
        sql = query.lead_times(list(groups), fields.Date.today())
        rows = self.env.execute_query(sql)
        return {
            (product, warehouse): days
            for product, warehouse, days in rows
            if days is not None
        }

    @api.model
    def _dependants(self, moves, groups):
        """Ids of the moves that change with these moves, or with these stocks."""
        rows = self.env.execute_query(query.dependants(list(moves), list(groups)))
        return {id_ for (id_,) in rows}

    @api.model
    def _affected(self, moves, groups):
        """All moves that may change, however many steps downstream."""
        seen, seen_groups, new = set(), set(), set(moves)
        groups = set(groups)
        while new or groups:
            seen |= new
            if new:
                rows = self.env.execute_query(query.groups_of(list(new)))
                groups |= set(rows)
            groups -= seen_groups
            seen_groups |= groups
            new = self._dependants(new, groups) - seen
            groups = set()
        return seen
