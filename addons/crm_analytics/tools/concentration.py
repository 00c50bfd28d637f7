"""How unevenly profit and revenue lie on customers: whale curve, Pareto share, Gini."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ._arrays import columns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Whale:
    """The profit of the best customer, the two best, and so on to all of them.

    Kaplan & Narayanan, "Measuring and Managing Customer Profitability" (2001).

    :ivar order: places of the customers, from the most profitable to the least
    :ivar cumulative: profit of the customers up to each of them
    :ivar total: profit of all
    :ivar peak: the most that a number of best customers earn; 0 if none earns anything
    :ivar peak_customers: how many these are
    :ivar destroyed: what the others lose again: peak - total
    :ivar share_destroyed: of the peak; None if there is none
    """

    order: np.ndarray
    cumulative: np.ndarray
    total: float
    peak: float
    peak_customers: int
    destroyed: float
    share_destroyed: float | None

    def points(self, most: int = 101) -> list[tuple[float, float]]:
        """At most so many points to draw, from (0, 0) to (1, total), with the peak.

        Each is the share of customers and their cumulative profit.

        >>> whale_curve([5.0, -2.0]).points()
        [(0.0, 0.0), (0.5, 5.0), (1.0, 3.0)]
        """
        import numpy as np

        size = len(self.order)
        if not size:
            return [(0.0, 0.0)]
        steps = np.linspace(0, size, min(max(most - 1, 2), size + 1)).round()
        wanted = sorted({*steps.astype(int).tolist(), self.peak_customers})
        sums = [0.0, *self.cumulative[[n - 1 for n in wanted if n]].tolist()]
        return [(n / size, profit) for n, profit in zip(wanted, sums, strict=True)]


def whale_curve(profits: ArrayLike) -> Whale:
    """The whale curve of customers with these profits; equal ones in their order.

    :raises ValueError: profits that are not finite

    >>> whale = whale_curve([40.0, -30.0, 60.0])
    >>> whale.order.tolist(), whale.cumulative.tolist()
    ([2, 0, 1], [60.0, 100.0, 70.0])
    >>> whale.peak, whale.peak_customers, whale.destroyed, whale.share_destroyed
    (100.0, 2, 30.0, 0.3)
    """
    import numpy as np

    (found,) = columns(profits)
    order = np.argsort(-found, kind="stable")
    cumulative = np.cumsum(found[order])
    earning = int((found > 0).sum())
    total = float(cumulative[-1]) if len(found) else 0.0
    peak = float(cumulative[earning - 1]) if earning else 0.0
    destroyed = max(peak - total, 0.0)
    share = destroyed / peak if earning else None
    return Whale(order, cumulative, total, peak, earning, destroyed, share)


def pareto_share(values: ArrayLike, share: float = 0.2) -> float | None:
    """The part of the total that the top `share` of the customers hold.

    Whole customers within the share, but at least one: of 9 customers 20 % are 1. More
    than 1 if others have less than 0.

    :param share: 0 to 1
    :return: None if there is no total above 0 to hold a part of
    :raises ValueError: values that are not finite, or a share outside 0 to 1

    >>> pareto_share([80.0, 5.0, 5.0, 5.0, 5.0]), pareto_share([-1.0]), pareto_share([])
    (0.8, None, None)
    """
    import numpy as np

    if not 0 <= share <= 1:
        raise ValueError("The share of customers must be between 0 and 1.")
    (found,) = columns(values)
    total = found.sum()
    if total <= 0:
        return None
    count = max(int(Fraction(str(share)) * len(found)), 1)
    top = np.sort(found)[::-1][:count]
    return float(top.sum() / total)


def customers_for(values: ArrayLike, share: float = 0.8) -> int | None:
    """How many of the best customers hold at least `share` of the total.

    :return: None if there is no total above 0

    >>> customers_for([50.0, 30.0, 15.0, 5.0]), customers_for([0.0])
    (2, None)
    """
    import numpy as np

    (found,) = columns(values)
    total = found.sum()
    if total <= 0:
        return None
    held = np.cumsum(np.sort(found)[::-1])
    reached = np.flatnonzero(held >= share * total - 1e-9 * abs(total))
    return int(reached[0]) + 1 if len(reached) else len(found)


def gini(values: ArrayLike) -> float | None:
    """The Gini coefficient: 0 if all have the same, near 1 if one has everything.

    Values below 0 count as 0: with them the coefficient has no upper bound.

    :return: None if nobody has anything

    >>> gini([1.0, 1.0]), gini([0.0, 0.0, 0.0, 8.0]), gini([-1.0])
    (0.0, 0.75, None)
    """
    import numpy as np

    (found,) = columns(values)
    held = np.sort(np.maximum(found, 0.0))
    if not len(held) or held[-1] <= 0:
        return None
    held = held / held[-1]
    rank = np.arange(1, len(held) + 1)
    size = len(held)
    found = float(2 * (rank @ held) / (size * held.sum()) - (size + 1) / size)
    return min(max(found, 0.0), 1.0)
