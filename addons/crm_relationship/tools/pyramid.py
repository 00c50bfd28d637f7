"""What a tier run looks like from outside: its layers, and who moves.

Works on the standings and verdicts of `tiering`; tiers are numbered from 0 (best).
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from .tiering import Standing, Verdict


class Layer(NamedTuple):
    """One tier: customers and value, and their shares in percent of all tiers.

    A negative value has no share.
    """

    customers: int
    value: Decimal
    customer_share: float
    value_share: float


def shares(counts: Sequence[tuple[int, Decimal]]) -> list[Layer]:
    """The layers of tiers with so many customers of so much value.

    >>> shares([(1, 75), (3, 25)])[0]
    Layer(customers=1, value=75, customer_share=25.0, value_share=75.0)
    >>> shares([(0, 0)])
    [Layer(customers=0, value=0, customer_share=0.0, value_share=0.0)]
    """
    customers = sum(count for count, _value in counts) or 1
    total = sum(max(value, 0) for _count, value in counts) or 1
    return [
        Layer(
            count,
            value,
            100 * count / customers,
            float(100 * max(value, 0) / total),
        )
        for count, value in counts
    ]


def layers(
    standings: Sequence[Standing], verdicts: Sequence[Verdict], size: int
) -> list[Layer]:
    """The pyramid of `size` tiers that the verdicts make, without tiers between them.

    >>> two = layers([Standing(9), Standing(1)], [Verdict(0, ""), Verdict(1, "")], 2)
    >>> [(layer.customers, layer.value_share) for layer in two]
    [(1, 90.0), (1, 10.0)]
    """
    counts, values = [0] * size, [Decimal(0)] * size
    for standing, verdict in zip(standings, verdicts, strict=True):
        if verdict.tier in range(size):
            counts[verdict.tier] += 1
            values[verdict.tier] += standing.value
    return shares(list(zip(counts, values, strict=True)))


def movers(standings: Sequence[Standing], verdicts: Sequence[Verdict]) -> list[int]:
    """The places of the standings whose tier changes.

    >>> movers([Standing(9, current=0), Standing(1)], [Verdict(0, ""), Verdict(1, "")])
    [1]
    """
    return [
        place
        for place, (standing, verdict) in enumerate(
            zip(standings, verdicts, strict=True)
        )
        if verdict.tier != standing.current and not standing.pinned
    ]


def ways(
    standings: Sequence[Standing], verdicts: Sequence[Verdict], places: Sequence[int]
) -> list[tuple[int | None, int | None, int]]:
    """How many go from which tier to which: those who had none last.

    >>> standings = [Standing(9, current=1), Standing(1), Standing(8, current=1)]
    >>> ways(standings, [Verdict(0, "up")] * 3, [0, 1, 2])
    [(1, 0, 2), (None, 0, 1)]
    """
    counts = Counter((standings[i].current, verdicts[i].tier) for i in places)
    return sorted(
        ((start, end, count) for (start, end), count in counts.items()),
        key=lambda way: [(tier is None, tier or 0) for tier in way[:2]],
    )
