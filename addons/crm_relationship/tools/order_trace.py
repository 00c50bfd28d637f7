"""What is known of one order line: how much, how far, until when, and why late.

Days are ordinals. Quantities of a line are in its own unit; those of moves in their
product's unit. Moves count by their shares, so that units and kits need no conversion.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from .supply import EPSILON, TO_SOURCE, Document, Outcome, lateness

STAGES = (
    "to_source",
    "buying",
    "making",
    "in_stock",
    "picking",
    "shipped",
    "to_do",
    "delivered",
    "invoiced",
    "paid",
    "cancelled",
)
FINISHED = frozenset({"delivered", "invoiced", "paid", "cancelled"})
PAID = 0.999  # share from which a line counts as paid; rounding takes the rest


@dataclass(slots=True)
class LineMove:
    """An open move of a line.

    :ivar reserved: in stock for this move
    :ivar picked: picked, or beyond the first step of the delivery
    :ivar before: moves of the same line that bring the goods to this one
    """

    key: int
    product: int
    quantity: float
    reserved: float = 0.0
    picked: float = 0.0
    before: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Line:
    """What the documents say of a line.

    :ivar paid: share of the ordered quantity that is invoiced and paid
    :ivar promise: the day promised, if any
    :ivar left: the day when the last goods went to the customer
    :ivar moves: its open moves, by key
    :ivar nodes: keys of further open work for it, such as a request without a move
    :ivar moved: it has, or had, transfers that were not cancelled
    :ivar planned: goods that somebody ought to deliver (False: a service)
    :ivar document: the order, which is the cause if nothing else is
    """

    key: int
    document: Document
    ordered: float
    delivered: float = 0.0
    invoiced: float = 0.0
    paid: float = 0.0
    promise: int | None = None
    left: int | None = None
    moves: dict[int, LineMove] = field(default_factory=dict)
    nodes: list[int] = field(default_factory=list)
    moved: bool = False
    planned: bool = True


class Trace(NamedTuple):
    """The answer for one line; `late` is None where nobody can say."""

    reserved: float
    picked: float
    stage: str
    expected: int | None
    late: int
    is_late: bool
    cause: Document | None
    reason: str
    kind: str
    depth: int


def trace_line(line: Line, outcomes: dict[int, Outcome], today: int) -> Trace:
    """Say where a line is and when it comes.

    >>> order = ("sale.order", 1)
    >>> pick = LineMove(5, 3, 12.0, reserved=12.0)
    >>> line = Line(1, order, 1.0, promise=100, moves={5: pick}, moved=True)
    >>> out = Outcome(104, ("stock.picking", 2), "overdue", "transfer", 0, 3)
    >>> found = trace_line(line, {5: out}, today=104)
    >>> found.reserved, found.stage, found.late, found.cause
    (1.0, 'in_stock', 4, ('stock.picking', 2))
    """
    remaining = line.ordered - line.delivered
    final = _final_moves(line)
    if remaining <= EPSILON or (line.moved and not final and not line.nodes):
        return _finished(line, remaining)
    reserved, picked = _shares(line, final)
    last, stage = _last(line, final, outcomes, today)
    late = _days_late(line.promise, last.day, today)
    return Trace(
        reserved=max(remaining, 0) * reserved,
        picked=max(remaining, 0) * picked,
        stage=stage,
        expected=last.day,
        late=late,
        is_late=late > 0 or (last.day is None and line.promise is not None),
        cause=last.document,
        reason=last.reason,
        kind=last.kind,
        depth=last.depth,
    )


def blocked(
    traces: dict[int, Trace], blocks: dict[int, tuple[Document, str, str]]
) -> dict[int, Trace]:
    """Give what stops a line, whatever its goods do, as the cause of unfinished lines.

    :param blocks: document, reason and kind by line
    :return: the traces; the expected day is that of a line which is let go today

    >>> pick = ("stock.picking", 2)
    >>> trace = Trace(1, 0, "in_stock", 9, 0, False, pick, "planned", "", 0)
    >>> blocked({1: trace}, {1: (("hold", 3), "hold", "hold")})[1].cause
    ('hold', 3)
    """
    return {
        key: trace._replace(
            cause=blocks[key][0], reason=blocks[key][1], kind=blocks[key][2], depth=0
        )
        if key in blocks and trace.stage not in FINISHED
        else trace
        for key, trace in traces.items()
    }


def _final_moves(line: Line) -> list[LineMove]:
    """Moves that no other open move of the line waits for, and those in a circle."""
    inner = {key for move in line.moves.values() for key in move.before}
    final = [move for move in line.moves.values() if move.key not in inner]
    reached, todo = set(), [move.key for move in final]
    while todo:
        key = todo.pop()
        if key in line.moves and key not in reached:
            reached.add(key)
            todo.extend(line.moves[key].before)
    return final + [move for key, move in line.moves.items() if key not in reached]


def _shares(line: Line, final: list[LineMove]) -> tuple[float, float]:
    """The shares of the open quantity that are reserved and picked; a kit's least."""
    sums = defaultdict(lambda: [0.0, 0.0, 0.0])
    for move in final:
        ready, picked = _ready(line, move, frozenset())
        total = sums[move.product]
        total[0] += move.quantity
        total[1] += ready
        total[2] += picked
    rows = [row for row in sums.values() if row[0] > EPSILON]
    if not rows:
        return 0.0, 0.0
    return tuple(min(row[i] / row[0] for row in rows) for i in (1, 2))


def _ready(line: Line, move: LineMove, seen: frozenset[int]) -> tuple[float, float]:
    """Reserved and picked for this move, here or at the steps before."""
    ready, picked = move.reserved, move.picked
    for key in move.before:
        if key in line.moves and key not in seen:
            before = _ready(line, line.moves[key], seen | {move.key})
            ready, picked = ready + before[0], picked + before[1]
    return min(ready, move.quantity), min(picked, move.quantity)


def _last(
    line: Line, final: list[LineMove], outcomes: dict[int, Outcome], today: int
) -> tuple[Outcome, str]:
    """The piece that comes last, and the stage of the least advanced one."""
    keys = [move.key for move in final] + line.nodes
    known = [outcomes[key] for key in keys if key in outcomes]
    if not known:
        return _unplanned(line, today)
    last = max(known, key=lateness)
    return last, STAGES[min(outcome.stage for outcome in known)]


def _unplanned(line: Line, today: int) -> tuple[Outcome, str]:
    """A service is due when it was promised; goods without transfers never come."""
    if line.planned:
        none = Outcome(None, line.document, "no_supply", "order", 0, TO_SOURCE)
        return none, "to_source"
    reason = "overdue" if line.promise and line.promise < today else "planned"
    day = max(line.promise, today) if line.promise else None
    return Outcome(day, line.document, reason, "order", 0, TO_SOURCE), "to_do"


def _days_late(promise: int | None, expected: int | None, today: int) -> int:
    """Days after the promise; where nobody knows a day, those that have passed."""
    if promise is None:
        return 0
    return max((today if expected is None else expected) - promise, 0)


def _finished(line: Line, remaining: float) -> Trace:
    if line.delivered <= EPSILON < remaining:
        stage = "cancelled"
    elif line.invoiced + EPSILON < max(line.delivered, EPSILON):
        stage = "delivered"
    else:
        full = line.ordered > EPSILON and line.invoiced / line.ordered or 1.0
        stage = "paid" if line.paid >= PAID * min(full, 1.0) else "invoiced"
    late = max(line.left - line.promise, 0) if line.left and line.promise else 0
    return Trace(0.0, 0.0, stage, line.left, late, late > 0, None, "", "", 0)
