"""How often customers buy, and whether they are still customers: BG/NBD.

The model of Fader, Hardie & Lee, "Counting Your Customers the Easy Way", Marketing
Science 24 (2005) 275-284. While alive a customer buys at random with a rate that is
gamma distributed over the customers (shape `r`, rate `alpha`); after each purchase it
leaves with a probability that is beta distributed (`a`, `b`).

A customer is three numbers: `x` repeat purchases (the first is not counted; one a day
at most), the time `tx` from the first to the last of them (0 if x = 0), and the time
`T` from the first purchase to today. Any unit of time will do, but the same one
everywhere; `alpha` is in that unit. See `summaries` for how to get them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from ._arrays import columns, equal_rows, pearson
from ._quadrature import beta_nodes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

MIN_REPEAT_BUYERS = 30
MIN_DROPOUT = 1e-3  # a / (a + b) below which the model says that nobody ever leaves
# log-likelihood that leaving must add: half the 95 % quantile of chi square, 2 d.f.
MIN_GAIN = 3.0
# the parameters are sought between these; alpha relative to the longest T
LOWEST, HIGHEST = 1e-5, 1e4
STARTS = ((0.5, 0.2, 0.7, 2.5), (1.0, 1.0, 1.0, 1.0), (0.1, 0.02, 0.3, 0.3))

EMPTY, ALL_EQUAL, FEW_REPEAT = "empty", "all_equal", "few_repeat"
NOT_CONVERGED, AT_BOUND, NO_DROPOUT = "not_converged", "at_bound", "no_dropout"


class Model(NamedTuple):
    """The four parameters: `alpha` in units of time, the others without unit."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True)
class Fit:
    """An estimate, and whether it can be relied upon.

    :ivar model: the parameters; None if there was nothing to estimate them from
    :ivar log_likelihood: of the customers under the model; 0 without one
    :ivar customers: how many there were
    :ivar repeat_buyers: how many of them bought more than once
    :ivar converged: the optimizer found a maximum
    :ivar reason: why the estimate cannot be trusted, '' if it can: `empty` (no
        customers), `few_repeat` (too few bought twice), `all_equal` (all have the same
        history), `not_converged`, `at_bound` (a parameter ran away), `no_dropout` (a is
        near 0: that nobody ever leaves explains the data as well, so that P(alive)
        says nothing)
    """

    model: Model | None
    log_likelihood: float
    customers: int
    repeat_buyers: int
    converged: bool
    reason: str

    @property
    def trusted(self) -> bool:
        """Whether the screens may show figures of this estimate as they are."""
        return not self.reason


class _Histories(NamedTuple):
    """Equal customers once, with their count; and the counts of x."""

    x: np.ndarray
    tx: np.ndarray
    age: np.ndarray
    weight: np.ndarray
    counts: np.ndarray  # distinct x
    customers: np.ndarray  # how many have it


