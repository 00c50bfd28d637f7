"""Recency, frequency, monetary value: scores from 1 (worst) to 5, and named segments.

The scores are quintiles (Hughes 1994) or follow given thresholds. The segments are
found from the recency score R and the mean of the other two scores, halves rounded up,
called FM below. The table reads ranges from-to:

=================== === === ===============================================
segment             R   FM  who
=================== === === ===============================================
champions           5   4-5 bought just now, often and much
loyal               3-4 4-5 buy often
potential_loyalists 4-5 2-3 recent, have come back
new                 5   1   bought just now for the first time
promising           4   1   new a short while ago
need_attention      3   3   middling in everything
about_to_sleep      3   1-2 below the middle, and getting old
cant_lose           1-2 5   the best there were, long not seen
at_risk             1-2 3-4 were good, long not seen
hibernating         1-2 2   seldom, little and long ago; and 2, 1
lost                1   1   the least of all
=================== === === ===============================================
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ._arrays import columns, same_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

BINS = 5


class Segment(NamedTuple):
    """A segment holds the customers whose R and FM are in these ranges, inclusive."""

    name: str
    r: tuple[int, int]
    fm: tuple[int, int]


SEGMENTS = (
    Segment("champions", (5, 5), (4, 5)),
    Segment("loyal", (3, 4), (4, 5)),
    Segment("potential_loyalists", (4, 5), (2, 3)),
    Segment("new", (5, 5), (1, 1)),
    Segment("promising", (4, 4), (1, 1)),
    Segment("need_attention", (3, 3), (3, 3)),
    Segment("about_to_sleep", (3, 3), (1, 2)),
    Segment("cant_lose", (1, 2), (5, 5)),
    Segment("at_risk", (1, 2), (3, 4)),
    Segment("lost", (1, 1), (1, 1)),
    Segment("hibernating", (1, 2), (1, 2)),
)


def quantile_scores(values: ArrayLike, bins: int = BINS) -> np.ndarray:
    """The fifth (or other part) of the customers that each value falls in, 1 = lowest.

    Equal values get the same score: that of the middle of their ranks. So the order of
    the customers does not matter, and customers who are all equal are all middling.

    :param values: the more the better
    :param bins: highest score
    :raises ValueError: values that are not finite, or no bins

    >>> quantile_scores([10, 20, 30, 40, 50]).tolist()
    [1, 2, 3, 4, 5]
    >>> quantile_scores([1, 1, 1, 1, 9]).tolist(), quantile_scores([-7]).tolist()
    ([3, 3, 3, 3, 5], [3])
    """
    import numpy as np

    if bins < 1:
        raise ValueError("There must be at least one score.")
    (found,) = columns(values)
    _values, inner, size = np.unique(found, return_inverse=True, return_counts=True)
    below = np.cumsum(size) - size
    # twice the middle rank in whole numbers: exact on the border between two scores
    middle = 2 * below + size
    return (1 + bins * middle // max(2 * len(found), 1))[inner]


def threshold_scores(values: ArrayLike, cuts: Sequence[float]) -> np.ndarray:
    """1 and one more for each threshold that a value reaches.

    :param cuts: rising, one less than there are scores
    :raises ValueError: thresholds that do not rise, or values that are not finite

    >>> threshold_scores([0, 100, 99, 1e6], [100, 200, 500, 1000]).tolist()
    [1, 2, 1, 5]
    """
    import numpy as np

    (found,) = columns(values)
    if any(low >= high for low, high in zip(cuts, cuts[1:], strict=False)):
        raise ValueError("Thresholds must rise.")
    return 1 + np.searchsorted(np.asarray(cuts, dtype=np.float64), found, side="right")


class Cuts(NamedTuple):
    """Thresholds of the scores instead of quintiles; None: quintiles.

    Those of recency are days, falling from the score 2 to the score 5: with
    (365, 180, 90, 30) who bought in the last 30 days scores 5.
    """

    recency: Sequence[float] | None = None
    frequency: Sequence[float] | None = None
    monetary: Sequence[float] | None = None


def scores(
    days_since: ArrayLike,
    frequency: ArrayLike,
    monetary: ArrayLike,
    cuts: Cuts | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The scores R, F and M of each customer, 1 to 5.

    :param days_since: the last purchase; the fewer the better
    :param frequency: purchases
    :param monetary: what they were worth; may be negative
    :raises ValueError: columns of different length, or thresholds out of order

    >>> [score.tolist() for score in scores([3, 400], [9, 1], [500.0, -20.0])]
    [[4, 2], [4, 2], [4, 2]]
    >>> scores([30, 31], [1, 1], [0, 0], Cuts(recency=(365, 180, 90, 30)))[0].tolist()
    [5, 4]
    """
    import numpy as np

    since, often, much = columns(days_since, frequency, monetary)
    cuts = cuts or Cuts()
    recency = None if cuts.recency is None else [-days for days in cuts.recency]
    chosen = ((-since, recency), (often, cuts.frequency), (much, cuts.monetary))
    r, f, m = (
        quantile_scores(values) if limits is None else threshold_scores(values, limits)
        for values, limits in chosen
    )
    return r, f, np.asarray(m)


def segments(
    r: ArrayLike,
    f: ArrayLike,
    m: ArrayLike,
    table: Sequence[Segment] = SEGMENTS,
) -> np.ndarray:
    """The place in the table of each customer's segment; -1 if none fits.

    :param table: the first segment that fits is taken
    :raises ValueError: columns of different length

    >>> found = segments([5, 5, 1, 1], [5, 1, 1, 1], [4, 1, 1, 2])
    >>> [SEGMENTS[place].name for place in found]
    ['champions', 'new', 'lost', 'hibernating']
    """
    import numpy as np

    recency, often, much = (np.asarray(s, dtype=np.int64) for s in (r, f, m))
    same_length(recency, often, much)
    both = (often + much + 1) // 2
    found = np.full(len(recency), -1)
    for place, segment in reversed(list(enumerate(table))):
        fits = (recency >= segment.r[0]) & (recency <= segment.r[1])
        fits &= (both >= segment.fm[0]) & (both <= segment.fm[1])
        found[fits] = place
    return found
