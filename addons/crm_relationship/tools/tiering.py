"""Tiering: from the value of each customer to its tier.

Tiers are numbered 0 (best) to n-1 (the rest); one that is not cut, where only a person
can put a customer, lies between two of them. A *floor* is the lowest value that still
belongs to a tier; the last tier has none. Equal values always get the same tier,
whichever method is used.

Amounts are any exact number (``Decimal`` or ``int``); shares and percentiles are
percentages from 0 to 100. The Pareto methods follow the cumulative share curve
(Pareto 1896, Lorenz 1905); the percentile is the inclusive one with linear
interpolation (Hyndman & Fan 1996, type 7).
"""

import math
from bisect import bisect_left
from collections.abc import Hashable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import NamedTuple

PARETO_CUSTOMERS = "pareto_customers"
PARETO_VALUE = "pareto_value"
PERCENTILE = "percentile"
THRESHOLD = "threshold"
METHODS = (PARETO_CUSTOMERS, PARETO_VALUE, PERCENTILE, THRESHOLD)

UNREACHABLE = Decimal("Infinity")


class Rules(NamedTuple):
    """How freely customers may move.

    :param hysteresis: percentage of a floor by which a value must pass it to move
    :param min_stay_days: days a customer keeps a tier at least
    :param max_ranks: how many tiers one run may move a customer; 0: any number
    """

    hysteresis: Decimal = Decimal(0)
    min_stay_days: int = 0
    max_ranks: int = 0


class Standing(NamedTuple):
    """What a run knows of one customer.

    :param value: the measured value
    :param current: its tier's number today, see `places`; None without one
    :param days: days since it got that tier
    :param purchases: purchases in the window
    :param is_new: it has not bought a second time yet
    :param pinned: a person has overridden its tier
    """

    value: Decimal
    current: int | Fraction | None = None
    days: int = 0
    purchases: int = 1
    is_new: bool = False
    pinned: bool = False

    @property
    def is_unconfirmed(self) -> bool:
        """Whether it must buy again before it gets its first tier."""
        return self.is_new and self.current is None


class Verdict(NamedTuple):
    """A customer's tier number after the run (None: no tier) and why."""

    tier: int | Fraction | None
    cause: str


def places(
    tiers: Sequence[Hashable], cut: Sequence[Hashable]
) -> dict[Hashable, int | Fraction]:
    """The number of each tier: 0 to n-1 for those that are cut, fractions between.

    >>> found = places(["diamond", "gold", "silver", "iron", "lead"], ["gold", "lead"])
    >>> {tier: str(number) for tier, number in found.items()}
    {'gold': '0', 'lead': '1', 'diamond': '-1/2', 'silver': '1/3', 'iron': '2/3'}
    """
    numbers: dict[Hashable, int | Fraction] = {tier: i for i, tier in enumerate(cut)}
    between: dict[int, list[Hashable]] = {}
    passed = 0
    for tier in tiers:
        if tier in numbers:
            passed += 1
        else:
            between.setdefault(passed, []).append(tier)
    for after, found in between.items():
        for place, tier in enumerate(found, 1):
            numbers[tier] = after - 1 + Fraction(place, len(found) + 1)
    return numbers


def check_cuts(method: str, cuts: Sequence[Decimal]) -> tuple[str, int] | None:
    """What is wrong with the cuts of a method, best tier first, or None.

    Returns a code and the position of the cut it is about: ``few`` (a pyramid has at
    least two tiers), ``range`` (a share or percentile outside 0–100), ``order``
    (shares must rise from tier to tier, percentiles and amounts must fall), ``rest``
    (the last tier must take the rest: cumulative share 100, percentile 0).

    >>> check_cuts("pareto_value", [50, 80, 100])
    >>> check_cuts("pareto_value", [50, 80, 95])
    ('rest', 2)
    >>> check_cuts("threshold", [100, 500, 0])
    ('order', 1)
    """
    if len(cuts) < 2:
        return "few", 0
    shares = method != THRESHOLD
    for index, cut in enumerate(cuts):
        if shares and not 0 <= cut <= 100:
            return "range", index
        previous = cuts[index - 1] if index else None
        if previous is not None and not _follows(method, previous, cut):
            return "order", index
    rest = {PERCENTILE: 0, THRESHOLD: cuts[-1]}.get(method, 100)
    return None if cuts[-1] == rest else ("rest", len(cuts) - 1)


def _follows(method: str, previous: Decimal, cut: Decimal) -> bool:
    rises = method in (PARETO_CUSTOMERS, PARETO_VALUE)
    return previous < cut if rises else previous > cut


