"""When a delivery can leave, and which document decides that.

The network of open work: transfers, receipts, productions and unconfirmed requests are
nodes; each waits for its origins. Demand on stock is pegged to free stock and to dated
supply, first come first served in the order of allocation, apart for each group (a
product in a warehouse). Days are ordinals (`date.toordinal`), quantities are in the
product's own unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

EPSILON = 1e-6

Document = tuple[str, int]  # model and id
Group = tuple[int, int]  # product and warehouse

# How far a line has come; a line shows the least of its open parts.
TO_SOURCE, BUYING, MAKING, IN_STOCK, PICKING, SHIPPED = range(6)
SUPPLY_STAGE = {
    "shortage": TO_SOURCE,
    "request": TO_SOURCE,
    "receipt": BUYING,
    "production": MAKING,
}


@dataclass(slots=True)
class Node:
    """One piece of open work.

    :ivar kind: `transfer`, `receipt`, `production`, `request` (not confirmed yet) or
        `shortage` (nobody has ordered it)
    :ivar start: first day on which it is planned; None if nobody planned it
    :ivar lead: days from its start to its end
    :ivar short: what it still waits for, of the quantity that it takes from stock
    :ivar origins: keys of the nodes that it waits for
    :ivar group: the stock that it takes from, when no origin brings the goods
    :ivar rank: order of allocation; the lowest takes first
    :ivar progress: how far a transfer has come that waits for nothing
    """

    key: int
    kind: str
    start: int | None
    document: Document
    lead: int = 0
    short: float = 0.0
    origins: list[int] = field(default_factory=list)
    group: Group | None = None
    rank: tuple = ()
    progress: int = IN_STOCK


class Demand(NamedTuple):
    """A node's claim on the stock of its group."""

    key: int
    quantity: float
    rank: tuple


class Supply(NamedTuple):
    """What a node will bring into its group and nobody has bespoken.

    :ivar firm: somebody has confirmed it; what is only asked for comes last
    """

    key: int
    quantity: float
    day: int
    firm: bool = True


class Share(NamedTuple):
    """What a demand gets: from the supply `key`, or None from stock."""

    key: int | None
    quantity: float


class Outcome(NamedTuple):
    """What a node comes to.

    :ivar day: when it is done; None if nobody can say
    :ivar document: the one that decides the day
    :ivar reason: `planned`, `overdue`, `request`, `no_supply` or `circular`
    :ivar kind: of the node that decides
    :ivar depth: documents between the node and the deciding one
    :ivar stage: how far the goods have come
    """

    day: int | None
    document: Document
    reason: str
    kind: str
    depth: int
    stage: int


def peg(
    free: float, demands: Iterable[Demand], supplies: Iterable[Supply]
) -> tuple[dict[int, list[Share]], list[Supply]]:
    """Share free stock and dated supply among the demands of one group.

    :return: the shares by key of the demand, and what is left of stock and supplies
        (stock first, with the key 0 and day 0). A demand that gets less than it asks
        for is short of the rest.

    >>> shares, left = peg(
    ...     2, [Demand(1, 3, (0,)), Demand(2, 2, (1,))], [Supply(9, 5, 700)]
    ... )
    >>> shares[1]
    [Share(key=None, quantity=2), Share(key=9, quantity=1)]
    >>> shares[2], left
    ([Share(key=9, quantity=2)], [Supply(key=9, quantity=2, day=700, firm=True)])
    """
    dated = sorted(supplies, key=lambda s: (not s.firm, s.day, s.key))
    queue = [Supply(0, max(free, 0), 0), *dated]
    queue = [supply for supply in queue if supply.quantity > EPSILON]
    shares: dict[int, list[Share]] = {}
    at, left = 0, queue[0].quantity if queue else 0.0
    for demand in sorted(demands, key=lambda d: (d.rank, d.key)):
        wanted, got = demand.quantity, []
        while wanted > EPSILON and at < len(queue):
            taken = min(wanted, left)
            got.append(Share(queue[at].key or None, taken))
            wanted, left = wanted - taken, left - taken
            if left <= EPSILON:
                at += 1
                left = queue[at].quantity if at < len(queue) else 0.0
        shares[demand.key] = got
    rest = [queue[at]._replace(quantity=left)] if at < len(queue) else []
    return shares, rest + queue[at + 1 :]


