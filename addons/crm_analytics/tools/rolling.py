"""Customers who bought in twelve months, and who came back, month after month."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

WINDOW = 12


class Months(NamedTuple):
    """The twelve months that end with a month, and the twelve before.

    :ivar buyers: customers who bought in the twelve months
    :ivar base: customers who bought in the twelve before
    :ivar retained: those of the base who bought again
    """

    buyers: int
    base: int
    retained: int


def rolling(
    masks: ArrayLike, counts: ArrayLike, size: int, window: int = WINDOW
) -> list[Months]:
    """Buyers and retention of the last months, oldest first.

    Of those months that have two whole windows behind them, their own included.

    :param masks: months in which customers bought, as bits; bit 0 is the oldest
    :param counts: customers who bought in just these months
    :param size: number of months that the masks have, 62 at most
    :raises ValueError: too many months

    >>> rolling([0b10, 0b11, 0b01], [3, 1, 2], size=2, window=1)
    [Months(buyers=4, base=3, retained=1)]
    >>> rolling([], [], size=3, window=1)[-1]
    Months(buyers=0, base=0, retained=0)
    """
    import numpy as np

    if size > 62:
        raise ValueError("A mask has 62 months at most.")
    bits = np.asarray(masks, dtype=np.int64)
    weights = np.asarray(counts, dtype=np.int64)
    whole = (1 << window) - 1
    found = []
    for last in range(2 * window - 1, size):
        now = (bits & (whole << (last - window + 1))) != 0
        before = (bits & (whole << (last - 2 * window + 1))) != 0
        sums = (weights[chosen].sum() for chosen in (now, before, now & before))
        found.append(Months(*map(int, sums)))
    return found