def floors(
    method: str, values: Sequence[Decimal], cuts: Sequence[Decimal]
) -> list[Decimal]:
    """The floors of all tiers but the last, best first.

    :param values: the value of every customer in the run, from high to low
    :param cuts: one per tier: cumulative share of customers or of value in percent,
        lowest percentile, or lowest amount; see `check_cuts`

    A customer belongs to the first tier whose share is not yet used up *before* it,
    so the customer that crosses the 80 % is inside the 80 %. A value of zero or less
    earns no tier but the last, except by an explicit threshold.

    >>> floors("pareto_value", [60, 25, 10, 5], [80, 95, 100])
    [25, 10]
    >>> floors("pareto_customers", [9, 9, 9, 1, 1], [20, 100])
    [9]
    >>> floors("percentile", [40, 30, 20, 10], [75, 0])
    [Decimal('32.50')]
    >>> floors("threshold", [], [1000, 0])
    [1000]
    >>> floors("pareto_value", [0, -5], [80, 100])
    [Decimal('Infinity')]
    """
    if method == THRESHOLD:
        return list(cuts[:-1])
    earning = [value for value in values if value > 0]
    if method == PERCENTILE:
        return [_percentile(values, earning, cut) for cut in cuts[:-1]]
    if method == PARETO_VALUE:
        used, total = _running_totals(earning), sum(earning)
    else:
        used, total = range(len(earning)), len(values)
    return [_share_floor(earning, used, total, cut) for cut in cuts[:-1]]


def _running_totals(values: Sequence[Decimal]) -> list[Decimal]:
    totals, before = [], 0
    for value in values:
        totals.append(before)
        before += value
    return totals


def _share_floor(
    earning: Sequence[Decimal], used: Sequence[Decimal], total: Decimal, cut: Decimal
) -> Decimal:
    """Value of the last customer before whom less than `cut` % of `total` is used."""
    inside = bisect_left(used, cut * total, key=lambda share: share * 100)
    return earning[inside - 1] if inside else UNREACHABLE


def _percentile(
    values: Sequence[Decimal], earning: Sequence[Decimal], cut: Decimal
) -> Decimal:
    if not earning:
        return UNREACHABLE
    position = Decimal(cut) / 100 * (len(values) - 1)
    low = int(position)
    high = min(low + 1, len(values) - 1)
    lower, upper = values[-1 - low], values[-1 - high]
    floor = lower + (position - low) * (upper - lower)
    return floor if floor > 0 else earning[-1]


def tier_of(value: Decimal, tier_floors: Sequence[Decimal]) -> int:
    """Number of the best tier whose floor the value reaches.

    >>> [tier_of(value, [100, 10]) for value in (100, 99, 10, 9)]
    [0, 1, 1, 2]
    """
    for tier, floor in enumerate(tier_floors):
        if value >= floor:
            return tier
    return len(tier_floors)


def settle(
    standing: Standing,
    tier_floors: Sequence[Decimal],
    rules: Rules,
    min_purchases: int = 0,
) -> Verdict:
    """The customer's tier after a run.

    Causes: ``new`` (first tier), ``stay``, ``up``, ``down``; ``hysteresis`` and
    ``min_stay`` (would have moved, but not far or not long enough), ``limited``
    (moves, but fewer tiers than its value says), ``min_orders`` (bought too seldom for
    more than the last tier), ``override`` (a person decided), ``unconfirmed`` (new
    customer, no tier yet).

    >>> gold = Standing(value=95, current=1, days=400)
    >>> settle(gold, [100, 10], Rules())
    Verdict(tier=1, cause='stay')
    >>> settle(gold._replace(value=104), [100, 10], Rules(hysteresis=5))
    Verdict(tier=1, cause='hysteresis')
    >>> settle(gold._replace(value=105), [100, 10], Rules(hysteresis=5))
    Verdict(tier=0, cause='up')
    """
    ladder = _ladder(tier_floors, rules.hysteresis)
    return _settle(standing, ladder, rules, min_purchases)


class _Ladder(NamedTuple):
    """The floors, and the floors a value must pass to go up, or to go down."""

    floors: Sequence[Decimal]
    up: Sequence[Decimal]
    down: Sequence[Decimal]


def _ladder(tier_floors: Sequence[Decimal], hysteresis: Decimal) -> _Ladder:
    def moved(band: Decimal) -> list[Decimal]:
        return [
            floor if floor == UNREACHABLE else floor + abs(floor) * band
            for floor in tier_floors
        ]

    band = hysteresis / Decimal(100)
    return _Ladder(tier_floors, moved(band), moved(-band))


