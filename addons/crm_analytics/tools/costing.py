"""Cost to serve: activity-based costing, and what each customer earns after it.

Cost pools (visits, order handling, picking, ...) are shared out by drivers counted per
customer (Cooper & Kaplan 1988). A pool is given out to the cent: first everybody's
share rounded down, then a cent each to the largest remainders (Hamilton), so that the
parts always add up to the pool. A pool whose driver nobody has used is not given out;
it is named, and stays in the totals.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from ._arrays import columns, same_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

CENT = Decimal("0.01")


class Pool(NamedTuple):
    """A cost of a period, and what drives it.

    :ivar key: what the pool is called
    :ivar amount: of the period; below 0 for a credit
    :ivar driver: whose quantities it is shared by
    """

    key: Hashable
    amount: Decimal | float
    driver: Hashable


@dataclass(frozen=True)
class Allocation:
    """What of each pool falls on each customer.

    :ivar parts: by pool, one amount per customer
    :ivar rates: by pool, cost of one unit of its driver; None where not given out
    :ivar unallocated: by pool, what could not be given out because nobody used its
        driver
    :ivar customers: how many there are
    :ivar rounding: smallest amount
    """

    parts: dict[Hashable, np.ndarray]
    rates: dict[Hashable, float | None]
    unallocated: dict[Hashable, float]
    customers: int
    rounding: Decimal

    def total(self) -> np.ndarray:
        """The cost of each customer over all pools.

        >>> allocate([Pool("visits", 10, "v")], {"v": [1, 3]}).total().tolist()
        [2.5, 7.5]
        """
        import numpy as np

        whole = sum(self.parts.values(), start=np.zeros(self.customers))
        return _rounded(whole, self.rounding)


def largest_remainder(units: int, weights: ArrayLike) -> np.ndarray | None:
    """Whole units shared out in proportion to weights; None if all weights are 0.

    Of equal remainders the earlier gets the unit.

    :param units: how many; below 0 they are shared out just the same
    :param weights: 0 or more
    :return: whole numbers that add up to `units`, each less than 1 from its exact share
    :raises ValueError: negative or infinite weights

    >>> largest_remainder(100, [1, 1, 1]).tolist()
    [34, 33, 33]
    >>> largest_remainder(-5, [0, 2, 2]).tolist(), largest_remainder(5, [0, 0])
    ([0, -3, -2], None)
    """
    import numpy as np

    (found,) = columns(weights)
    if (found < 0).any():
        raise ValueError("Driver quantities must not be negative.")
    if not found.any():
        return None
    found = found / found.max()  # the sum of very large numbers would be infinite
    shares = found * (abs(units) / found.sum())
    whole = np.floor(shares).astype(np.int64)
    rest = abs(units) - int(whole.sum())
    order = np.argsort(-(shares - whole), kind="stable")
    order = order[found[order] > 0]
    # once round is enough but for the rounding of very large numbers
    each, more = divmod(rest, len(order))
    whole[order] += each
    whole[order[:more]] += 1
    return whole if units >= 0 else -whole


def _units(amount: Decimal | float, rounding: Decimal) -> int:
    exact = Decimal(str(amount)) / rounding
    return int(exact.to_integral_value(ROUND_HALF_UP))


def _amounts(units: np.ndarray, rounding: Decimal) -> np.ndarray:
    """Amounts that print as they should: 7 cents are 7 / 100, not 7 x 0.01."""
    above, below = rounding.as_integer_ratio()
    return units * above / below


def allocate(
    pools: Iterable[Pool],
    quantities: Mapping[Hashable, ArrayLike],
    rounding: Decimal = CENT,
) -> Allocation:
    """Share out cost pools by the driver quantities of the customers.

    :param quantities: by driver, one per customer, 0 or more; a driver that is not
        there was not used by anybody
    :param rounding: smallest amount of the currency; pools are rounded to it
    :raises ValueError: negative quantities, or columns of different length

    >>> found = allocate(
    ...     [Pool("visits", 100, "visits"), Pool("service", 50, "cases")],
    ...     {"visits": [1, 1, 1], "cases": [0, 0, 0]},
    ... )
    >>> found.parts["visits"].tolist(), found.unallocated
    ([33.34, 33.33, 33.33], {'service': 50.0})
    """
    import numpy as np

    drivers = {key: columns(column)[0] for key, column in quantities.items()}
    same_length(*drivers.values())
    size = len(next(iter(drivers.values()), ()))
    parts, rates, unallocated = {}, {}, {}
    for pool in pools:
        units = _units(pool.amount, rounding)
        weights = drivers.get(pool.driver, np.zeros(size))
        shared = largest_remainder(units, weights)
        if shared is None:
            shared, rates[pool.key] = np.zeros(size, dtype=np.int64), None
            unallocated[pool.key] = float(_amounts(np.array(units), rounding))
        else:
            rates[pool.key] = float(pool.amount) / float(weights.sum())
        parts[pool.key] = _amounts(shared, rounding)
    return Allocation(parts, rates, unallocated, size, rounding)


def allocate_by_volume(
    pools: Iterable[Pool], volume: ArrayLike, rounding: Decimal = CENT
) -> Allocation:
    """The same pools all shared out by one volume, to compare with `allocate`.

    :param volume: e.g. revenue of each customer; who has less than 0 bears nothing

    >>> by_volume = allocate_by_volume([Pool("visits", 100, "v")], [300.0, 100.0, -5.0])
    >>> by_volume.parts["visits"].tolist()
    [75.0, 25.0, 0.0]
    """
    import numpy as np

    column = {"volume": np.maximum(columns(volume)[0], 0.0)}
    return allocate(
        (pool._replace(driver="volume") for pool in pools), column, rounding
    )


class Trade(NamedTuple):
    """What was traded with each customer: columns of amounts, costs as positive ones.

    :ivar revenue: at list price
    :ivar discount: given on it
    :ivar goods: cost of the goods sold
    :ivar returns: credited for goods that came back
    :ivar freight: paid to send them
    :ivar receivable: owed by the customer in the mean over the period
    """

    revenue: ArrayLike
    discount: ArrayLike
    goods: ArrayLike
    returns: ArrayLike
    freight: ArrayLike
    receivable: ArrayLike


class Row(NamedTuple):
    """A line of the profit and loss: amounts per customer, costs negative.

    :ivar key: `revenue`, `discount`, `returns`, `net` (the sum so far), `goods`,
        `freight`, `margin` (the sum so far), `pool`, `capital` or `profit`
    :ivar pool: key of the pool; None otherwise
    :ivar is_sum: the line is a sum of lines above it
    """

    key: str
    pool: Hashable | None
    amounts: np.ndarray
    is_sum: bool = False


def capital_cost(
    receivable: ArrayLike, rate: float, days: int, rounding: Decimal = CENT
) -> np.ndarray:
    """What it cost to lend customers their open amounts for so many days.

    :param rate: cost of capital per year, e.g. 0.08; who is owed money earns nothing

    >>> capital_cost([1000.0, -50.0], 0.073, 90).tolist()
    [18.0, 0.0]
    """
    import numpy as np

    owed = np.maximum(columns(receivable)[0], 0.0)
    return _rounded(owed * (rate * days / 365), rounding)


def _rounded(amounts: np.ndarray, rounding: Decimal) -> np.ndarray:
    import numpy as np

    above, below = rounding.as_integer_ratio()
    return _amounts(np.rint(amounts * below / above), rounding)


def profit_and_loss(
    trade: Trade,
    allocation: Allocation,
    capital_rate: float = 0.0,
    days: int = 365,
    rounding: Decimal = CENT,
) -> list[Row]:
    """The profit and loss of each customer, from the revenue down to the profit.

    :param capital_rate: cost per year of the money that customers owe
    :param days: length of the period
    :raises ValueError: columns of different length

    >>> trade = Trade([100.0], [10.0], [50.0], [5.0], [2.0], [365.0])
    >>> visits = allocate([Pool("visits", 12, "v")], {"v": [3]})
    >>> for row in profit_and_loss(trade, visits, capital_rate=0.1, days=10):
    ...     print(row.key, row.amounts.tolist())
    revenue [100.0]
    discount [-10.0]
    returns [-5.0]
    net [85.0]
    goods [-50.0]
    freight [-2.0]
    margin [33.0]
    pool [-12.0]
    capital [-1.0]
    profit [20.0]
    """
    bought = Trade(*(_rounded(column, rounding) for column in columns(*trade)))
    capital = capital_cost(bought.receivable, capital_rate, days, rounding)
    cost_to_serve = allocation.total()
    same_length(bought.revenue, cost_to_serve)
    margin = _margin(bought)
    profit = margin - capital - cost_to_serve
    return [
        *_down_to_margin(bought, margin, rounding),
        *(Row("pool", key, _less(part)) for key, part in allocation.parts.items()),
        Row("capital", None, _less(capital)),
        Row("profit", None, _rounded(profit, rounding), is_sum=True),
    ]


def _net(bought: Trade) -> np.ndarray:
    return bought.revenue - bought.discount - bought.returns


def _margin(bought: Trade) -> np.ndarray:
    return _net(bought) - bought.goods - bought.freight


def _down_to_margin(bought: Trade, margin: np.ndarray, rounding: Decimal) -> list[Row]:
    return [
        Row("revenue", None, bought.revenue),
        Row("discount", None, _less(bought.discount)),
        Row("returns", None, _less(bought.returns)),
        Row("net", None, _rounded(_net(bought), rounding), is_sum=True),
        Row("goods", None, _less(bought.goods)),
        Row("freight", None, _less(bought.freight)),
        Row("margin", None, _rounded(margin, rounding), is_sum=True),
    ]


def _less(amounts: np.ndarray) -> np.ndarray:
    return 0.0 - amounts  # not -amounts, which prints nothing as -0.0