def _checked(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> list[np.ndarray]:
    import numpy as np

    x, tx, end = columns(frequency, recency, age)
    if (x < 0).any() or (x != np.floor(x)).any():
        raise ValueError("Frequencies must be whole numbers, not negative.")
    if (tx < 0).any() or (tx > end).any():
        raise ValueError("The last purchase must lie between the first and today.")
    if ((x > 0) != (tx > 0)).any():
        raise ValueError("The recency is 0 of those who bought once, and of no others.")
    return [x, tx, end]


def _histories(x: np.ndarray, tx: np.ndarray, age: np.ndarray) -> _Histories:
    import numpy as np

    groups = equal_rows(x.astype(np.int64), tx, age)
    x, weight = x[groups.first], groups.size.astype(np.float64)
    counts, inner = np.unique(x, return_inverse=True)
    customers = np.bincount(inner, weights=weight, minlength=len(counts))
    return _Histories(x, tx[groups.first], age[groups.first], weight, counts, customers)


def _likelihood(model: Model, data: _Histories) -> tuple[float, np.ndarray]:
    """Log-likelihood and its slope in r, alpha, a and b.

    The gamma functions depend on x alone, of which there are few different ones.
    """
    import numpy as np
    from scipy.special import digamma, gammaln

    r, alpha, a, b = model
    n, w, count = data.counts, data.weight, data.customers
    total = count.sum()
    by_count = gammaln(r + n) - gammaln(r) + gammaln(a + b) - gammaln(a + b + n)
    by_count += gammaln(b + n) - gammaln(b)
    shape, later, sooner = r + data.x, alpha + data.age, alpha + data.tx
    alive = -shape * np.log(later)
    repeat = data.x > 0
    gone = np.full(len(w), -np.inf)
    gone[repeat] = np.log(a) - np.log(b + data.x[repeat] - 1)
    gone[repeat] -= shape[repeat] * np.log(sooner[repeat])
    either = np.logaddexp(alive, gone)
    value = count @ by_count + total * r * np.log(alpha) + w @ either
    p_alive = np.exp(alive - either)
    p_gone = 1 - p_alive
    slope_r = count @ (digamma(r + n) - digamma(r)) + total * np.log(alpha)
    slope_r -= w @ (p_alive * np.log(later) + p_gone * np.log(sooner))
    slope_alpha = total * r / alpha
    slope_alpha -= w @ (shape * (p_alive / later + p_gone / sooner))
    both = count @ (digamma(a + b) - digamma(a + b + n))
    slope_a = both + w @ p_gone / a
    slope_b = both + count @ (digamma(b + n) - digamma(b))
    slope_b -= w[repeat] @ (p_gone[repeat] / (b + data.x[repeat] - 1))
    return float(value), np.array([slope_r, slope_alpha, slope_a, slope_b])


def log_likelihood(
    model: Model, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> float:
    """The log-likelihood of customers under a model; 0 for no customers.

    :raises ValueError: columns of different length, or impossible histories

    >>> model = Model(0.243, 4.414, 0.793, 2.426)
    >>> round(log_likelihood(model, [2, 0], [30.43, 0], [38.86, 38.86]), 4)
    -10.0133
    """
    x, tx, end = _checked(frequency, recency, age)
    return _likelihood(model, _histories(x, tx, end))[0] if len(x) else 0.0


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    min_repeat_buyers: int = MIN_REPEAT_BUYERS,
) -> Fit:
    """The parameters of greatest likelihood, and whether they can be trusted.

    L-BFGS-B on the logarithms of the parameters, within bounds, on a scale of time on
    which the oldest customer is 1 old; equal customers are counted, not repeated.

    :param frequency: repeat purchases of each customer
    :param recency: time from the first to the last purchase
    :param age: time from the first purchase to today
    :param min_repeat_buyers: trust no estimate from fewer customers that came back
    :raises ValueError: columns of different length, or impossible histories

    >>> fit([], [], []).reason, fit([0, 0], [0, 0], [9, 5]).reason
    ('empty', 'few_repeat')
    """
    x, tx, end = _checked(frequency, recency, age)
    customers, repeat = len(x), int((x > 0).sum())
    if not repeat:
        reason = FEW_REPEAT if customers else EMPTY
        return Fit(None, 0.0, customers, repeat, False, reason)
    scale = float(end.max())
    data = _histories(x, tx / scale, end / scale)
    if len(data.weight) == 1:
        return Fit(None, 0.0, customers, repeat, False, ALL_EQUAL)
    enough = repeat >= min_repeat_buyers
    scaled, value, converged = _search(data, STARTS if enough else STARTS[:1])
    model = scaled._replace(alpha=scaled.alpha * scale)
    reason = "" if enough else FEW_REPEAT
    reason = reason or _distrust(scaled, converged) or _no_dropout(scaled, value, data)
    # a density of times: on the customers' own scale each purchase is 1/scale as dense
    value -= float(x.sum()) * log(scale)
    return Fit(model, value, customers, repeat, converged, reason)


def _search(
    data: _Histories, starts: Sequence[tuple[float, ...]]
) -> tuple[Model, float, bool]:
    """Climb from the first start; from the others too if that did not end well."""
    best: tuple[Model, float, bool] | None = None
    for start in starts:
        found = _climb(data, start)
        if best is None or (found[2], found[1]) > (best[2], best[1] + 1e-6):
            best = found
        if _distrust(best[0], best[2]) in ("", NO_DROPOUT):
            break
    return best


def _climb(
    data: _Histories, start: tuple[float, ...], free: int = 4
) -> tuple[Model, float, bool]:
    """The maximum over the first `free` parameters, its value, whether it is one."""
    import numpy as np
    from scipy.optimize import minimize

    size = data.weight.sum()

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        model = Model(*np.exp(logs), *start[free:])
        value, slope = _likelihood(model, data)
        return -value / size, (-slope * model / size)[:free]

    found = minimize(
        loss,
        np.log(start[:free]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(log(LOWEST), log(HIGHEST))] * free,
        options={"ftol": 1e-13, "gtol": 1e-8, "maxiter": 1000},
    )
    # rounding can end the search on a flat top: that is a maximum as well
    converged = bool(found.success or np.abs(found.jac).max() < 1e-5)
    model = Model(*(exp(value) for value in found.x), *start[free:])
    return model, float(-found.fun * size), converged


def _distrust(scaled: Model, converged: bool) -> str:
    if not converged:
        return NOT_CONVERGED
    if scaled.a / (scaled.a + scaled.b) < MIN_DROPOUT:
        return NO_DROPOUT
    inside = all(1.01 * LOWEST < value < HIGHEST / 1.01 for value in scaled)
    return "" if inside else AT_BOUND


def _no_dropout(scaled: Model, value: float, data: _Histories) -> str:
    """Whether customers who never leave (a = 0) explain the data as well."""
    stay = (*scaled[:2], 1e-12, 1.0)
    return "" if value - _climb(data, stay, free=2)[1] > MIN_GAIN else NO_DROPOUT


def expected_purchases(model: Model, t: ArrayLike) -> np.ndarray | float:
    """Repeat purchases E[X(t)] of a new customer in its first `t`.

    :param t: one length of time or an array of them; 0 or more
    :raises ValueError: a negative time

    >>> model = Model(0.243, 4.414, 0.793, 2.426)
    >>> round(expected_purchases(model, 39), 4)
    1.1967
    >>> expected_purchases(model, [0.0, 1.0]).round(4).tolist()
    [0.0, 0.0533]
    """
    import numpy as np

    times = np.asarray(t, dtype=np.float64)
    if (times < 0).any():
        raise ValueError("Times must not be negative.")
    flat = times.ravel()
    found = _expected(model, np.zeros(len(flat)), np.zeros(len(flat)), flat)
    return found.reshape(times.shape) if times.shape else float(found[0])


def _expected(
    model: Model, x: np.ndarray, age: np.ndarray, t: np.ndarray
) -> np.ndarray:
    """Purchases during `t` of a customer who is alive after x purchases in `age`.

    Its rate is gamma (r + x, alpha + T), its chance to leave beta (a, b + x), and who
    leaves with chance p buys (1 - (1 + t p / (alpha + T))^-(r + x)) / p times. The
    mean of that over p is the closed form with the hypergeometric function 2F1, which
    is 0/0 at a = 1 and cancels near it. Here 2F1 is Euler's integral itself, by
    Gauss-Jacobi quadrature: all terms are positive, so that nothing can cancel.
    """
    import numpy as np

    found = np.zeros(len(x))
    if not len(x):
        return found
    groups = equal_rows(x.astype(np.int64), age, t)
    x, age, t = (array[groups.first] for array in (x, age, t))
    answers, reach = np.zeros(len(x)), t / (model.alpha + age)
    starts = np.flatnonzero(np.diff(x, prepend=-1))
    for begin, end in zip(starts, [*starts[1:], len(x)], strict=True):
        nodes, weights = beta_nodes(model.a, model.b + x[begin])
        for part in range(begin, end, 10_000):
            rows = slice(part, min(part + 10_000, end))
            powers = np.log1p(np.outer(reach[rows], nodes))
            bought = -np.expm1(-(model.r + x[begin]) * powers)
            answers[rows] = bought @ (weights / nodes)
    return answers[groups.code]


def conditional_expected_purchases(
    model: Model, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, t: ArrayLike
) -> np.ndarray:
    """Purchases expected of each customer in the next `t`.

    :param t: one length of time for all, or one each; 0 or more
    :raises ValueError: columns of different length, impossible histories or times

    >>> model = Model(0.243, 4.414, 0.793, 2.426)
    >>> found = conditional_expected_purchases(model, [2], [30.43], [38.86], 39)
    >>> found.round(4).tolist()
    [1.226]
    """
    import numpy as np

    x, tx, end = _checked(frequency, recency, age)
    times = np.broadcast_to(np.asarray(t, dtype=np.float64), x.shape)
    if (times < 0).any():
        raise ValueError("Times must not be negative.")
    return p_alive(model, x, tx, end) * _expected(model, x, end, times)


def weighted_expected_purchases(
    model: Model,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: Mapping[float, Sequence[float]],
) -> np.ndarray:
    """Sums of the purchases expected of each customer until several times from now.

    The same as so many calls of `conditional_expected_purchases`, but faster.

    :param weights: by time from now, those of its purchases in each of the sums
    :return: a row per customer, a column per sum
    :raises ValueError: columns of different length, impossible histories or times

    >>> model = Model(0.243, 4.414, 0.793, 2.426)
    >>> found = weighted_expected_purchases(
    ...     model, [2], [30.43], [38.86], {13: [1, 0.5], 39: [0, 0.5]}
    ... )
    >>> found.round(4).tolist()
    [[0.4572, 0.8416]]
    """
    import numpy as np

    x, tx, end = _checked(frequency, recency, age)
    if any(t < 0 for t in weights):
        raise ValueError("Times must not be negative.")
    groups = equal_rows(x.astype(np.int64), end)
    kind = x[groups.first], end[groups.first]
    sums = np.zeros((len(groups.first), len(next(iter(weights.values()), ()))))
    for t, parts in weights.items():
        bought = _expected(model, *kind, np.full(len(groups.first), float(t)))
        sums += np.outer(bought, parts)
    return p_alive(model, x, tx, end)[:, None] * sums[groups.code]


def p_alive(
    model: Model, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> np.ndarray:
    """The probability that each customer has not left yet.

    It is 1 for who bought once: in this model customers leave after repeat purchases.

    :raises ValueError: columns of different length, or impossible histories

    >>> model = Model(0.243, 4.414, 0.793, 2.426)
    >>> p_alive(model, [2, 0], [30.43, 0], [38.86, 38.86]).round(4).tolist()
    [0.7266, 1.0]
    """
    import numpy as np
    from scipy.special import expit

    x, tx, end = _checked(frequency, recency, age)
    again = np.maximum(x, 1)
    odds = np.log(model.a) - np.log(model.b + again - 1)
    odds += (model.r + x) * (np.log(model.alpha + end) - np.log(model.alpha + tx))
    return np.where(x > 0, expit(-odds), 1.0)


def purchase_probability(model: Model, x: int, t: ArrayLike) -> np.ndarray:
    """P(X(t) = x): a new customer buys exactly `x` times again in its first `t`.

    :param t: lengths of time, 0 or more
    :raises ValueError: a negative number

    >>> model = Model(0.243, 4.414, 0.793, 2.426)
    >>> purchase_probability(model, 0, [0.0, 39.0]).round(4).tolist()
    [1.0, 0.5738]
    """
    import numpy as np
    from scipy.special import betainc, betaln, gammaln

    (times,) = columns(t)
    if x < 0 or (times < 0).any():
        raise ValueError("Counts and times must not be negative.")
    r, alpha, a, b = model
    share = times / (alpha + times)
    stayed = np.exp(betaln(a, b + x) - betaln(a, b))
    none = np.exp(-r * np.log1p(times / alpha))
    if x == 0:
        return none
    ways = np.exp(gammaln(r + x) - gammaln(r) - gammaln(x + 1))
    left = np.exp(betaln(a + 1, b + x - 1) - betaln(a, b))
    return stayed * ways * none * share**x + left * betainc(x, r, share)


def expected_histogram(model: Model, age: ArrayLike, most: int = 7) -> np.ndarray:
    """How many of these customers the model expects with 0, 1, ... repeat purchases.

    :param age: time since the first purchase of each customer
    :param most: the last count stands for this many and more
    :return: `most` + 1 numbers that add up to the customers; see `histogram`

    >>> model = Model(0.243, 4.414, 0.793, 2.426)
    >>> expected_histogram(model, [39.0, 39.0], most=2).round(3).tolist()
    [1.148, 0.399, 0.454]
    """
    import numpy as np

    (ages,) = columns(age)
    times, customers = np.unique(ages, return_counts=True)
    found = [customers @ purchase_probability(model, x, times) for x in range(most)]
    return np.array([*found, max(len(ages) - sum(found), 0.0)])


def histogram(frequency: ArrayLike, most: int = 7) -> np.ndarray:
    """How many customers bought 0, 1, ... times again; the last: `most` and more.

    >>> histogram([0, 0, 1, 5], most=2).tolist()
    [2, 1, 1]
    """
    import numpy as np

    counts = np.minimum(columns(frequency)[0], most).astype(np.int64)
    return np.bincount(counts, minlength=most + 1)


@dataclass(frozen=True)
class Holdout:
    """A forecast beside what happened.

    :ivar correlation: of both over the customers; None if one of them does not vary
    :ivar predicted: purchases in all
    :ivar actual: purchases in all
    :ivar bias: by which share too many were predicted (negative: too few); None if
        nothing happened
    """

    correlation: float | None
    predicted: float
    actual: float
    bias: float | None


def holdout(predicted: ArrayLike, actual: ArrayLike) -> Holdout:
    """Compare what was predicted of each customer with what it did.

    >>> holdout([1.0, 3.0], [1, 4])
    Holdout(correlation=1.0, predicted=4.0, actual=5.0, bias=-0.2)
    """
    foreseen, real = columns(predicted, actual)
    total = float(foreseen.sum()), float(real.sum())
    bias = total[0] / total[1] - 1 if total[1] else None
    bias = None if bias is None else round(bias, 12)
    return Holdout(pearson(foreseen, real), *total, bias)


def calibration(
    predicted: ArrayLike, actual: ArrayLike, frequency: ArrayLike, most: int = 7
) -> list[tuple[int, int, float, float]]:
    """By repeat purchases so far: customers, and means predicted and actual.

    The last line stands for `most` and more; counts without customers are left out.

    >>> calibration([0.5, 1.5, 3.0], [0, 2, 4], [0, 0, 9], most=7)
    [(0, 2, 1.0, 1.0), (7, 1, 3.0, 4.0)]
    """
    import numpy as np

    foreseen, real, x = columns(predicted, actual, frequency)
    counts = np.minimum(x, most).astype(np.int64)
    size = np.bincount(counts, minlength=most + 1)
    sums = [np.bincount(counts, column, most + 1) for column in (foreseen, real)]
    return [
        (n, int(size[n]), float(sums[0][n] / size[n]), float(sums[1][n] / size[n]))
        for n in np.flatnonzero(size).tolist()
    ]
