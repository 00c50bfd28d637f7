"""Retention: of those who first bought together, who and how much still buys.

A cohort are the customers with the same first period (a month or quarter, numbered in
one row); its age is the number of periods since. Net revenue retention is what they
spend of what they spent in their first period; gross retention counts each customer at
most with its first amount, so that growth of some does not hide the loss of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._arrays import columns, equal_rows, same_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Cell:
    """A cohort at an age.

    :ivar cohort: its first period
    :ivar age: periods since; 0 is the first itself
    :ivar size: customers of the cohort
    :ivar customers: those of them who bought
    :ivar retention: their share
    :ivar revenue: what they spent, refunds subtracted
    :ivar net: share of the first period's revenue; None if that was not above 0
    :ivar gross: the same without growth, 0 to 1; None if nobody spent anything at first
    """

    cohort: int
    age: int
    size: int
    customers: int
    retention: float
    revenue: float
    net: float | None
    gross: float | None


def grid(
    customers: ArrayLike,
    first: ArrayLike,
    period: ArrayLike,
    revenue: ArrayLike,
    last: int | None = None,
) -> list[Cell]:
    """All cells of the cohorts by cohort and age, also those in which nobody bought.

    :param customers: of each row; several rows of a customer in a period are added
    :param first: the customer's first period, the same on all its rows
    :param period: of the row, not before the first
    :param revenue: of the row; may be negative
    :param last: last period to show; without it the last there is
    :raises ValueError: columns of different length, a period before the first, or a
        customer in two cohorts

    >>> found = grid([1, 2, 1], [0, 0, 0], [0, 0, 1], [10.0, 30.0, 15.0])
    >>> [(cell.age, cell.customers, cell.net, cell.gross) for cell in found]
    [(0, 2, 1.0, 1.0), (1, 1, 0.375, 0.25)]
    """
    import numpy as np

    ids, cohort, when = (
        np.asarray(column, dtype=np.int64) for column in (customers, first, period)
    )
    (amount,) = columns(revenue)
    same_length(ids, cohort, when, amount)
    if not len(ids):
        return []
    if (when < cohort).any():
        raise ValueError("A period lies before the customer's first.")
    known = equal_rows(ids)
    if (cohort != cohort[known.first][known.code]).any():
        raise ValueError("A customer has two first periods.")
    end = int(when.max()) if last is None else last
    start = _first_amounts(known.code, cohort, when, amount)
    sizes = _sizes(cohort[known.first], start)
    rows = _merged(known.code, cohort, when, amount)
    return _cells(rows, start, sizes, end)


def _first_amounts(
    code: np.ndarray, cohort: np.ndarray, when: np.ndarray, amount: np.ndarray
) -> np.ndarray:
    """What each customer spent in its first period."""
    import numpy as np

    now = when == cohort
    return np.bincount(code[now], amount[now], minlength=code.max() + 1)


def _sizes(
    cohort: np.ndarray, start: np.ndarray
) -> dict[int, tuple[int, float, float]]:
    """By cohort: customers, first revenue, and that of those who spent above 0."""
    import numpy as np

    found, inner, size = np.unique(cohort, return_inverse=True, return_counts=True)
    net = np.bincount(inner, start)
    above = np.bincount(inner, np.maximum(start, 0.0))
    rows = zip(size.tolist(), net.tolist(), above.tolist(), strict=True)
    return dict(zip(found.tolist(), rows, strict=True))


def _merged(
    code: np.ndarray, cohort: np.ndarray, when: np.ndarray, amount: np.ndarray
) -> tuple[np.ndarray, ...]:
    """One row for each customer and period: customer, cohort, age, amount."""
    import numpy as np

    groups = equal_rows(code, when)
    total = np.bincount(groups.code, amount)
    who, begin = code[groups.first], cohort[groups.first]
    return who, begin, when[groups.first] - begin, total


def _cells(
    rows: tuple[np.ndarray, ...],
    start: np.ndarray,
    sizes: dict[int, tuple[int, float, float]],
    end: int,
) -> list[Cell]:
    import numpy as np

    who, cohort, age, amount = rows
    groups = equal_rows(cohort, age)
    kept = np.minimum(np.maximum(amount, 0.0), np.maximum(start[who], 0.0))
    keys = zip(cohort[groups.first].tolist(), age[groups.first].tolist(), strict=True)
    sums = zip(
        groups.size.tolist(),
        np.bincount(groups.code, amount).tolist(),
        np.bincount(groups.code, kept).tolist(),
        strict=True,
    )
    return from_sums(sizes, dict(zip(keys, sums, strict=True)), end)


def from_sums(
    sizes: Mapping[int, tuple[int, float, float]],
    sums: Mapping[tuple[int, int], tuple[int, float, float]],
    last: int,
) -> list[Cell]:
    """The same cells, where a database has summed what the customers bought.

    :param sizes: by cohort: customers, their revenue in the first period, and that of
        those of them above 0
    :param sums: by cohort and age: customers who bought, revenue, and revenue counting
        each customer from 0 to its first amount
    :param last: last period to show

    >>> sizes, first, later = {0: (2, 40.0, 40.0)}, (2, 40.0, 40.0), (1, 15.0, 10.0)
    >>> found = from_sums(sizes, {(0, 0): first, (0, 1): later}, last=1)
    >>> [(cell.age, cell.customers, cell.net, cell.gross) for cell in found]
    [(0, 2, 1.0, 1.0), (1, 1, 0.375, 0.25)]
    """
    return [
        _cell(begin, age, sizes[begin], sums.get((begin, age), (0, 0.0, 0.0)))
        for begin in sorted(sizes)
        for age in range(last - begin + 1)
    ]


def _cell(
    cohort: int,
    age: int,
    whole: tuple[int, float, float],
    part: tuple[int, float, float],
) -> Cell:
    size, net, above = whole
    customers, revenue, kept = part
    return Cell(
        cohort,
        age,
        size,
        customers,
        customers / size,
        revenue,
        revenue / net if net > 0 else None,
        min(kept / above, 1.0) if above > 0 else None,
    )
