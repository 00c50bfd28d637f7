"""What is bought together: pairs, rules, and suggestions with their reason.

A rule (Agrawal, Imielinski & Swami 1993) says that orders with one product often hold
another one as well:

- support: share of all orders that hold both
- confidence: share of the orders with the first that hold the second as well
- lift: confidence over the share of all orders that hold the second; 1 is chance

Supports are counted and compared in whole orders, never as shares.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from ._arrays import numbered, same_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike
    from scipy.sparse import csr_array

BLOCK = 500_000  # rows multiplied at a time: bounds the memory, not the result
MIN_ORDERS = 3  # fewer are no habit
MIN_SHARE = 0.001  # least support of a rule, as is usual for the orders of shops
MAX_RULES = 100_000  # about 30 MB
MAX_PRODUCTS = 5000  # best-selling products that are paired: 5000 x 5000 x 4 bytes


@dataclass(frozen=True)
class Pairs:
    """How many orders hold each product, and each pair of products.

    :ivar products: ids of those that were paired, rising
    :ivar counts: orders with one product and another, by place; on the diagonal those
        with the product itself
    :ivar orders: all orders, also those of one product
    :ivar left_out: products that sold too seldom to be paired
    """

    products: np.ndarray
    counts: np.ndarray
    orders: int
    left_out: int


class Rule(NamedTuple):
    """Who buys `product` also buys `also`, in `count` orders."""

    product: int
    also: int
    count: int
    support: float
    confidence: float
    lift: float


class Suggestion(NamedTuple):
    """A product to offer, and the rule because of which."""

    product: int
    reason: Rule


def min_count(share: float, orders: int) -> int:
    """The least whole number of orders that is this share of them; at least 1.

    >>> min_count(0.1, 30), min_count(0.001, 500), min_count(0, 9)
    (3, 1, 1)
    """
    return max(ceil(Fraction(str(share)) * orders), 1)


def least_orders(orders: int) -> int:
    """The orders that a rule should have, of so many, not to be chance.

    In few orders `MIN_ORDERS`, in many the share `MIN_SHARE`: with their number grows
    that of the orders in which any two products meet by chance.

    >>> least_orders(0), least_orders(3000), least_orders(20_000)
    (3, 3, 20)
    """
    return max(MIN_ORDERS, min_count(MIN_SHARE, orders))


def pairs(
    orders: ArrayLike,
    products: ArrayLike,
    min_orders: int = 1,
    max_products: int = MAX_PRODUCTS,
) -> Pairs:
    """Count in how many orders any two products occur together.

    A product counts once in an order. The rows are multiplied (X' X, with X the
    incidence of products in orders) in blocks of whole orders, so that memory depends
    on the number of products and not on that of rows; rows in order of `orders` need
    the least.

    :param orders: of each row
    :param products: of each row
    :param min_orders: pair only products that are in so many orders
    :param max_products: pair at most so many products, those in most orders
    :raises ValueError: columns of different length

    >>> found = pairs([1, 1, 2, 2, 2, 3], [7, 9, 7, 9, 9, 7])
    >>> found.products.tolist(), found.counts.tolist(), found.orders
    ([7, 9], [[3, 2], [2, 2]], 3)
    """
    import numpy as np

    rows, items = np.asarray(orders), np.asarray(products)
    same_length(rows, items)
    if not len(rows):
        return Pairs(np.zeros(0, np.int64), np.zeros((0, 0), np.int32), 0, 0)
    rows, items = _in_order(rows, items)
    code = np.cumsum(np.diff(rows, prepend=rows[0]) != 0, dtype=np.int32)
    ids, place = numbered(items)
    place = place.astype(np.int32)
    single = _orders_of_each(code, place, len(ids))
    kept = _best_selling(single, min_orders, max_products)
    new_place = np.full(len(ids), -1, dtype=np.int32)
    new_place[kept] = np.arange(len(kept), dtype=np.int32)
    counts = _multiply(code, new_place[place], len(kept))
    counts[np.diag_indices(len(kept))] = single[kept]
    return Pairs(ids[kept], counts, int(code[-1]) + 1, len(ids) - len(kept))


def _in_order(rows: np.ndarray, items: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The same rows, sorted only if they are not in order already."""
    import numpy as np

    if not (rows[1:] < rows[:-1]).any():
        return rows, items
    sort = np.argsort(rows, kind="stable")
    return rows[sort], items[sort]


