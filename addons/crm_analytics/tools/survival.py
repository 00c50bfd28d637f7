"""How long customers stay: Kaplan & Meier (1958), variance of Greenwood (1926)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ._arrays import columns, same_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Curve:
    """The estimated share of customers who stay longer, from one loss to the next.

    :ivar times: when customers were lost, rising
    :ivar at_risk: customers seen until just before each of them
    :ivar lost: how many were lost at it
    :ivar survival: share that stays longer than it; 1 before the first
    :ivar variance: of that share
    :ivar median: the first time at which half are lost; None if it is not reached
    :ivar customers: all of them
    """

    times: np.ndarray
    at_risk: np.ndarray
    lost: np.ndarray
    survival: np.ndarray
    variance: np.ndarray
    median: float | None
    customers: int

    def at(self, time: float) -> float:
        """The share that stays longer than `time`.

        >>> kaplan_meier([1, 2], [True, False]).at(1.5)
        0.5
        """
        import numpy as np

        before = int(np.searchsorted(self.times, time, side="right"))
        return float(self.survival[before - 1]) if before else 1.0


def kaplan_meier(
    durations: ArrayLike, observed: ArrayLike, customers: ArrayLike | None = None
) -> Curve:
    """The survival curve of customers of whom some are still there.

    At the same time losses come before those who are just no longer observed. Where
    nobody is left the variance is 0.

    :param durations: how long each customer was one, 0 or more
    :param observed: whether it was lost then (else it still is a customer)
    :param customers: how many customers each row stands for; one if nothing
    :raises ValueError: columns of different length, or negative durations

    >>> curve = kaplan_meier([6, 6, 6, 7, 10], [True, True, False, True, False])
    >>> curve.times.tolist(), curve.survival.round(3).tolist(), curve.median
    ([6.0, 7.0], [0.6, 0.3], 7.0)
    >>> kaplan_meier([6, 6, 7], [True, False, True], [2, 1, 2]).survival.tolist()
    [0.6, 0.0]
    """
    import numpy as np

    (spans,) = columns(durations)
    gone = np.asarray(observed, dtype=bool)
    many = np.ones(len(spans)) if customers is None else columns(customers)[0]
    same_length(spans, gone, many)
    if (spans < 0).any():
        raise ValueError("Durations must not be negative.")
    times, at_risk, lost = _losses(spans, many, many * gone)
    survival = np.cumprod(1 - lost / at_risk)
    left = at_risk - lost
    terms = np.divide(
        lost, at_risk * left, out=np.zeros(len(lost)), where=left > 0, dtype=np.float64
    )
    variance = survival**2 * np.cumsum(terms)
    half = np.flatnonzero(survival <= 0.5 + 1e-12)
    median = float(times[half[0]]) if len(half) else None
    return Curve(times, at_risk, lost, survival, variance, median, int(many.sum()))


def _losses(
    spans: np.ndarray, many: np.ndarray, gone: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """When customers were lost; how many were there until then, and how many went."""
    import numpy as np

    times, inner = np.unique(spans, return_inverse=True)
    lost, leaving = (
        np.bincount(inner, weights=part, minlength=len(times)).astype(int)
        for part in (gone, many)
    )
    at_risk = leaving.sum() - (np.cumsum(leaving) - leaving)
    event = lost > 0
    return times[event], at_risk[event], lost[event]
