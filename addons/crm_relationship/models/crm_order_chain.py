from dataclasses import dataclass, field

from odoo import api, models

from ..tools import supply
from ..tools.order_chain import behind, needed_by
from . import crm_order_trace_query as query
from .crm_order_network import Network, request_key

Document = tuple[str, int]  # model and id; what is missing has no id
NOT_INVOICED = ("account.move", 0)
NOT_PAID = ("account.payment", 0)


@dataclass
class Chain:
    """The documents of one order line, and which leads to which.

    :ivar steps: by document, the keys of the moves, purchase lines and shortages
        (as in the network) that make it part of the chain
    :ivar ends: documents that bring the goods to the customer
    :ivar needed: by step, the latest day that still keeps the promise
    """

    trace: models.BaseModel
    line: models.BaseModel
    today: int
    network: Network
    outcomes: dict[int, supply.Outcome]
    needed: dict[int, int] = field(default_factory=dict)
    steps: dict[Document, list[int]] = field(default_factory=dict)
    edges: dict[tuple[Document, Document], None] = field(default_factory=dict)
    ends: dict[Document, None] = field(default_factory=dict)

    @property
    def order(self) -> Document:
        return ("sale.order", self.line.order_id.id)

    @property
    def cause(self) -> Document | None:
        trace = self.trace
        return (trace.cause_model, trace.cause_id) if trace.cause_model else None

    def add(self, document, *steps):
        self.steps.setdefault(document, []).extend(steps)

    def link(self, source, target):
        if source != target:
            self.edges[source, target] = None

    def late_documents(self):
        """The cause, and what is late because of it."""
        if not self.trace.is_late or self.cause not in self.steps:
            return set()
        goods = [edge for edge in self.edges if edge[1][0] != "account.move"]
        return behind([self.cause], goods)


class CrmOrderChain(models.AbstractModel):
    """Follows an order line from the order to the first supplier, and to the payment.

    It reads everything; `crm.order.chain.card` says what of it which reader sees. An
    addon that brings other work extends `_moves_behind` and `_move_documents`.
    """

    _name = "crm.order.chain"
    _description = "Documents of an Order Line"

    @api.model
    def _follow(self, trace):
        """The chain of the line of this trace (`sudo`)."""
        chain = self._open_work(trace)
        steps, moves = self._steps(chain)
        self._add_goods(chain, steps, moves)
        self._add_stop(chain)
        self._add_bills(chain)
        self._add_order(chain)
        return chain

    def _open_work(self, trace):
        line = trace.sale_line_id
        moves = [move for _line, move in self._rows(query.open_moves(line.ids))]
        asked = [id_ for _line, id_ in self._rows(query.open_purchases(line.ids))]
        network = self.env["crm.order.network"]._load(moves, asked)
        today = trace._today().toordinal()
        chain = Chain(trace, line, today, network, supply.solve(network.nodes, today))
        finals = [*moves, *map(request_key, asked)]
        if trace.promise_date:
            promise = trace.promise_date.toordinal()
            chain.needed = needed_by(network.nodes, finals, promise)
        return chain

    def _rows(self, sql):
        return self.env.execute_query(sql)

    def _steps(self, chain):
        """What each step waits for, or came from; and all the moves among them."""
        asked = self._rows(query.open_purchases(chain.line.ids))
        steps = {request_key(id_): [] for _line, id_ in asked}
        moves = new = self._live(chain.line.move_ids)
        while new:
            for move in new:
                node = chain.network.nodes.get(move.id)
                origins = self._moves_behind(move).ids + (node.origins if node else [])
                steps[move.id] = list(dict.fromkeys(origins))
            known = {key for keys in steps.values() for key in keys if key > 0}
            new = moves.browse(sorted(known - set(moves.ids)))
            moves |= new
        return steps, moves

    def _live(self, moves):
        return moves.filtered(lambda move: move.state not in ("cancel", "draft"))

    def _moves_behind(self, move):
        """The moves that this one took, or takes, its goods from."""
        return self._live(move.move_orig_ids | move.origin_returned_move_id)

    def _move_documents(self, move):
        """The documents that a move stands for, in the order of the goods."""
        documents = []
        if move.purchase_line_id:
            documents.append(("purchase.order", move.purchase_line_id.order_id.id))
        if move.picking_id:
            documents.append(("stock.picking", move.picking_id.id))
        return documents or [("stock.move", move.id)]

    def _add_goods(self, chain, steps, moves):
        documents = {move.id: self._move_documents(move) for move in moves}
        for key in {*steps, *(key for keys in steps.values() for key in keys)}:
            if key not in documents and key in chain.network.nodes:
                documents[key] = [chain.network.nodes[key].document]
        for key, row in documents.items():
            for document in row:
                chain.add(document, key)
            for source, target in zip(row, row[1:], strict=False):
                chain.link(source, target)
        for key, origins in steps.items():
            for origin in origins:
                if origin in documents and key in documents:
                    chain.link(documents[origin][-1], documents[key][0])
        self._add_ends(chain, documents, moves)

    def _add_ends(self, chain, documents, moves):
        asked = {key for key in documents if key < 0 and not key % 2}
        passed = {edge[0] for edge in chain.edges}
        for move in moves:
            if move.sale_line_id and move.location_dest_id.usage == "customer":
                chain.ends[documents[move.id][-1]] = None
        for key in asked:
            if documents[key][-1] not in passed:
                chain.ends[documents[key][-1]] = None

    def _add_stop(self, chain):
        """What stops the line, whatever its goods do, stands before the delivery."""
        if not chain.cause or chain.cause in chain.steps or chain.cause == chain.order:
            return
        chain.add(chain.cause)
        for end in chain.ends:
            if any(key in chain.network.nodes for key in chain.steps[end]):
                chain.link(chain.cause, end)

    def _add_bills(self, chain):
        invoices = chain.line.invoice_lines.move_id.filtered(
            lambda invoice: invoice.state != "cancel"
        )
        bills = [("account.move", id_) for id_ in invoices.ids] or [NOT_INVOICED]
        for bill in bills:
            chain.add(bill)
            for end in chain.ends or [chain.order]:
                chain.link(end, bill)
        payments = {
            ("account.move", invoice.id): invoice.reconciled_payment_ids.ids
            for invoice in invoices
        }
        for bill in bills:
            for id_ in payments.get(bill) or [0]:
                chain.add(("account.payment", id_))
                chain.link(bill, ("account.payment", id_))

    def _add_order(self, chain):
        """The order comes before all that nothing else brings."""
        targets = {edge[1] for edge in chain.edges}
        for document in chain.steps:
            if document not in targets:
                chain.link(chain.order, document)
        chain.add(chain.order)
