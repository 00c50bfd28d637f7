"""What the pure functions share: columns of equal length, and groups of equal rows.

numpy takes half a second and tens of megabytes to import, so it is imported inside
the functions that need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike


def columns(*values: ArrayLike) -> list[np.ndarray]:
    """The values as finite float64 arrays of one length.

    :raises ValueError: lengths differ, more than one dimension, NaN or infinity
    """
    import numpy as np

    arrays = [np.asarray(value, dtype=np.float64) for value in values]
    if any(array.ndim != 1 for array in arrays):
        raise ValueError("Each column must have one dimension.")
    same_length(*arrays)
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError("Columns must hold finite numbers only.")
    return arrays


def same_length(*arrays: np.ndarray) -> None:
    """:raises ValueError: lengths differ"""
    if len({len(array) for array in arrays}) > 1:
        raise ValueError("Columns must have the same length.")


class Groups(NamedTuple):
    """Rows that are equal in every column.

    :ivar first: of each group, the index of one of its rows
    :ivar code: of each row, the number of its group
    :ivar size: of each group, its number of rows
    """

    first: np.ndarray
    code: np.ndarray
    size: np.ndarray


def equal_rows(*arrays: np.ndarray) -> Groups:
    """The groups of rows that are equal in all these columns, sorted by them.

    >>> import numpy as np
    >>> equal_rows(np.array([2, 1, 2]), np.array([5, 5, 5])).size
    array([1, 2])
    """
    import numpy as np

    code, above = np.zeros(len(arrays[0]), dtype=np.int64), 1
    for array in arrays:
        values, inner = numbered(array)
        if above * len(values) >= 2**63:  # the product of codes would overflow
            found, code = numbered(code)
            above = len(found)
        code, above = code * len(values) + inner, above * len(values)
    code = numbered(code)[1]
    size = np.bincount(code)
    first = np.empty(len(size), dtype=np.int64)
    first[code] = np.arange(len(code))
    return Groups(first, code, size)


def numbered(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distinct values, rising, and of each value its place among them.

    Whole numbers that are close together are looked up and not sorted.

    >>> import numpy as np
    >>> [found.tolist() for found in numbered(np.array([5, 3, 5]))]
    [[3, 5], [1, 0, 1]]
    """
    import numpy as np

    if len(values) and values.dtype.kind in "iu":
        low, high = int(values.min()), int(values.max())
        if high - low <= 4 * len(values):
            there = np.zeros(high - low + 1, dtype=bool)
            there[values - low] = True
            place = np.cumsum(there) - 1
            return np.flatnonzero(there) + low, place[values - low]
    return np.unique(values, return_inverse=True)


def pearson(first: ArrayLike, second: ArrayLike) -> float | None:
    """The correlation of two columns; None where one of them does not vary.

    >>> pearson([1, 2, 3], [2, 4, 6]), pearson([1, 1], [1, 2]), pearson([], [])
    (1.0, None, None)
    """
    import numpy as np

    one, two = columns(first, second)
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(two) == 0:
        return None
    one, two = one - one.mean(), two - two.mean()
    # scaled first: squares of very small or large numbers leave the range of floats
    one, two = one / np.abs(one).max(), two / np.abs(two).max()
    found = float(one @ two / np.sqrt((one @ one) * (two @ two)))
    return round(min(max(found, -1.0), 1.0), 12)
