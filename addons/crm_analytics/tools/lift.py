"""What distinguishes two segments: their characteristics side by side.

All are put in order by one measure, Cliff's delta (1993): the chance that a customer of
A has more than one of B, less the chance that it has less. Of a yes-or-no
characteristic that is just the difference of the two shares. It lies between -1 and 1,
and is 0 for what does not distinguish.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._arrays import columns

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MIN_GROUP = 5


@dataclass(frozen=True)
class Category:
    """How often a value of a characteristic occurs in both segments.

    :ivar name: the characteristic
    :ivar value: of it, e.g. an industry
    :ivar count_a: customers of A that have it
    :ivar share_a: of the customers of A; likewise B
    :ivar lift: share in A over share in B; None if nobody in B has it
    :ivar difference: share in A less share in B
    """

    name: str
    value: Hashable
    count_a: int
    count_b: int
    share_a: float
    share_b: float
    lift: float | None
    difference: float

    @property
    def strength(self) -> float:
        """How well it distinguishes the segments, -1 to 1."""
        return self.difference


@dataclass(frozen=True)
class Number:
    """A numeric characteristic in both segments.

    :ivar name: the characteristic
    :ivar count_a: customers of A of whom it is known; likewise B
    :ivar mean_a: their mean
    :ivar median_a: their median
    :ivar lift: mean of A over mean of B; None unless both are above 0
    :ivar difference: mean of A less mean of B
    :ivar delta: Cliff's delta
    """

    name: str
    count_a: int
    count_b: int
    mean_a: float
    mean_b: float
    median_a: float
    median_b: float
    lift: float | None
    difference: float
    delta: float

    @property
    def strength(self) -> float:
        """How well it distinguishes the segments, -1 to 1."""
        return self.delta


def compare_categories(
    name: str,
    a: Sequence[Hashable],
    b: Sequence[Hashable],
    min_group: int = MIN_GROUP,
) -> list[Category]:
    """The values of one characteristic, those that distinguish best first.

    :param a: the value of each customer of A; None (unknown) is a value, too
    :param b: of each customer of B
    :param min_group: leave out values that fewer customers of both together have
    :return: nothing if a segment is empty

    >>> found = compare_categories("industry", ["food"] * 3 + ["toys"], ["toys"] * 4, 1)
    >>> [(row.value, row.share_a, row.share_b, row.lift) for row in found]
    [('food', 0.75, 0.0, None), ('toys', 0.25, 1.0, 0.25)]
    """
    from collections import Counter

    if not len(a) or not len(b):
        return []
    counts_a, counts_b = Counter(a), Counter(b)
    rows = [
        _category(name, value, (counts_a[value], len(a)), (counts_b[value], len(b)))
        for value in sorted({*counts_a, *counts_b}, key=_sort_key)
        if counts_a[value] + counts_b[value] >= min_group
    ]
    return ranked(rows)


def _sort_key(value: Hashable) -> tuple[str, str]:
    return type(value).__name__, str(value)


def _category(
    name: str, value: Hashable, of_a: tuple[int, int], of_b: tuple[int, int]
) -> Category:
    (count_a, size_a), (count_b, size_b) = of_a, of_b
    # whole numbers above and below: equal rows get equal figures
    above, below = count_a * size_b, count_b * size_a
    return Category(
        name,
        value,
        count_a,
        count_b,
        count_a / size_a,
        count_b / size_b,
        above / below if below else None,
        (above - below) / (size_a * size_b),
    )


def compare_numbers(
    name: str, a: ArrayLike, b: ArrayLike, min_group: int = MIN_GROUP
) -> Number | None:
    """A numeric characteristic of the customers of A and of B.

    :param a: of the customers of A of whom it is known
    :param min_group: None if it is known of fewer customers in either segment
    :raises ValueError: numbers that are not finite

    >>> found = compare_numbers("orders", [3, 4], [1, 2, 3], min_group=2)
    >>> found.mean_a, found.mean_b, found.lift, round(found.delta, 3)
    (3.5, 2.0, 1.75, 0.833)
    """
    import numpy as np

    (one,), (two,) = columns(a), columns(b)
    if min(len(one), len(two)) < max(min_group, 1):
        return None
    ordered = np.sort(two)
    below = np.searchsorted(ordered, one, side="left").sum()
    above = len(two) * len(one) - np.searchsorted(ordered, one, side="right").sum()
    mean_a, mean_b = float(one.mean()), float(two.mean())
    return Number(
        name,
        len(one),
        len(two),
        mean_a,
        mean_b,
        float(np.median(one)),
        float(np.median(two)),
        mean_a / mean_b if mean_a > 0 and mean_b > 0 else None,
        mean_a - mean_b,
        float(below - above) / (len(one) * len(two)),
    )


def ranked(
    rows: Iterable[Category | Number | None],
) -> list[Category | Number]:
    """The rows in order of how well they distinguish, whichever way; None left out.

    >>> [row.value for row in ranked(compare_categories("x", "aab", "bbb", 1))]
    ['a', 'b']
    """
    return sorted(
        (row for row in rows if row is not None),
        key=lambda row: abs(row.strength),
        reverse=True,
    )


def compare(
    categories: Mapping[str, tuple[Sequence[Hashable], Sequence[Hashable]]],
    numbers: Mapping[str, tuple[ArrayLike, ArrayLike]],
    min_group: int = MIN_GROUP,
) -> list[Category | Number]:
    """All characteristics of two segments, those that distinguish best first.

    :param categories: by name, the values of A and of B
    :param numbers: by name, the numbers of A and of B

    >>> found = compare({"size": ("ssl", "lll")}, {"orders": ([1, 2], [1, 2])}, 1)
    >>> [(row.name, round(row.strength, 3)) for row in found]
    [('size', -0.667), ('size', 0.667), ('orders', 0.0)]
    """
    rows = [
        row
        for name, (a, b) in categories.items()
        for row in compare_categories(name, a, b, min_group)
    ]
    rows += [compare_numbers(name, a, b, min_group) for name, (a, b) in numbers.items()]
    return ranked(rows)