def solve(nodes: dict[int, Node], today: int) -> dict[int, Outcome]:
    """Find out for each node when it is done and what decides that.

    A node is done `lead` days after the latest of its planned start, today, and the
    ends of its origins. Origins that are not among the nodes are done already. What
    comes last is the cause; where everything comes in time, what nobody can rely on
    (overdue, only asked for, not ordered) is.

    >>> buy = Node(1, "receipt", 120, ("purchase.order", 7))
    >>> ship = Node(2, "transfer", 110, ("stock.picking", 8), origins=[1])
    >>> solve({1: buy, 2: ship}, today=100)[2]._asdict()["day"]
    120
    >>> solve({1: buy, 2: ship}, today=130)[2].reason
    'overdue'
    """
    outcomes: dict[int, Outcome] = {}
    open_ = set()
    for root in nodes:
        stack = [root]
        while stack:
            key = stack[-1]
            if key in outcomes:
                stack.pop()
                continue
            node = nodes[key]
            open_.add(key)
            todo = [
                origin
                for origin in node.origins
                if origin in nodes and origin not in outcomes and origin not in open_
            ]
            if todo:
                stack.extend(todo)
                continue
            outcomes[key] = _outcome(node, nodes, outcomes, today)
            open_.discard(key)
            stack.pop()
    return outcomes


def _outcome(
    node: Node, nodes: dict[int, Node], outcomes: dict[int, Outcome], today: int
) -> Outcome:
    known = [
        _seen_from(node, nodes[key], outcomes[key])
        for key in node.origins
        if key in outcomes
    ]
    own = _own_outcome(node, known, today)
    if any(key in nodes and key not in outcomes for key in node.origins):
        return own._replace(day=None, reason="circular")
    return _later(node, own, known)


def _later(node: Node, own: Outcome, known: list[Outcome]) -> Outcome:
    """The node's own plan, or what keeps it from that."""
    last = max(known, key=lateness, default=own)
    if last is own or last.day is None:
        return last._replace(stage=own.stage)
    if last.day + node.lead > own.day:
        return last._replace(day=last.day + node.lead, stage=own.stage)
    unsure = [outcome for outcome in known if outcome.reason != "planned"]
    if unsure:
        return max(unsure, key=lateness)._replace(day=own.day, stage=own.stage)
    return own


def _seen_from(node: Node, origin: Node, outcome: Outcome) -> Outcome:
    """What an origin comes to, one document further away."""
    steps = int(node.document != origin.document)
    return outcome._replace(depth=outcome.depth + steps)


def _own_outcome(node: Node, known: list[Outcome], today: int) -> Outcome:
    stage = SUPPLY_STAGE.get(node.kind)
    if stage is None:
        stage = min((outcome.stage for outcome in known), default=node.progress)
    if node.start is None:
        return Outcome(None, node.document, "no_supply", node.kind, 0, stage)
    reason = "overdue" if node.start < today else "planned"
    if node.kind in ("request", "shortage"):
        reason = "no_supply" if node.kind == "shortage" else "request"
    day = max(node.start, today) + node.lead
    return Outcome(day, node.document, reason, node.kind, 0, stage)


def lateness(outcome: Outcome) -> tuple:
    """Order of causes: the latest, then what nobody can rely on, then the farthest.

    The document makes the answer the same whatever was read first.
    """
    unsure = outcome.reason != "planned"
    day = outcome.day or 0
    return (outcome.day is None, day, unsure, outcome.depth, outcome.document)
