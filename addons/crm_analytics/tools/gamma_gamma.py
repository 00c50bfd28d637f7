"""How much customers spend on a purchase: the Gamma-Gamma model.

Fader & Hardie, "The Gamma-Gamma Model of Monetary Value" (2013). What a customer
spends on a purchase is gamma distributed about its own mean (shape `p`), and the means
differ between customers (`q`, `gamma`). It assumes that how much a customer spends has
nothing to do with how often it buys: see `correlation`.

A customer is two numbers: its repeat purchases `x`, and their mean value `m`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from ._arrays import columns, pearson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

MIN_REPEAT_BUYERS = 30
MAX_CORRELATION = 0.3  # of frequency and value, above which the model misleads
NOTHING = 1e-12  # of the largest mean value: less is rounding
# p, q - 1 and gamma are sought between these; gamma relative to the mean value
LOWEST, HIGHEST = 1e-3, 1e4
STARTS = ((2.0, 2.0, 1.0), (10.0, 5.0, 5.0), (0.5, 1.0, 0.5))

EMPTY, ALL_EQUAL, FEW_REPEAT = "empty", "all_equal", "few_repeat"
NOT_CONVERGED, AT_BOUND, CORRELATED = "not_converged", "at_bound", "correlated"


class Model(NamedTuple):
    """The three parameters: `gamma` in money, the others without unit; q > 1."""

    p: float
    q: float
    gamma: float

    @property
    def mean(self) -> float:
        """What customers spend on a purchase in the mean: p gamma / (q - 1).

        >>> round(Model(6.25, 3.74, 15.44).mean, 2)
        35.22
        """
        return self.p * self.gamma / (self.q - 1)


@dataclass(frozen=True)
class Fit:
    """An estimate, and whether it can be relied upon.

    :ivar model: the parameters; None if there was nothing to estimate them from
    :ivar log_likelihood: of the customers under the model; 0 without one
    :ivar customers: those it rests on: with repeat purchases of more than nothing
    :ivar correlation: of frequency and value among them; None if one does not vary
    :ivar converged: the optimizer found a maximum
    :ivar reason: why the estimate cannot be trusted, '' if it can: `empty`,
        `few_repeat` (too few customers), `all_equal` (all spend the same),
        `not_converged`, `at_bound` (a parameter ran away; q near 1 has no mean),
        `correlated` (who buys more often spends more, or less, each time)
    """

    model: Model | None
    log_likelihood: float
    customers: int
    correlation: float | None
    converged: bool
    reason: str

    @property
    def trusted(self) -> bool:
        """Whether the screens may show figures of this estimate as they are."""
        return not self.reason


class _Spending(NamedTuple):
    """Purchases and mean values; the distinct counts, and how many have them."""

    x: np.ndarray
    value: np.ndarray
    counts: np.ndarray
    customers: np.ndarray


def _spending(frequency: ArrayLike, value: ArrayLike) -> _Spending:
    """Who bought again, and not for nothing: the density is that of amounts above 0."""
    import numpy as np

    x, mean = columns(frequency, value)
    if (x < 0).any():
        raise ValueError("Frequencies must not be negative.")
    counted = (x > 0) & (mean > NOTHING * np.max(mean, initial=0.0))
    x, mean = x[counted], mean[counted]
    return _Spending(x, mean, *np.unique(x, return_counts=True))


def _likelihood(model: Model, data: _Spending) -> tuple[float, np.ndarray]:
    """Log-likelihood and its slope in p, q and gamma."""
    import numpy as np
    from scipy.special import digamma, gammaln

    p, q, gamma = model
    n, count, x = data.counts, data.customers, data.x
    shape, below = p * x + q, np.log(gamma + x * data.value)
    spent = np.log(data.value) + np.log(x)
    by_count = gammaln(p * n + q) - gammaln(p * n) - gammaln(q) + q * log(gamma)
    value = count @ by_count + p * (x @ spent) - np.log(data.value).sum()
    value -= shape @ below
    both = count * digamma(p * n + q)
    slope_p = n @ (both - count * digamma(p * n)) + x @ (spent - below)
    slope_q = both.sum() + count.sum() * (log(gamma) - digamma(q)) - below.sum()
    slope_gamma = count.sum() * q / gamma - shape @ (1 / (gamma + x * data.value))
    return float(value), np.array([slope_p, slope_q, slope_gamma])


def log_likelihood(model: Model, frequency: ArrayLike, value: ArrayLike) -> float:
    """The log-likelihood of those who bought again; 0 if nobody did.

    :raises ValueError: columns of different length, negative frequencies

    >>> round(log_likelihood(Model(6.25, 3.74, 15.44), [2, 0], [22.35, 0]), 4)
    -3.5513
    """
    data = _spending(frequency, value)
    return _likelihood(model, data)[0] if len(data.x) else 0.0


def correlation(frequency: ArrayLike, value: ArrayLike) -> float | None:
    """Of repeat purchases and their mean value among those who bought again.

    >>> correlation([1, 2, 0], [10.0, 30.0, 0.0])
    1.0
    """
    data = _spending(frequency, value)
    return pearson(data.x, data.value)


def fit(
    frequency: ArrayLike, value: ArrayLike, min_repeat_buyers: int = MIN_REPEAT_BUYERS
) -> Fit:
    """The parameters of greatest likelihood with q > 1, and whether to trust them.

    L-BFGS-B on log p, log (q - 1) and log gamma, within bounds, with the mean value as
    the unit of money. Customers who bought once, or for nothing, tell nothing.

    :param frequency: repeat purchases of each customer
    :param value: mean amount of its repeat purchases
    :param min_repeat_buyers: trust no estimate from fewer
    :raises ValueError: columns of different length, negative frequencies

    >>> fit([], []).reason, fit([0, 2], [0, 5.0]).reason
    ('empty', 'few_repeat')
    """
    data = _spending(frequency, value)
    size, related = len(data.x), pearson(data.x, data.value)
    if size < 2 or data.value.min() == data.value.max():
        reason = EMPTY if not len(columns(frequency)[0]) else FEW_REPEAT
        reason = ALL_EQUAL if size >= min_repeat_buyers else reason
        return Fit(None, 0.0, size, related, False, reason)
    unit = float(data.value.mean())
    enough = size >= min_repeat_buyers
    scaled, found, converged = _search(
        data._replace(value=data.value / unit), STARTS if enough else STARTS[:1]
    )
    reason = _distrust(scaled, converged, related) if enough else FEW_REPEAT
    model = scaled._replace(gamma=scaled.gamma * unit)
    # a density of money: in the customers' own unit each is 1/unit as dense
    return Fit(model, found - size * log(unit), size, related, converged, reason)


def _search(
    data: _Spending, starts: Sequence[tuple[float, float, float]]
) -> tuple[Model, float, bool]:
    """Climb from the first start; from the others too if that did not end well."""
    best: tuple[Model, float, bool] | None = None
    for start in starts:
        found = _climb(data, start)
        if best is None or (found[2], found[1]) > (best[2], best[1] + 1e-6):
            best = found
        if not _distrust(best[0], best[2], None):
            break
    return best


def _climb(
    data: _Spending, start: tuple[float, float, float]
) -> tuple[Model, float, bool]:
    import numpy as np
    from scipy.optimize import minimize

    size = len(data.x)

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        p, above, gamma = np.exp(logs)
        value, slope = _likelihood(Model(p, 1 + above, gamma), data)
        return -value / size, -slope * (p, above, gamma) / size

    found = minimize(
        loss,
        np.log(start),
        jac=True,
        method="L-BFGS-B",
        bounds=[(log(LOWEST), log(HIGHEST))] * 3,
        options={"ftol": 1e-13, "gtol": 1e-8, "maxiter": 1000},
    )
    # rounding can end the search on a flat top: that is a maximum as well
    converged = bool(found.success or np.abs(found.jac).max() < 1e-5)
    p, above, gamma = (exp(value) for value in found.x)
    return Model(p, 1 + above, gamma), float(-found.fun * size), converged


def _distrust(scaled: Model, converged: bool, related: float | None) -> str:
    if not converged:
        return NOT_CONVERGED
    sought = (scaled.p, scaled.q - 1, scaled.gamma)
    if not all(1.01 * LOWEST < value < HIGHEST / 1.01 for value in sought):
        return AT_BOUND
    return CORRELATED if abs(related or 0.0) > MAX_CORRELATION else ""


def conditional_mean(
    model: Model, frequency: ArrayLike, value: ArrayLike
) -> np.ndarray:
    """What each customer can be expected to spend on a purchase.

    A weighted mean of its own and of everybody's: the more it has bought, the more its
    own counts. Who has not bought again is expected to spend everybody's mean.

    :raises ValueError: columns of different length, negative frequencies, or q <= 1

    >>> conditional_mean(Model(6.25, 3.74, 15.44), [2, 0], [22.35, 0]).round(2).tolist()
    [24.66, 35.22]
    """
    import numpy as np

    x, mean = columns(frequency, value)
    if (x < 0).any():
        raise ValueError("Frequencies must not be negative.")
    if model.q <= 1:
        raise ValueError("Without q > 1 the model has no mean.")
    spent = np.where(x > 0, x * mean, 0.0)
    return model.p * (model.gamma + spent) / (model.p * x + model.q - 1)
