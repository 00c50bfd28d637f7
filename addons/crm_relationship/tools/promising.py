"""When an order line can be delivered, what from, and in which parts.

A market knows what nobody has claimed of each product in each warehouse, and how more
of it is bought or made. Wishes take from it one after the other, so that two lines of
a quotation never count on the same piece. Days are ordinals (`date.toordinal`),
quantities are in the product's own unit.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from .order_chain import behind
from .supply import EPSILON, Group

T = TypeVar("T")
Path = tuple[Group, ...]
YEARS = 1100  # days after which the search for an open day gives up
WEEKS = 14  # a calendar of two weeks alternates


class Calendar(NamedTuple):
    """Open days: by the day of a fortnight (0 to 13), less those closed."""

    open_days: frozenset[int] = frozenset(range(WEEKS))
    closed: frozenset[int] = frozenset()

    def next_open(self, day: int) -> int:
        """The first open day from this one on; the day itself if there is none.

        >>> sunday = 7  # 1 January of the year 1 was a Monday, and is day 1
        >>> Calendar(frozenset({0, 1, 2, 3, 4, 7, 8, 9, 10, 11})).next_open(sunday)
        8
        """
        for candidate in range(day, day + YEARS):
            if (candidate - 1) % WEEKS in self.open_days:
                if candidate not in self.closed:
                    return candidate
        return day

    def after(self, day: int, count: int) -> int:
        """The open day that is `count` open days after the first one from `day` on.

        >>> week = Calendar(frozenset({0, 1, 2, 3, 4, 7, 8, 9, 10, 11}))
        >>> week.after(5, 1), week.after(6, 1), week.after(6, 0)
        (8, 9, 8)
        """
        day = self.next_open(day)
        for _step in range(count):
            day = self.next_open(day + 1)
        return day


ALWAYS = Calendar()


@dataclass(slots=True)
class Source:
    """How more of a product comes into a warehouse.

    :ivar kind: `buy`, `make`, `kit` (delivered as its parts), `free` (never counted) or
        `none` (nobody sells or makes it)
    :ivar days: until it is there: days of the supplier, open days of a production
    :ivar prepare: open days until it is ordered
    :ivar parts: what one piece is made of
    :ivar on_order: never taken from stock
    :ivar direct: sent to the customer without passing the warehouse
    :ivar name: who it is bought from
    :ivar calendar: open days of the supplier
    """

    kind: str
    days: int = 0
    prepare: int = 0
    parts: list[tuple[Group, float]] = field(default_factory=list)
    on_order: bool = False
    direct: bool = False
    name: str = ""
    calendar: Calendar = ALWAYS


class Piece(NamedTuple):
    """Part of what is wished: where it comes from, and when it is there.

    :ivar kind: `stock`, `supply`, or that of a source
    :ivar key: of the dated supply
    :ivar because: the part that it waits for longest
    :ivar name: who it is bought from
    """

    group: Group
    quantity: float
    day: int | None
    kind: str
    key: int = 0
    because: "Piece | None" = None
    name: str = ""


@dataclass(slots=True)
class Wish:
    """What a line asks for.

    :ivar lead: days from today that the customer waits at least
    :ivar ship: days from the warehouse to the customer
    :ivar keep: what it must leave in stock, for better customers
    :ivar source: instead of the product's own (to order, shipped by the supplier)
    """

    group: Group
    quantity: float
    lead: int = 0
    ship: int = 0
    keep: float = 0.0
    source: Source | None = None
    calendar: Calendar = ALWAYS


class Batch(NamedTuple):
    """A part that can be delivered on this day; None if nobody can say."""

    quantity: float
    day: int | None


class Offer(NamedTuple):
    """The answer to a wish.

    :ivar day: the earliest for all of it; None if nobody can say
    :ivar batches: what could be delivered when, earliest first
    :ivar kept: what is in stock but kept for better customers
    """

    day: int | None
    batches: list[Batch]
    pieces: list[Piece]
    kept: float = 0.0


class Market:
    """What can be promised of some products in some warehouses.

    :param left: by group, the unclaimed [key, quantity, day], earliest first; what is
        in stock has the key 0
    :param sources: by group
    """

    def __init__(
        self,
        left: dict[Group, Iterable[tuple[int, float, int]]],
        sources: dict[Group, Source],
        today: int,
    ) -> None:
        self.left = {group: deque(map(list, rows)) for group, rows in left.items()}
        self.sources = sources
        self.today = today

    def offer(self, wish: Wish) -> Offer:
        """Take what a wish asks for and say when it can be delivered.

        >>> chair, market = (1, 1), {(1, 1): [(0, 3.0, 0), (12, 5.0, 118)]}
        >>> offer = Market(market, {}, today=100).offer(Wish(chair, 5.0, ship=2))
        >>> offer.day, offer.batches
        (120, [Batch(quantity=3.0, day=102), Batch(quantity=2.0, day=120)])
        """
        in_stock = self._in_stock(wish.group)
        pieces = self._take(wish, wish.group, wish.quantity, ())
        kept = min(wish.keep, in_stock)
        short = sum(piece.quantity for piece in pieces if piece.kind != "stock")
        batches = _merge(
            [Batch(p.quantity, self._delivery(wish, p)) for p in pieces], wish.quantity
        )
        day = batches[-1].day if batches else None
        return Offer(day, batches, pieces, min(kept, short))

    def _delivery(self, wish: Wish, piece: Piece) -> int | None:
        if piece.day is None:
            return None
        leaves = wish.calendar.next_open(max(piece.day, self.today))
        arrives = max(leaves + wish.ship, self.today + wish.lead)
        return wish.calendar.next_open(arrives)

    def _in_stock(self, group: Group) -> float:
        return sum(row[1] for row in self.left.get(group, ()) if row[0] == 0)

    def _take(
        self, wish: Wish, group: Group, quantity: float, path: Path
    ) -> list[Piece]:
        """Pieces for this quantity; `path`: what is being made of it."""
        source = self.sources.get(group)
        if not path and wish.source:
            source = wish.source
        if source and source.kind == "free":
            return [Piece(group, quantity, self.today, "free")]
        if source and source.kind == "kit":
            return self._kit(wish, source, group, quantity, path)
        pieces = []
        if not (source and source.on_order):
            pieces = self._from_stock(group, quantity, 0 if path else wish.keep)
        rest = quantity - sum(piece.quantity for piece in pieces)
        if rest > EPSILON:
            pieces.append(self._new(wish, source, group, rest, path))
        return pieces

    def _from_stock(self, group: Group, quantity: float, keep: float) -> list[Piece]:
        """What is there or will be, earliest first, but not the last `keep` pieces."""
        pieces, queue = [], self.left.get(group, deque())
        for row in queue:
            key, there, day = row
            taken = min(quantity, max(there - (keep if key == 0 else 0), 0))
            if taken <= EPSILON:
                continue
            row[1] -= taken
            quantity -= taken
            kind = "supply" if key else "stock"
            pieces.append(Piece(group, taken, max(day, self.today), kind, key))
            if quantity <= EPSILON:
                break
        while queue and queue[0][1] <= EPSILON:
            queue.popleft()
        return pieces

    def _new(
        self,
        wish: Wish,
        source: Source | None,
        group: Group,
        quantity: float,
        path: Path,
    ) -> Piece:
        """Bought or made from today; without a day if nobody buys or makes it."""
        if not source or source.kind == "none" or group in path:
            return Piece(group, quantity, None, "none")
        start = wish.calendar.after(self.today, source.prepare)
        if source.kind == "buy":
            arrives = source.calendar.next_open(start + source.days)
            day = wish.calendar.next_open(arrives)
            return Piece(group, quantity, day, "buy", name=source.name)
        parts = [
            piece
            for part, per in source.parts
            for piece in self._take(wish, part, per * quantity, (*path, group))
        ]
        last = max(parts, key=_readiness, default=None)
        if last and last.day is None:
            return Piece(group, quantity, None, source.kind, because=last)
        waits = last if last and last.day > start else None
        start = max(start, last.day if last else start)
        day = wish.calendar.after(start, source.days)
        return Piece(group, quantity, day, source.kind, because=waits)

    def _kit(
        self, wish: Wish, source: Source, group: Group, quantity: float, path: Path
    ) -> list[Piece]:
        """Kits can leave as soon as their parts are there: the least of the parts."""
        if group in path or not source.parts:
            return [Piece(group, quantity, None, "none")]
        parts = [
            [
                piece._replace(quantity=piece.quantity / per)
                for piece in self._take(wish, part, per * quantity, (*path, group))
            ]
            for part, per in source.parts
        ]
        steps = sorted({_readiness(piece) for pieces in parts for piece in pieces})
        result, given = [], 0.0
        for step in steps:
            ready = min(_ready(pieces, step) for pieces in parts)
            if ready - given <= EPSILON:
                continue
            last = next(p for pieces in parts for p in pieces if _readiness(p) == step)
            because = last if last.kind != "stock" else None
            result.append(Piece(group, ready - given, last.day, "kit", because=because))
            given = ready
        return result


def _readiness(piece: Piece) -> tuple[bool, int]:
    return (piece.day is None, piece.day or 0)


def _ready(pieces: list[Piece], step: tuple[bool, int]) -> float:
    return sum(piece.quantity for piece in pieces if _readiness(piece) <= step)


def _merge(batches: list[Batch], quantity: float) -> list[Batch]:
    """One batch a day, earliest first; the last takes what rounding has left over."""
    merged = {}
    for batch in sorted(batches, key=lambda b: (b.day is None, b.day or 0)):
        merged[batch.day] = merged.get(batch.day, 0.0) + batch.quantity
    found = [Batch(count, day) for day, count in merged.items()]
    if found:
        rest = quantity - sum(batch.quantity for batch in found[:-1])
        found[-1] = found[-1]._replace(quantity=rest)
    return found


def made_of_themselves(sources: dict[tuple, Source]) -> set[Group]:
    """Kits, and goods made on order, that are among their own parts or those of these.

    What is taken from stock ends the circle: it may be there.

    >>> egg, hen = (1, 1), (2, 1)
    >>> kits = {(*egg, ()): Source("kit", parts=[(hen, 1)])}
    >>> made_of_themselves(kits)
    set()
    >>> kits[*hen, ()] = Source("kit", parts=[(egg, 1)])
    >>> sorted(made_of_themselves(kits))
    [(1, 1), (2, 1)]
    """
    parts = {
        key[:2]: [group for group, _quantity in source.parts]
        for key, source in sources.items()
        if source.kind == "kit" or source.on_order
    }
    edges = [(kit, part) for kit, groups in parts.items() for part in groups]
    return {kit for kit in parts if kit in behind(parts[kit], edges)}


def whole(batches: list[Batch], factor: float, step: float) -> list[Batch]:
    """The batches in another unit, of which only multiples of `step` can be sold.

    What is not enough for one is delivered with the next batch.

    >>> whole([Batch(30, 5), Batch(18, 9)], factor=1 / 12, step=1)
    [Batch(quantity=2, day=5), Batch(quantity=2, day=9)]
    """
    result, given, total = [], 0, 0.0
    for batch in batches:
        total += batch.quantity * factor
        steps = math.floor(total / step + EPSILON)
        if batch is batches[-1]:
            steps = total / step
            steps = round(steps) if abs(steps - round(steps)) < EPSILON else steps
        if steps - given > EPSILON:
            result.append(Batch((steps - given) * step, batch.day))
            given = steps
    return result


def best_split(batches: list[Batch], most: int = 2) -> list[Batch]:
    """The deliveries, at most so many, for which the pieces wait least altogether.

    Each batch goes with the first delivery that is not before it, and the last one is
    on the last day.

    >>> best_split([Batch(40, 3), Batch(5, 4), Batch(55, 17)])
    [Batch(quantity=45, day=4), Batch(quantity=55, day=17)]
    """
    if any(batch.day is None for batch in batches) or len(batches) <= most:
        return list(batches)
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(0, 0): (0, ())}
    for end in range(1, len(batches) + 1):
        for parts in range(1, most + 1):
            ways = [
                (best[begin, parts - 1][0] + _waiting(batches[begin:end]), begin)
                for begin in range(end)
                if (begin, parts - 1) in best
            ]
            if ways:
                cost, begin = min(ways)
                best[end, parts] = (cost, (*best[begin, parts - 1][1], end))
    ends = min(
        (best[key] for key in best if key[0] == len(batches)),
        key=lambda found: (found[0], len(found[1])),
    )[1]
    begins = (0, *ends[:-1])
    return [
        Batch(sum(b.quantity for b in batches[begin:end]), batches[end - 1].day)
        for begin, end in zip(begins, ends, strict=True)
    ]


def _waiting(batches: list[Batch]) -> float:
    last = batches[-1].day
    return sum(batch.quantity * (last - batch.day) for batch in batches)


def held_back(on_hand: float, shares: Iterable[float], step: float) -> float:
    """What of a stock is kept for better customers: their shares (in per cent) of it.

    Rounded down to what can be sold, so that a single piece is free for everybody.

    >>> held_back(10, [20, 15], 1), held_back(4, [20], 1), held_back(9, [80, 40], 1)
    (3.0, 0.0, 9.0)
    """
    share = min(sum(shares), 100) / 100
    return math.floor(max(on_hand, 0) * share / step + EPSILON) * float(step)


def earliest(batches: Iterable[tuple[float, T | None]], quantity: float) -> T | None:
    """The day by which so much can be delivered; None if nobody can say.

    >>> earliest([(3, 5), (2, 9)], 3), earliest([(3, 5), (2, 9)], 4)
    (5, 9)
    >>> earliest([(3, 5), (2, None)], 4)
    """
    total = 0.0
    for there, day in batches:
        total += there
        if total + EPSILON >= quantity:
            return day
    return None
