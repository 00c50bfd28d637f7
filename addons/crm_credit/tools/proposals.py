"""What limit a customer's own history speaks for.

    need  = the larger of  peak exposure × (1 + headroom)
                      and  average monthly billing × months to cover
    limit = need × pays × known, to two significant digits

`pays` falls with the average days late (`PAYS`), `known` is below one while the
customer is new (`KNOWN`). Without any invoice there is nothing to go by: no proposal.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

# Up to so many days late on average: this share of the need. Later: nothing.
PAYS = ((5, 1.0), (15, 0.9), (30, 0.7), (60, 0.4))
# Customer for less than so many months: this share of the need.
KNOWN = ((3, 0.5), (6, 0.75))


class History(NamedTuple):
    """Facts of one customer; `days_late` is None as long as nothing fell due."""

    peak: float = 0.0
    billing: float = 0.0
    days_late: float | None = None
    late_share: float = 0.0
    months: int | None = None


class Policy(NamedTuple):
    """What the company lets a customer grow, and how many months it finances."""

    headroom: float = 0.2
    cover_months: float = 2.0


class Proposal(NamedTuple):
    """The limit, what it starts from (`basis`: peak, billing or none) and the cuts."""

    limit: float
    need: float
    basis: str
    pays: float = 1.0
    known: float = 1.0


def propose(history: History, policy: Policy = Policy()) -> Proposal:  # noqa: B008
    """Propose a limit.

    >>> propose(History(peak=40_000, billing=12_000, days_late=3.0, months=48))
    Proposal(limit=48000.0, need=48000.0, basis='peak', pays=1.0, known=1.0)
    >>> propose(History(peak=4_000, billing=6_000, days_late=20.0, months=4)).limit
    6300.0
    >>> propose(History())
    Proposal(limit=0.0, need=0.0, basis='none', pays=1.0, known=1.0)
    """
    if history.months is None:
        return Proposal(0.0, 0.0, "none")
    peak = max(history.peak, 0.0) * (1 + policy.headroom)
    billing = max(history.billing, 0.0) * policy.cover_months
    need, basis = max((peak, "peak"), (billing, "billing"))
    pays = 1.0 if history.days_late is None else _pays(history.days_late)
    known = next((s for months, s in KNOWN if history.months < months), 1.0)
    return Proposal(rounded(need * pays * known), need, basis, pays, known)


def _pays(days_late: float) -> float:
    return next((share for days, share in PAYS if days_late <= days), 0.0)


def rounded(amount: float) -> float:
    """Round to two significant digits, halves up; what is below one is nothing.

    >>> rounded(12_499), rounded(12_500), rounded(987.0), rounded(0.4)
    (12000.0, 13000.0, 990.0, 0.0)
    """
    if amount < 1:
        return 0.0
    exact = Decimal(str(amount))
    step = Decimal(10) ** max(exact.adjusted() - 1, 0)
    return float((exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step)
