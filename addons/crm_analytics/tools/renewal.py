"""Whether regular customers come back once more: the shifted beta-geometric model.

For customers whose purchases follow like the renewals of a contract. Each of them stops
after a purchase with a probability of its own, the same each time; over the customers
these have a beta distribution. So the longer customers have stayed, the fewer of them
stop: who is likely to do so has done it.

Fader & Hardie (2007), *How to Project Customer Retention*, Journal of Interactive
Marketing 21(1), 76-90; the equations are theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ._arrays import columns, same_length

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

MIN_CUSTOMERS = 30
EMPTY, FEW, NONE_LOST, ALL_LOST = "empty", "few", "none_lost", "all_lost"
NOT_CONVERGED = "not_converged"
BOUND = 12.0  # of the logarithms of the parameters
FLAT = 1e-4  # slope of the log-likelihood of a customer that is none


class Model(NamedTuple):
    """The beta distribution of the probability to stop after a purchase."""

    alpha: float
    beta: float


class Row(NamedTuple):
    """Customers before one more purchase, the first of them before the row 0."""

    renewals: int
    at_risk: int
    lost: int


@dataclass(frozen=True)
class Fit:
    """An estimate.

    :ivar model: None where there is none
    :ivar log_likelihood: of all customers, at the estimate
    :ivar reason: why it is not to be trusted; empty if it is
    """

    model: Model | None
    log_likelihood: float
    reason: str


def life_table(renewals: ArrayLike, lost: ArrayLike) -> list[Row]:
    """Who could have bought once more, and who did not any more.

    :param renewals: purchases of each customer after the one that all have
    :param lost: whether it stopped then (else it may still come back)
    :raises ValueError: columns of different length, or negative numbers of purchases

    >>> life_table([0, 1, 1, 2], [True, True, False, False])
    [Row(renewals=0, at_risk=4, lost=1), Row(renewals=1, at_risk=2, lost=1)]
    """
    import numpy as np

    stopped, waiting = _counts(renewals, lost)
    ended = stopped + waiting
    # who waits has not been seen to stop or to come back
    at_risk = ended.sum() - (np.cumsum(ended) - ended) - waiting
    return [
        Row(n, int(risk), int(gone))
        for n, (risk, gone) in enumerate(zip(at_risk, stopped, strict=True))
        if risk > 0
    ]


def fit(
    renewals: ArrayLike, lost: ArrayLike, min_customers: int = MIN_CUSTOMERS
) -> Fit:
    """The parameters of greatest likelihood, and whether they can be trusted.

    :param renewals: purchases of each customer after the one that all have
    :param lost: whether it stopped then (else it may still come back)
    :param min_customers: trust no estimate from fewer
    :raises ValueError: columns of different length, or negative numbers of purchases

    >>> fit([], []).reason, fit([1] * 40, [False] * 40).reason
    ('empty', 'none_lost')
    """
    import numpy as np
    from scipy import optimize

    stopped, waiting = _counts(renewals, lost)
    reason = _distrust(int(stopped.sum()), int(waiting.sum()), min_customers)
    if reason:
        return Fit(None, 0.0, reason)

    def cost(logs: np.ndarray) -> tuple[float, np.ndarray]:
        model = Model(*np.exp(logs))
        slope = _slope(model, stopped, waiting) * model
        return -_log_likelihood(model, stopped, waiting), -slope

    found = optimize.minimize(
        cost, [0.0, 0.0], jac=True, method="L-BFGS-B", bounds=[(-BOUND, BOUND)] * 2
    )
    # customers who are all alike drive both to the bound: one chance for all is right
    inside = np.clip(found.x - found.jac, -BOUND, BOUND) - found.x
    flat = np.abs(inside).max() <= FLAT * (stopped.sum() + waiting.sum())
    reason = "" if found.success or flat else NOT_CONVERGED
    return Fit(Model(*np.exp(found.x).tolist()), -float(found.fun), reason)


def hazard(model: Model, renewals: ArrayLike) -> np.ndarray:
    """The probability that the next purchase does not come: their equation 7, from 1.

    >>> hazard(Model(1, 3), [0, 1, 6]).tolist()
    [0.25, 0.2, 0.1]
    """
    (times,) = columns(renewals)
    return model.alpha / (model.alpha + model.beta + times)


def survival(model: Model, renewals: ArrayLike) -> np.ndarray:
    """The share that comes back so often at least: their equation 6.

    >>> survival(Model(1, 3), [0, 1]).round(6).tolist()
    [1.0, 0.75]
    """
    import numpy as np
    from scipy.special import betaln

    (times,) = columns(renewals)
    return np.exp(betaln(model.alpha, model.beta + times) - betaln(*model))


def _log_likelihood(model: Model, stopped: np.ndarray, waiting: np.ndarray) -> float:
    import numpy as np
    from scipy.special import betaln

    times = np.arange(len(stopped))
    gone = betaln(model.alpha + 1, model.beta + times)
    stays = betaln(model.alpha, model.beta + times)
    every = stopped.sum() + waiting.sum()
    return float(stopped @ gone + waiting @ stays - every * betaln(*model))


def _slope(model: Model, stopped: np.ndarray, waiting: np.ndarray) -> np.ndarray:
    """By the parameters, the derivative of the log-likelihood."""
    import numpy as np
    from scipy.special import digamma

    alpha, beta = model
    later = beta + np.arange(len(stopped))
    gone, stays = digamma(alpha + 1 + later), digamma(alpha + later)
    every, whole = stopped.sum() + waiting.sum(), digamma(alpha + beta)
    by_alpha = stopped @ (digamma(alpha + 1) - gone) + waiting @ (
        digamma(alpha) - stays
    )
    come = digamma(later)
    by_beta = stopped @ (come - gone) + waiting @ (come - stays)
    start = digamma(np.array(model)) - whole
    return np.array([by_alpha, by_beta]) - every * start


def _counts(renewals: ArrayLike, lost: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """By number of purchases: customers who stopped, and who may come back."""
    import numpy as np

    (times,) = columns(renewals)
    gone = np.asarray(lost, dtype=bool)
    same_length(times, gone)
    if (times < 0).any():
        raise ValueError("Numbers of purchases must not be negative.")
    whole = times.astype(np.int64)
    size = int(whole.max(initial=-1)) + 1
    stopped, waiting = (
        np.bincount(whole[part], minlength=size) for part in (gone, ~gone)
    )
    return stopped, waiting


def _distrust(stopped: int, waiting: int, min_customers: int) -> str:
    if not stopped + waiting:
        return EMPTY
    if not stopped:
        return NONE_LOST
    if not waiting:
        return ALL_LOST
    return "" if stopped + waiting >= min_customers else FEW
