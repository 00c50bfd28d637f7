"""The customer portfolio: potential x value, and a strategy for each part of it.

The table can be given another way:

============== =========== ===========
..             low value   high value
============== =========== ===========
high potential cultivate   invest
low potential  let_go      restructure
============== =========== ===========
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._arrays import columns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

INVEST, CULTIVATE, RESTRUCTURE, LET_GO = "invest", "cultivate", "restructure", "let_go"
STRATEGIES = {  # by whether potential is high, and whether value is
    (True, True): INVEST,
    (True, False): CULTIVATE,
    (False, True): RESTRUCTURE,
    (False, False): LET_GO,
}
SMALLEST = sys.float_info.min
SKEWED = 20  # times the middle amount


@dataclass(frozen=True)
class Cuts:
    """From where on potential and value are high; that much is high already."""

    potential: float
    value: float


@dataclass(frozen=True)
class Quadrant:
    """What lies in a part of the matrix: customers and sums."""

    strategy: str
    customers: int
    potential: float
    value: float


def median_cuts(potential: ArrayLike, value: ArrayLike) -> Cuts:
    """Cuts to begin with: the medians of the amounts above 0.

    So half of those are high, and who has nothing is not, however many these are.
    Where no amount is above 0 the cut is the smallest number, and nobody is high.

    :raises ValueError: columns of different length, or not finite

    >>> median_cuts([1, 2, 3], [10, 0, 40])
    Cuts(potential=2.0, value=25.0)
    """
    import numpy as np

    above = (column[column > 0] for column in columns(potential, value))
    return Cuts(*(float(np.median(c)) if len(c) else SMALLEST for c in above))


def strategies(
    potential: ArrayLike,
    value: ArrayLike,
    cuts: Cuts,
    table: Mapping[tuple[bool, bool], str] | None = None,
) -> list[str]:
    """The strategy of each customer.

    :param table: other strategies, by (potential is high, value is high)
    :raises ValueError: columns of different length, or not finite

    >>> strategies([9, 9, 1, 1], [9, 1, 9, 1], Cuts(5, 5))
    ['invest', 'cultivate', 'restructure', 'let_go']
    """
    room, worth = columns(potential, value)
    chosen = table or STRATEGIES
    high = zip(
        (room >= cuts.potential).tolist(), (worth >= cuts.value).tolist(), strict=True
    )
    return [chosen[key] for key in high]


def matrix(
    potential: ArrayLike, value: ArrayLike, chosen: Sequence[str]
) -> list[Quadrant]:
    """What lies under each strategy, those of `STRATEGIES` first and in that order.

    :param chosen: the strategy of each customer, also where a person chose another one

    >>> matrix([9, 1], [5, -2], ["invest", "let_go"])[3]
    Quadrant(strategy='let_go', customers=1, potential=1.0, value=-2.0)
    """
    import numpy as np

    room, worth = columns(potential, value)
    names = np.asarray(chosen, dtype=object)
    order = dict.fromkeys([*STRATEGIES.values(), *sorted(set(chosen))])
    return [_quadrant(name, room, worth, names == name) for name in order]


@dataclass(frozen=True)
class Scale:
    """An axis of the picture, linear or logarithmic.

    :ivar low: smallest amount
    :ivar high: largest amount
    :ivar unit: 0: linear; otherwise amounts far beyond this one are logarithmic, on
        both sides of 0
    """

    low: float
    high: float
    unit: float = 0.0

    def place(self, amount: float) -> float:
        """Where an amount is on the axis.

        >>> Scale(-9, 99, 1).place(99), Scale(-9, 99, 1).place(-9), Scale(0, 9).place(3)
        (2.0, -1.0, 3.0)
        """
        if not self.unit:
            return float(amount)
        return math.copysign(math.log10(1 + abs(amount) / self.unit), amount)

    def amount(self, place: float) -> float:
        """The amount at a place, the inverse of `place`.

        >>> axis = Scale(-9, 99, 1)
        >>> axis.amount(2), axis.amount(-1), Scale(0, 9).amount(3)
        (99.0, -9.0, 3.0)
        """
        if not self.unit:
            return float(place)
        return math.copysign((10 ** abs(place) - 1) * self.unit, place)

    def edges(self, parts: int) -> list[float]:
        """The amounts that divide the axis into parts of one length.

        >>> Scale(0, 9).edges(3), Scale(0, 999, 1).edges(3), Scale(5, 5).edges(2)
        ([3.0, 6.0], [9.0, 99.0], [5.0])
        """
        low, high = self.place(self.low), self.place(self.high)
        step = (high - low) / parts
        places = [low + step * part for part in range(1, parts)]
        return [self.amount(place) for place in places]


def scale(low: float | None, middle: float | None, high: float | None) -> Scale:
    """The axis for amounts: logarithmic if the largest is far from the middle one.

    :param middle: the median of the amounts above 0; None if there are none

    >>> scale(0, 50, 500), scale(0, 50, 5000)
    (Scale(low=0, high=500, unit=0.0), Scale(low=0, high=5000, unit=5.0))
    """
    if not middle or max(abs(low), abs(high)) <= SKEWED * middle:
        return Scale(low or 0, high or 0)
    return Scale(low, high, middle / 10)


def _quadrant(
    name: str, room: np.ndarray, worth: np.ndarray, inside: np.ndarray
) -> Quadrant:
    return Quadrant(
        name, int(inside.sum()), float(room[inside].sum()), float(worth[inside].sum())
    )
