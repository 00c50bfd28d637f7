"""How many customers are behind a pair of products, and not just how many orders."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from ._arrays import same_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike


def buyers(
    orders: ArrayLike,
    products: ArrayLike,
    customers: ArrayLike,
    wanted: Collection[tuple[int, int]],
) -> dict[tuple[int, int], int]:
    """Count the customers who bought two products in the same order.

    Memory is that of the rows of the wanted products, and one bit per order.

    :param orders: of each row, its place in `customers`, from 0
    :param products: of each row
    :param customers: of each order
    :param wanted: pairs of two different products
    :raises ValueError: columns of different length

    >>> buyers([0, 0, 1, 1, 2, 2], [7, 9, 9, 7, 7, 9], [1, 1, 2], [(7, 9)])
    {(7, 9): 2}
    """
    import numpy as np

    rows, items = np.asarray(orders), np.asarray(products)
    same_length(rows, items)
    customer = np.asarray(customers)
    held = _orders_by_product(rows, items, {item for pair in wanted for item in pair})
    nothing = np.zeros(0, dtype=np.int32)
    marked = np.zeros(len(customer), dtype=bool)
    found = {}
    for first, seconds in _by_first(wanted):
        marked[held.get(first, nothing)] = True
        for second in seconds:
            other = held.get(second, nothing)
            both = other[marked[other]]
            found[first, second] = len(np.unique(customer[both]))
        marked[held.get(first, nothing)] = False
    return found


def _orders_by_product(
    rows: np.ndarray, items: np.ndarray, wanted: set[int]
) -> dict[int, np.ndarray]:
    """Of each wanted product, the orders that hold it."""
    import numpy as np

    if not wanted:
        return {}
    kept = np.isin(items, np.fromiter(wanted, dtype=items.dtype, count=len(wanted)))
    rows, items = rows[kept], items[kept]
    sort = np.argsort(items, kind="stable")
    rows, items = rows[sort], items[sort]
    ids, first = np.unique(items, return_index=True)
    parts = np.split(rows, first[1:])
    return dict(zip(ids.tolist(), parts, strict=True)) if len(ids) else {}


def _by_first(
    wanted: Collection[tuple[int, int]],
) -> Iterator[tuple[int, list[int]]]:
    """The pairs, those with the same first product together."""
    grouped: dict[int, list[int]] = {}
    for first, second in wanted:
        grouped.setdefault(first, []).append(second)
    yield from grouped.items()
