"""When customers should buy again, by their own rhythm, and how late they are.

A customer's gap is the median of the days between its purchases, which one long holiday
or one double order does not move. It is late only when it is later than its gaps vary:
by their median deviation from the gap, and at least by a share of the gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._arrays import equal_rows, same_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

MIN_PURCHASES = 3  # two gaps are the least that can be called a rhythm
MIN_TOLERANCE = 0.25
SIGMA = 1.4826  # median deviations in a standard deviation, of a normal distribution


@dataclass(frozen=True)
class Rhythm:
    """One entry per customer, ordered by customer.

    :ivar customers: their ids
    :ivar purchases: days on which they bought
    :ivar last: the last of them
    :ivar known: whether there are enough to see a rhythm; if not, the rest is 0
    :ivar gap: days from purchase to purchase
    :ivar tolerance: days later that are still usual
    :ivar expected: day of the next purchase
    :ivar overdue: days since the last purchase in gaps: 1 is on time, 2 a gap late
    :ivar late: whether it is later than usual
    """

    customers: np.ndarray
    purchases: np.ndarray
    last: np.ndarray
    known: np.ndarray
    gap: np.ndarray
    tolerance: np.ndarray
    expected: np.ndarray
    overdue: np.ndarray
    late: np.ndarray


def rhythm(
    customers: ArrayLike,
    days: ArrayLike,
    today: int,
    min_purchases: int = MIN_PURCHASES,
    min_tolerance: float = MIN_TOLERANCE,
) -> Rhythm:
    """The rhythm of each customer who bought by today.

    :param days: day numbers of purchases; the same day counts once
    :param min_purchases: fewer make no rhythm; at least 2
    :param min_tolerance: least tolerance as a share of the gap
    :raises ValueError: columns of different length, or fewer than 2 purchases wanted

    >>> found = rhythm([5, 5, 5, 5, 8], [0, 10, 20, 31, 7], today=51)
    >>> found.gap.tolist(), found.expected.tolist(), found.overdue.tolist()
    ([10.0, 0.0], [41.0, 0.0], [2.0, 0.0])
    >>> found.tolerance.tolist(), found.late.tolist()
    ([2.5, 0.0], [True, False])
    """
    import numpy as np

    if min_purchases < 2:
        raise ValueError("A rhythm needs two purchases at least.")
    who, when = _purchase_days(customers, days, today)
    ids, first, count = np.unique(who, return_index=True, return_counts=True)
    last = when[first + count - 1]
    known = count >= min_purchases
    code = np.repeat(np.arange(len(ids)), count)
    inside = np.diff(code, append=-1) == 0
    gaps, code = np.diff(when, append=0)[inside].astype(np.float64), code[inside]
    gap = _medians(code, gaps, len(ids))
    spread = SIGMA * _medians(code, np.abs(gaps - gap[code]), len(ids))
    gap = np.where(known, gap, 0.0)
    tolerance = np.where(known, np.maximum(spread, min_tolerance * gap), 0.0)
    expected = np.where(known, last + gap, 0.0)
    since = (today - last).astype(np.float64)
    overdue = np.divide(since, gap, out=np.zeros(len(ids)), where=known)
    late = known & (today > expected + tolerance)
    return Rhythm(ids, count, last, known, gap, tolerance, expected, overdue, late)


def _purchase_days(
    customers: ArrayLike, days: ArrayLike, today: int
) -> tuple[np.ndarray, np.ndarray]:
    """Each customer's different days until today, in order."""
    import numpy as np

    who, when = (np.asarray(column, dtype=np.int64) for column in (customers, days))
    same_length(who, when)
    past = when <= today
    groups = equal_rows(who[past], when[past])
    return who[past][groups.first], when[past][groups.first]


def _medians(code: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """The median of the values of each code; 0 for a code without values."""
    import numpy as np

    count = np.bincount(code, minlength=size)
    found = np.zeros(size)
    there = count > 0
    if there.any():
        ordered = values[np.lexsort((values, code))]
        first = (np.cumsum(count) - count)[there]
        low = ordered[first + (count[there] - 1) // 2]
        high = ordered[first + count[there] // 2]
        found[there] = (low + high) / 2
    return found
