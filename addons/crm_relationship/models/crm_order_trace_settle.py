from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools import order_trace, supply
from . import crm_order_trace_query as query
from .crm_order_network import request_key
from .crm_pass_mixin import PassJob

AT_ONCE = 500  # lines that one transaction brings up to date itself
BATCH = 5000  # lines, or more where they are of one product
NO_PRODUCT = 2**31 - 1  # stands for it, last of all
COLUMNS = (
    "sale_line_id",
    "order_id",
    "company_id",
    "partner_id",
    "product_id",
    "warehouse_id",
    "user_id",
    "product_uom_id",
    "qty_ordered",
    "qty_reserved",
    "qty_picked",
    "qty_delivered",
    "qty_invoiced",
    "qty_paid_share",
    "promise_date",
    "expected_date",
    "days_late",
    "is_late",
    "is_finished",
    "stage",
    "cause_model",
    "cause_id",
    "cause_kind",
    "cause_reason",
    "cause_partner_id",
    "depth",
)
REMEMBERED = ("late_kind", "late_reason", "late_partner_id")
TYPES = {
    "date": ("promise_date", "expected_date"),
    "boolean": ("is_late", "is_finished"),
    "varchar": (
        "stage",
        "cause_model",
        "cause_kind",
        "cause_reason",
        "late_kind",
        "late_reason",
    ),
    "numeric": [name for name in COLUMNS if name.startswith("qty_")],
}
TYPE = {name: kind for kind, names in TYPES.items() for name in names}
READ_AS = {"date": "date", "boolean": "bool", "varchar": "text", "numeric": "float8"}


class Facts(NamedTuple):
    """A row of `query.lines`."""

    id: int
    order: int
    company: int
    partner: int
    product: int
    warehouse: int
    user: int
    unit: int
    ordered: float
    delivered: float
    invoiced: float
    paid: float
    promise: date | None
    left: date | None
    moved: bool
    planned: bool
    today: date