def _incidences(code: np.ndarray, place: np.ndarray, size: int) -> Iterator[csr_array]:
    """Which orders hold which products, in blocks of about `BLOCK` rows.

    A product of place -1 is left out; no order is in two blocks.
    """
    import numpy as np
    from scipy.sparse import coo_array

    begin = 0
    while begin < len(code):
        last = code[min(begin + BLOCK, len(code)) - 1]
        end = int(np.searchsorted(code, last, side="right"))
        column = place[begin:end]
        known = column >= 0
        line = code[begin:end][known] - code[begin]
        ones = np.ones(len(line), dtype=np.int32)
        shape = (int(last - code[begin]) + 1, size)
        held = coo_array((ones, (line, column[known])), shape=shape).tocsr()
        held.data[:] = 1  # tocsr adds up a product that an order holds twice
        yield held
        begin = end


def _orders_of_each(code: np.ndarray, place: np.ndarray, size: int) -> np.ndarray:
    """In how many orders each product is."""
    import numpy as np

    found = np.zeros(size, dtype=np.int64)
    for held in _incidences(code, place, size):
        found += np.bincount(held.indices, minlength=size)
    return found


def _best_selling(single: np.ndarray, least: int, most: int) -> np.ndarray:
    """The places of the products to pair, rising."""
    import numpy as np

    enough = np.flatnonzero(single >= least)
    if len(enough) > most:
        ranked = np.argsort(-single[enough], kind="stable")
        enough = np.sort(enough[ranked[:most]])
    return enough


def _multiply(code: np.ndarray, place: np.ndarray, size: int) -> np.ndarray:
    """X' X, block by block."""
    import numpy as np

    counts = np.zeros((size, size), dtype=np.int32)
    for held in _incidences(code, place, size):
        both = (held.T @ held).tocoo()
        counts[both.row, both.col] += both.data
    return counts


def rules(
    found: Pairs,
    min_pair: int = 2,
    min_confidence: float = 0.0,
    min_lift: float = 0.0,
    most: int = MAX_RULES,
) -> list[Rule]:
    """The rules that enough orders support, best first.

    Ordered by lift, then by count, then by product, so that equal data give an equal
    list.

    :param min_pair: orders that must hold both products, at least 1; see `min_count`
    :param most: keep at most so many rules, the best

    >>> found = pairs([1, 1, 2, 2, 3, 4], [7, 9, 7, 9, 7, 8])
    >>> rule = rules(found)[0]
    >>> rule.product, rule.also, rule.count, rule.support
    (7, 9, 2, 0.5)
    >>> round(rule.confidence, 3), round(rule.lift, 3)  # 2 of 3; 2/3 over 2/4
    (0.667, 1.333)
    """
    import numpy as np

    first, second, both, confidence, lift = _measures(found, min_pair)
    good = (confidence >= min_confidence) & (lift >= min_lift)
    order = np.lexsort((second, first, -both, -lift))
    order = order[good[order]][:most]
    return [
        Rule(*row)
        for row in zip(
            found.products[first[order]].tolist(),
            found.products[second[order]].tolist(),
            both[order].tolist(),
            (both[order] / max(found.orders, 1)).tolist(),
            confidence[order].tolist(),
            lift[order].tolist(),
            strict=True,
        )
    ]


def _measures(found: Pairs, min_pair: int) -> tuple[np.ndarray, ...]:
    """Places of both products, orders with both, confidence and lift."""
    import numpy as np

    first, second = np.nonzero(found.counts >= max(min_pair, 1))
    apart = first != second
    first, second = first[apart], second[apart]
    both = found.counts[first, second].astype(np.int64)
    single = np.diagonal(found.counts).astype(np.int64)
    # whole numbers above and below: equal rules get equal lifts
    lift = (both * found.orders) / (single[first] * single[second])
    return first, second, both, both / single[first], lift


def suggest(
    basket: Collection[int], known: Iterable[Rule], most: int = 3
) -> list[Suggestion]:
    """What to offer with the products in a basket, and why; best first.

    Each product is offered because of the rule with the greatest confidence; the
    products in order of that, then of lift, then of count.

    :param basket: products; nothing in it is offered
    :param known: those rules at least whose first product is in the basket

    >>> known = [Rule(7, 9, 2, 0.5, 0.6, 1.3), Rule(8, 9, 1, 0.2, 0.9, 1.1)]
    >>> [(offer.product, offer.reason.product) for offer in suggest([7, 8], known)]
    [(9, 8)]
    """
    held, best = set(basket), {}
    for rule in known:
        if rule.product not in held or rule.also in held:
            continue
        if rule.also not in best or _strength(rule) > _strength(best[rule.also]):
            best[rule.also] = rule
    ranked = sorted(best.values(), key=_strength, reverse=True)
    return [Suggestion(rule.also, rule) for rule in ranked[:most]]


def _strength(rule: Rule) -> tuple[float, float, int, int, int]:
    return rule.confidence, rule.lift, rule.count, -rule.also, -rule.product
