"""Where revenue came from and went to: customers won, won back, grown, shrunk, lost.

Two spans of twelve months are compared, the last one with the one before. The parts add
up: revenue before + new + won back + grown + shrunk + lost = revenue now, where the
last two are negative.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

KINDS = ("new", "won_back", "grown", "shrunk", "lost")


def kind(now: Decimal, before: Decimal, *, earlier: bool) -> str | None:
    """What became of a customer.

    Who has no revenue in a span, or less than nothing after credit notes, did not buy.

    :param now: revenue of the last span
    :param before: revenue of the span before
    :param earlier: whether the first purchase is older than both
    :return: one of KINDS, ``steady`` (bought the same), or None (bought in neither)

    >>> kind(Decimal(5), Decimal(0), earlier=False)
    'new'
    >>> kind(Decimal(5), Decimal(0), earlier=True)
    'won_back'
    >>> kind(Decimal(-1), Decimal(3), earlier=True)
    'lost'
    >>> kind(Decimal(4), Decimal(3), earlier=True)
    'grown'
    >>> kind(Decimal(-4), Decimal(0), earlier=True)
    'shrunk'
    >>> kind(Decimal(3), Decimal(3), earlier=False)
    'steady'
    """
    if before <= 0 < now:
        return "won_back" if earlier else "new"
    if now <= 0 < before:
        return "lost"
    if now != before:
        return "grown" if now > before else "shrunk"
    return "steady" if now else None


class Bar(NamedTuple):
    """A bar of the bridge, from where it starts to where it ends.

    :ivar code: ``before``, one of KINDS, or ``now``
    :ivar start: 0 for the first and the last
    :ivar end: what the parts add up to until here
    """

    code: str
    start: Decimal
    end: Decimal

    @property
    def amount(self) -> Decimal:
        """What the bar adds; less than nothing if it takes away."""
        return self.end - self.start


def bridge(before: Decimal, parts: Iterable[tuple[str | None, Decimal]]) -> list[Bar]:
    """The bars from the revenue before to the revenue now.

    :param before: revenue of all customers in the span before
    :param parts: kind and change of customers, or of groups of them
    :raises ValueError: a customer changed who is of no kind that does

    >>> bars = bridge(Decimal(9), [("lost", Decimal(-2)), ("new", Decimal(3))])
    >>> [int(bar.amount) for bar in bars]
    [9, 3, 0, 0, 0, -2, 10]
    """
    sums = dict.fromkeys(KINDS, Decimal(0))
    for code, change in parts:
        if code in sums:
            sums[code] += change
        elif change:
            raise ValueError(f"A change of {change} has the kind {code}.")
    level = Decimal(before)
    bars = [Bar("before", Decimal(0), level)]
    for code, change in sums.items():
        bars.append(Bar(code, level, level + change))
        level += change
    return [*bars, Bar("now", Decimal(0), level)]