class CrmOrderTrace(models.Model):
    """How the trace follows the documents.

    The lines that changes may concern are computed anew and those that differ are
    written. What concerns more lines than `AT_ONCE` is left to a scheduled job that
    starts at once. The nightly job does all open lines with the same methods.
    """

    _name = "crm.order.trace"
    _inherit = ["crm.order.trace", "crm.pass.mixin"]

    @api.model
    def _touch_products(self, products):
        """Note all stocks of these products."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT move.product_id, source.warehouse_id
                FROM stock_move move
                JOIN stock_location source ON source.id = move.location_id
                WHERE move.product_id = ANY(%s)
                AND move.state NOT IN ('done', 'cancel', 'draft')
                AND source.warehouse_id IS NOT NULL""",
                products.ids,
            )
        )
        self._touch("stock", rows)

    def _settle_touched(self, touched):
        lines = self._affected_lines(touched)
        if len(lines) > AT_ONCE:
            self.env["crm.order.trace.touch"]._note(lines)
        else:
            self._refresh(lines)

    def _affected_lines(self, touched):
        """Ids of the sale lines whose trace may change, in order."""
        groups = touched["stock"]
        touched = {kind: list(ids) for kind, ids in touched.items() if kind != "stock"}
        sql = query.lines_of(touched, self._traced_states())
        direct = {id_ for (id_,) in self.env.execute_query(sql)}
        return sorted(direct | self._lines_of_goods(touched, direct, groups))

    def _lines_of_goods(self, touched, lines, groups):
        """Lines that touched moves, purchases or stocks may concern, or these lines."""
        moves = set()
        bought = touched["purchase"] or touched["purchase_line"]
        if lines or touched["stock_move"] or bought:
            rows = self.env.execute_query(query.moves_of(touched, lines))
            moves = {id_ for (id_,) in rows if id_}
        if bought or touched["quant"]:
            groups = groups.union(self.env.execute_query(query.groups_of_rows(touched)))
        moves = self.env["crm.order.network"]._affected(moves, groups)
        if not moves:
            return set()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT sale_line_id FROM stock_move
                WHERE id = ANY(%s) AND sale_line_id IS NOT NULL""",
                list(moves),
            )
        )
        return {id_ for (id_,) in rows}

    @api.model
    def _traced_condition(self):
        """Which lines have a trace; an addon may let more orders in."""
        return SQL("%s AND %s", query.TRACED, self._traced_states())

    @api.model
    def _traced_states(self):
        return SQL("document.state = 'sale'")

    @api.model
    def _refresh(self, line_ids):
        """Compute these lines anew and write what differs; return how many differ."""
        if not line_ids:
            return 0
        self._snapshot_promises(line_ids)
        wanted = self._compute_rows(line_ids)
        known = self._known_rows(line_ids)
        gone = [id_ for id_ in known if id_ not in wanted]
        changed = [
            self._with_memory(row, known.get(id_))
            for id_, row in wanted.items()
            if id_ not in known or known[id_][: len(COLUMNS)] != row
        ]
        if gone:
            self.env.cr.execute(
                SQL("DELETE FROM crm_order_trace WHERE sale_line_id = ANY(%s)", gone)
            )
        self._write_rows(changed)
        if gone or changed:
            self.invalidate_model(flush=False)
            known_before = [known[row[0]] for row in changed if row[0] in known]
            self._follow_on_board(
                [*changed, *known_before, *(known[id_] for id_ in gone)]
            )
        return len(gone) + len(changed)

    def _follow_on_board(self, rows):
        order, warehouse = map(COLUMNS.index, ("order_id", "warehouse_id"))
        orders = {row[order] for row in rows if row[warehouse]}
        if orders:
            self.env["crm.order.board"]._follow_orders(orders)

    def _snapshot_promises(self, line_ids):
        rows = self.env.execute_query(query.promise_lines(line_ids, query.TRACED))
        if rows:
            self.env["sale.order.line"].invalidate_model(["promise_date"], flush=False)
            self.env["crm.order.promise"]._note(
                [(line, order, None, date) for line, order, date in rows], "confirmed"
            )

    def _compute_rows(self, line_ids):
        """The rows that the documents give, by sale line, in the order of COLUMNS."""
        sql = query.lines(line_ids, self._traced_condition(), fields.Datetime.now())
        facts = [Facts._make(row) for row in self.env.execute_query(sql)]
        lines = {fact.id: self._line(fact) for fact in facts}
        outcomes = self._solve(lines, {fact.today for fact in facts})
        blocks = self._blocks(list(lines)) if lines else {}
        traces = {
            fact.id: order_trace.trace_line(
                lines[fact.id], outcomes[fact.today], fact.today.toordinal()
            )
            for fact in facts
        }
        traces = order_trace.blocked(traces, blocks)
        suppliers = self._suppliers(traces.values())
        return {fact.id: _row(fact, traces[fact.id], suppliers) for fact in facts}

    def _line(self, fact):
        return order_trace.Line(
            key=fact.id,
            document=("sale.order", fact.order),
            ordered=fact.ordered,
            delivered=fact.delivered,
            invoiced=fact.invoiced,
            paid=fact.paid or 0.0,
            promise=fact.promise and fact.promise.toordinal(),
            left=fact.left and fact.left.toordinal(),
            moved=fact.moved,
            planned=fact.planned,
        )

    def _solve(self, lines, days):
        network = self._network(lines)
        return {day: supply.solve(network.nodes, day.toordinal()) for day in days}

    def _network(self, lines):
        """Load the network behind the lines, and give them their moves."""
        unfinished = [
            key for key, line in lines.items() if line.delivered < line.ordered
        ]
        moves, purchases = [], []
        if unfinished:
            moving = [key for key in unfinished if lines[key].moved]
            if moving:
                moves = self.env.execute_query(query.open_moves(moving))
            purchases = self.env.execute_query(query.open_purchases(unfinished))
        network = self.env["crm.order.network"]._load(
            [move for _line, move in moves], [line for _sale, line in purchases]
        )
        for line, purchase in purchases:
            lines[line].nodes.append(request_key(purchase))
        for line, move in moves:
            if move in network.moves:
                lines[line].moves[move] = _line_move(network.moves[move])
        return network

    @api.model
    def _blocks(self, line_ids):
        """`{sale line id: (document, reason, kind)}`: what stops a line, whatever its
        goods do. For other addons.
        """
        return {}

    def _suppliers(self, traces):
        orders = {
            trace.cause[1]
            for trace in traces
            if trace.cause and trace.cause[0] == "purchase.order"
        }
        if not orders:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT purchase.id, partner.commercial_partner_id
                    FROM purchase_order purchase
                    JOIN res_partner partner ON partner.id = purchase.partner_id
                    WHERE purchase.id = ANY(%s)""",
                    list(orders),
                )
            )
        )

    def _known_rows(self, line_ids):
        names = SQL(", ").join(
            SQL("%s::%s", _column(name), SQL(READ_AS.get(TYPE.get(name), "int")))
            for name in COLUMNS + REMEMBERED
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM crm_order_trace WHERE sale_line_id = ANY(%s)",
                names,
                list(line_ids),
            )
        )
        return {row[0]: row for row in rows}

    def _with_memory(self, row, known):
        """What made the line late is still known when it has been delivered."""
        new = dict(zip(COLUMNS, row, strict=True))
        if new["is_late"] and not new["is_finished"]:
            causes = ("cause_kind", "cause_reason", "cause_partner_id")
            return (*row, *(new[name] for name in causes))
        return (*row, *(known[len(COLUMNS) :] if known else (None,) * 3))

    def _write_rows(self, rows):
        names = COLUMNS + REMEMBERED
        for chunk in split_every(BATCH, rows, list):
            arrays = [
                SQL("%s::%s[]", list(values), SQL(TYPE.get(name, "int")))
                for name, values in zip(names, zip(*chunk, strict=True), strict=True)
            ]
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_order_trace (%(names)s)
                    SELECT * FROM UNNEST(%(arrays)s)
                    ON CONFLICT (sale_line_id) DO UPDATE SET (%(names)s) = (%(new)s)""",
                    names=SQL(", ").join(map(_column, names)),
                    arrays=SQL(", ").join(arrays),
                    new=SQL(", ").join(SQL("excluded.%s", _column(n)) for n in names),
                )
            )

    # Jobs ------------------------------------------------------------------------

    @api.model
    def _cron_refresh(self):
        """Bring all open lines up to date: days pass, and nothing is forgotten."""
        return self._run_pass(
            PassJob(
                code="trace.refresh",
                name=self.env._("Order trace: refresh"),
                ids=self._open_products,
                batch=self._refresh_products,
                model="product.product",
                lock="trace",
                finish=self._follow_all_on_board,
            )
        )

    def _follow_all_on_board(self, _run):
        self.env["crm.order.board"]._follow(SQL("TRUE"))

    def _refresh_products(self, product_ids):
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT id FROM (%s) line
                WHERE product_id = ANY(%s) ORDER BY 1""",
                self._open_lines(),
                product_ids,
            )
        )
        return self._refresh([id_ for (id_,) in rows])

    def _open_products(self, position, size):
        """The next products, of so many open lines that a batch is worth its while.

        The lines of a product are in one batch, for they share its stock: what they
        have in common is read once.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT product_id FROM (
                    SELECT product_id, COUNT(*),
                        SUM(COUNT(*)) OVER (ORDER BY product_id) AS lines
                    FROM (%s) line WHERE product_id > %s GROUP BY product_id
                ) product WHERE lines - count < %s ORDER BY product_id LIMIT %s""",
                self._open_lines(),
                position or 0,
                BATCH,
                size,
            )
        )
        return [id_ for (id_,) in rows]

    def _open_lines(self):
        """Lines to trace that are not finished, and rows of lines that are gone."""
        return SQL(
            """SELECT line.id, COALESCE(line.product_id, %(none)s) AS product_id
            FROM sale_order_line line
            JOIN sale_order document ON document.id = line.order_id
            LEFT JOIN crm_order_trace trace ON trace.sale_line_id = line.id
            WHERE trace.is_finished IS NOT TRUE AND %(condition)s
            UNION SELECT sale_line_id, COALESCE(product_id, %(none)s)
            FROM crm_order_trace WHERE is_finished IS NOT TRUE""",
            none=NO_PRODUCT,
            condition=self._traced_condition(),
        )


def _column(name):
    return SQL.identifier(name)


def _line_move(row):
    id_, product, quantity, reserved = row[:4]
    if row[9] == "supplier":  # core reserves what the supplier has not sent yet
        reserved = 0.0
    picked = reserved if row[11] else 0.0
    return order_trace.LineMove(
        id_, product, quantity, reserved, picked, before=row[13]
    )


def _row(fact, trace, suppliers):
    model, id_ = trace.cause or (None, None)
    return (
        *(fact.id, fact.order, fact.company, fact.partner, fact.product),
        *(fact.warehouse, fact.user, fact.unit),
        _quantity(fact.ordered),
        _quantity(trace.reserved),
        _quantity(trace.picked),
        _quantity(fact.delivered),
        _quantity(fact.invoiced),
        _quantity(fact.paid or 0.0),
        fact.promise,
        trace.expected and date.fromordinal(trace.expected),
        trace.late,
        trace.is_late,
        trace.stage in order_trace.FINISHED,
        trace.stage,
        model,
        id_,
        trace.kind or None,
        trace.reason or None,
        suppliers.get(id_) if model == "purchase.order" else None,
        trace.depth,
    )


def _quantity(value):
    return round(value, 6)