def _settle(
    standing: Standing, ladder: _Ladder, rules: Rules, min_purchases: int
) -> Verdict:
    if standing.pinned:
        return Verdict(standing.current, "override")
    if standing.is_unconfirmed:
        return Verdict(None, "unconfirmed")
    too_few = standing.purchases < min_purchases
    last = len(ladder.floors)
    target = last if too_few else tier_of(standing.value, ladder.floors)
    if standing.current is None or target == standing.current:
        same = "new" if standing.current is None else "stay"
        return Verdict(target, "min_orders" if too_few else same)
    return _move(standing, target, ladder, rules, too_few)


def _move(
    standing: Standing, target: int, ladder: _Ladder, rules: Rules, too_few: bool
) -> Verdict:
    if standing.days < rules.min_stay_days:
        return Verdict(standing.current, "min_stay")
    # a tier that is not cut has no floor that the value could be near to
    if not too_few and standing.current % 1 == 0:
        target = _beyond_band(standing, target, ladder)
    return _limited(standing.current, target, rules.max_ranks, too_few)


def _beyond_band(standing: Standing, target: int, ladder: _Ladder) -> int:
    """The tier the value still earns when the floors are moved against the change."""
    if target < standing.current:
        return min(tier_of(standing.value, ladder.up), standing.current)
    return max(tier_of(standing.value, ladder.down), standing.current)


def _limited(
    current: int | Fraction, target: int, max_ranks: int, too_few: bool
) -> Verdict:
    if target == current:
        return Verdict(current, "hysteresis")
    step = target - current
    if max_ranks and abs(step) > max_ranks:
        down, up = math.floor(current + max_ranks), math.ceil(current - max_ranks)
        return Verdict(down if step > 0 else up, "limited")
    if too_few:
        return Verdict(target, "min_orders")
    return Verdict(target, "up" if step < 0 else "down")


def evaluate(
    method: str,
    standings: Sequence[Standing],
    cuts: Sequence[Decimal],
    rules: Rules,
    min_purchases: int = 0,
) -> tuple[list[Decimal], list[Verdict]]:
    """A whole run: the floors, and a verdict for each standing.

    :param standings: all customers; those that count in the shares come from high to
        low value

    Unconfirmed customers and those that bought too seldom do not count in the shares:
    they would push down those who earn a tier.

    >>> evaluate("pareto_value", [Standing(9), Standing(1)], [80, 100], Rules())
    ([9], [Verdict(tier=0, cause='new'), Verdict(tier=1, cause='new')])
    """
    values = [
        standing.value
        for standing in standings
        if standing.purchases >= min_purchases and not standing.is_unconfirmed
    ]
    tier_floors = floors(method, values, cuts)
    ladder = _ladder(tier_floors, rules.hysteresis)
    return tier_floors, [
        _settle(standing, ladder, rules, min_purchases) for standing in standings
    ]


class Table(NamedTuple):
    """The verdict on every kind of customer, to look up instead of to judge each.

    The *kind* of a customer is its place in `verdicts`: the digits of a number, the
    first to the last: how many of `bounds` its value reaches; the place of its tier
    among the currents; 0 or 1 each for: in its tier for less than the minimum stay,
    bought too seldom, new, pinned.
    """

    bounds: list[Decimal]
    verdicts: list[Verdict]


def tabulate(
    tier_floors: Sequence[Decimal],
    currents: Sequence[int | Fraction | None],
    rules: Rules,
    min_purchases: int = 0,
) -> Table:
    """The verdicts of `settle` on all kinds of customers.

    >>> table = tabulate([10], [None, 1], Rules())
    >>> table.bounds, len(table.verdicts), table.verdicts[2 ** 5]
    ([10], 64, Verdict(tier=0, cause='new'))
    """
    ladder = _ladder(tier_floors, rules.hysteresis)
    bounds = sorted({bound for side in ladder for bound in side} - {UNREACHABLE})
    flags = product((0, 1), repeat=4)
    kinds = product([min(bounds, default=0) - 1, *bounds], currents, list(flags))
    return Table(
        bounds,
        [
            _settle(
                Standing(
                    value,
                    current,
                    rules.min_stay_days - short,
                    min_purchases - seldom,
                    bool(is_new),
                    bool(pinned),
                ),
                ladder,
                rules,
                min_purchases,
            )
            for value, current, (short, seldom, is_new, pinned) in kinds
        ],
    )
