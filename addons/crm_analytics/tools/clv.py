"""Customer lifetime value: what customers will still earn, and what they have earned.

Predicted, it is the purchases expected of the BG/NBD model times the spending expected
of the Gamma-Gamma model times the margin, discounted (Fader, Hardie & Lee, "RFM and
CLV: Using Iso-value Curves", Journal of Marketing Research 42, 2005), less what serving
the customer, lending it money and winning it cost. Where the models cannot be trusted
the historical value stands in, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import bgnbd, gamma_gamma
from ._arrays import columns, same_length
from .summaries import Histories

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike

MODEL, HISTORY = "model", "history"


@dataclass(frozen=True)
class Terms:
    """How far to look ahead, and what money costs.

    :ivar periods: how many, e.g. 12 months; 0: no future
    :ivar period: length of one, in the unit of time of the model, e.g. 52 / 12 weeks
    :ivar per_year: how many make a year
    :ivar discount_rate: per year, e.g. 0.1
    :ivar capital_rate: cost per year of the money that customers owe, e.g. 0.06
    """

    periods: int
    period: float
    per_year: float
    discount_rate: float = 0.0
    capital_rate: float = 0.0

    def __post_init__(self) -> None:
        """:raises ValueError: a length of zero, a negative count, a rate of -1"""
        if self.periods < 0 or self.period <= 0 or self.per_year <= 0:
            raise ValueError("A horizon needs periods that are longer than nothing.")
        if self.discount_rate <= -1:
            raise ValueError("The discount rate must be more than -100 %.")

    def discounts(self) -> list[float]:
        """What one unit of money at the end of each period is worth today.

        >>> [round(f, 4) for f in Terms(2, 52, 1, discount_rate=0.25).discounts()]
        [0.8, 0.64]
        """
        year = 1 + self.discount_rate
        return [year ** -(n / self.per_year) for n in range(1, self.periods + 1)]


@dataclass(frozen=True)
class Costs:
    """What customers cost: one number for all, or one each.

    :ivar margin: share of the revenue that is left after the cost of goods
    :ivar service: to serve one purchase
    :ivar days_outstanding: until a purchase is paid, in days
    :ivar acquisition: to win the customer, as far as it still has to be spent
    """

    margin: ArrayLike = 1.0
    service: ArrayLike = 0.0
    days_outstanding: ArrayLike = 0.0
    acquisition: ArrayLike = 0.0


@dataclass(frozen=True)
class Value:
    """The lifetime values of customers, in their order.

    :ivar value: in money, may be negative
    :ivar purchases: expected over the horizon, not discounted
    :ivar spending: expected of one purchase
    :ivar source: `model`, or `history` if the models could not be trusted (then value
        is what was earned so far, and nothing is expected: purchases and spending 0)
    :ivar reason: which model could not be trusted and why, e.g. `purchases:few_repeat`
        or `spending:correlated`; '' with `model`
    """

    value: np.ndarray
    purchases: np.ndarray
    spending: np.ndarray
    source: str
    reason: str = ""


def discounted_purchases(
    model: bgnbd.Model, known: Histories, terms: Terms
) -> tuple[np.ndarray, np.ndarray]:
    """Purchases expected of each customer over the horizon: in all, and discounted.

    Those of a period are discounted as if they came at its end.

    >>> import numpy as np
    >>> one = Histories(*(np.array([n]) for n in (1, 2, 30.43, 38.86, 22.35, 67.0)))
    >>> terms = Terms(periods=3, period=13, per_year=4, discount_rate=0.15)
    >>> both = discounted_purchases(bgnbd.Model(0.243, 4.414, 0.793, 2.426), one, terms)
    >>> [found.round(4).tolist() for found in both]
    [[1.226], [1.1468]]
    """
    factors = [*terms.discounts(), 0.0]
    # purchases of a period are those until its end less those until its beginning
    weights = {
        n * terms.period: (float(n == terms.periods), factors[n - 1] - factors[n])
        for n in range(1, terms.periods + 1)
    } or {0.0: (0.0, 0.0)}
    found = bgnbd.weighted_expected_purchases(
        model, known.frequency, known.recency, known.age, weights
    )
    return found[:, 0], found[:, 1]


def predicted(
    buying: bgnbd.Model,
    spending: gamma_gamma.Model,
    known: Histories,
    terms: Terms,
    costs: Costs | None = None,
) -> Value:
    """Discounted margin over the horizon less service, capital and acquisition cost.

    Each purchase earns its spending x (margin - capital rate x days outstanding / 365)
    - service; acquisition is spent today.

    :raises ValueError: costs that are neither one number nor one for each customer

    >>> import numpy as np
    >>> one = Histories(*(np.array([n]) for n in (1, 2, 30.43, 38.86, 22.35, 67.0)))
    >>> found = predicted(
    ...     bgnbd.Model(0.243, 4.414, 0.793, 2.426),
    ...     gamma_gamma.Model(6.25, 3.74, 15.44),
    ...     one,
    ...     Terms(1, 39, 4 / 3),
    ...     Costs(margin=0.3, service=2.0, acquisition=1.0),
    ... )
    >>> found.purchases.round(4).tolist(), found.spending.round(2).tolist()
    ([1.226], [24.66])
    >>> found.value.round(2).tolist()  # 1.226 x (24.66 x 0.3 - 2) - 1
    [5.62]
    """
    costs = costs or Costs()
    purchases, discounted = discounted_purchases(buying, known, terms)
    amount = gamma_gamma.conditional_mean(spending, known.frequency, known.value)
    margin, service, days, acquisition = _of_each(costs, amount)
    capital = terms.capital_rate * days / 365
    earned = amount * (margin - capital) - service
    return Value(discounted * earned - acquisition, purchases, amount, MODEL)


def _of_each(costs: Costs, amount: np.ndarray) -> list[np.ndarray]:
    """Margin, service, days outstanding and acquisition of each customer."""
    given = costs.margin, costs.service, costs.days_outstanding, costs.acquisition
    found = [_each(cost, len(amount)) for cost in given]
    same_length(amount, *found)
    return found


def _each(cost: ArrayLike, size: int) -> np.ndarray:
    import numpy as np

    found = np.asarray(cost, dtype=np.float64)
    return columns(np.broadcast_to(found, (size,)) if not found.ndim else found)[0]


def historical(
    margin: ArrayLike,
    service: ArrayLike = 0.0,
    capital: ArrayLike = 0.0,
    acquisition: ArrayLike = 0.0,
) -> np.ndarray:
    """What customers have earned so far: their margin less what they have cost.

    All are amounts per customer, or one for all; not discounted.

    :raises ValueError: columns of different length, or not finite

    >>> historical([100.0, -5.0], service=[20.0, 0.0], capital=1.0).tolist()
    [79.0, -6.0]
    """
    (earned,) = columns(margin)
    spent = [_each(cost, len(earned)) for cost in (service, capital, acquisition)]
    same_length(earned, *spent)
    return earned - sum(spent)


def lifetime_value(
    fits: tuple[bgnbd.Fit, gamma_gamma.Fit],
    known: Histories,
    terms: Terms,
    costs: Costs,
    past: ArrayLike,
) -> Value:
    """Predicted where both models can be trusted, else the past, with the reason.

    :param past: what each customer has earned so far, see `historical`

    >>> import numpy as np
    >>> none = Histories(*(np.array([]) for _n in range(6)))
    >>> thin = bgnbd.fit([], [], []), gamma_gamma.fit([], [])
    >>> found = lifetime_value(thin, none, Terms(1, 1, 1), Costs(), [])
    >>> found.source, found.reason
    ('history', 'purchases:empty')
    """
    import numpy as np

    buying, spending = fits
    if buying.trusted and spending.trusted:
        return predicted(buying.model, spending.model, known, terms, costs)
    which = "spending" if buying.trusted else "purchases"
    reason = f"{which}:{buying.reason or spending.reason}"
    (earned,) = columns(past)
    same_length(earned, known.frequency)
    nothing = np.zeros(len(earned))
    return Value(earned, nothing, nothing, HISTORY, reason)
