"""From events to histories: what the models need to know of each customer.

An event is a customer, a day number (`date.toordinal`, or days since anything) and an
amount. All events of a customer on one day are one purchase. Every event counts as a
purchase, also one of nothing: leave out what is none (a refund, a cancelled order) or
subtract it from the amount of its day before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._arrays import columns, same_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Histories:
    """One entry per customer, ordered by customer.

    :ivar customers: their ids
    :ivar frequency: days with a purchase after the first one
    :ivar recency: time from the first to the last of them
    :ivar age: time from the first to the end of observation
    :ivar value: mean amount of a purchase after the first; 0 without any
    :ivar total: amount of all purchases
    """

    customers: np.ndarray
    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    value: np.ndarray
    total: np.ndarray


def histories(
    customers: ArrayLike,
    days: ArrayLike,
    amounts: ArrayLike,
    end: int,
    unit: float = 7.0,
) -> Histories:
    """What the models need to know of each customer who bought by the day `end`.

    The first purchase starts the history and is not counted in frequency and value, as
    in Fader, Hardie & Lee (2005) and Fader & Hardie (2013).

    :param customers: ids, whole numbers
    :param days: of each event; those after `end` are left out
    :param end: last day of observation
    :param unit: days in a unit of time; 7 for weeks
    :raises ValueError: columns of different length, or a unit of zero or less

    >>> found = histories([7, 7, 7, 3], [0, 14, 14, 7], [5.0, 20.0, 10.0, 1.0], end=21)
    >>> found.customers.tolist(), found.frequency.tolist(), found.recency.tolist()
    ([3, 7], [0, 1], [0.0, 2.0])
    >>> found.age.tolist(), found.value.tolist(), found.total.tolist()
    ([2.0, 3.0], [0.0, 30.0], [1.0, 35.0])
    """
    import numpy as np

    if unit <= 0:
        raise ValueError("A unit of time must be longer than nothing.")
    who, when, amount = purchases(customers, days, amounts, until=end)
    first, last = _ends(who)
    begin = when[first]
    total = np.add.reduceat(amount, first) if len(who) else amount
    frequency = last - first
    again = total - amount[first]
    mean = np.where(frequency > 0, again / np.maximum(frequency, 1), 0.0)
    recency, age = (when[last] - begin) / unit, (end - begin) / unit
    return Histories(who[first], frequency, recency, age, mean, total)


def _ends(who: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of the first and last row of each customer, of rows in their order."""
    import numpy as np

    first = np.flatnonzero(np.diff(who, prepend=np.nan) != 0)
    last = np.append(first[1:], len(who)) - 1 if len(who) else first
    return first, last


def purchases(
    customers: ArrayLike,
    days: ArrayLike,
    amounts: ArrayLike,
    after: int | None = None,
    until: int | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customer, day and amount of each purchase, ordered by customer and day.

    :param after: leave out what is on this day or before
    :param until: leave out what is after this day
    :raises ValueError: columns of different length

    >>> [column.tolist() for column in purchases([1, 1, 1], [9, 9, 8], [1.0, 2.0, 4.0])]
    [[1, 1], [8, 9], [4.0, 3.0]]
    """
    import numpy as np

    who, when = (np.asarray(column, dtype=np.int64) for column in (customers, days))
    (amount,) = columns(amounts)
    same_length(who, when, amount)
    if after is not None or until is not None:
        keep = np.ones(len(who), dtype=bool)
        keep &= when > after if after is not None else True
        keep &= when <= until if until is not None else True
        who, when, amount = who[keep], when[keep], amount[keep]
    if not len(who):
        return who, when, amount
    order = np.lexsort((when, who))
    who, when, amount = who[order], when[order], amount[order]
    change = np.diff(who, prepend=who[0]) != 0
    change |= np.diff(when, prepend=when[0]) != 0
    change[0] = True
    first = np.flatnonzero(change)
    return who[first], when[first], np.add.reduceat(amount, first)


def count_between(
    of: ArrayLike, customers: ArrayLike, days: ArrayLike, after: int, until: int
) -> np.ndarray:
    """Purchases of each customer in `of` after one day and until another.

    What a forecast made on the day `after` is compared with.

    >>> count_between([3, 7], [7, 7, 7], [14, 14, 15], after=13, until=15).tolist()
    [0, 2]
    """
    import numpy as np

    wanted = np.asarray(of, dtype=np.int64)
    zeros = np.zeros(np.shape(np.asarray(days)))
    who, _when, _amount = purchases(customers, days, zeros, after, until)
    ids, counts = np.unique(who, return_counts=True)
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.int64)
    place = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[place] == wanted, counts[place], 0)
