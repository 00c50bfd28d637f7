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
    """Cuts to begin with: the medians, so that half of the customers are high in each.

    :raises ValueError: columns of different length, or not finite

    >>> median_cuts([1, 2, 3], [10, 20, 40]), median_cuts([], [])
    (Cuts(potential=2.0, value=20.0), Cuts(potential=0.0, value=0.0))
    """
    import numpy as np

    found = columns(potential, value)
    return Cuts(*(float(np.median(c)) if len(c) else 0.0 for c in found))


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


def _quadrant(
    name: str, room: np.ndarray, worth: np.ndarray, inside: np.ndarray
) -> Quadrant:
    return Quadrant(
        name, int(inside.sum()), float(room[inside].sum()), float(worth[inside].sum())
    )
