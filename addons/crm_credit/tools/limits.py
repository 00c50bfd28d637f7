"""What a customer's credit lines, securities and guarantors add up to."""

from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple


class Grant(NamedTuple):
    """An effective credit line; `secured` is None for a kind that needs no security."""

    account: Hashable
    amount: float
    secured: float | None = None


class Guarantee(NamedTuple):
    """An amount that an account lends to, or gets from, another legal entity."""

    account: Hashable
    other: Hashable
    amount: float


class LimitFigures(NamedTuple):
    """Of one account, in its currency: `limit` is what it may owe today.

    `lines`: effective lines; `received` and `given`: lent by and to others;
    `covered`: accepted security, to be capped at the exposure by who knows it.
    """

    limit: float = 0.0
    covered: float = 0.0
    lines: float = 0.0
    received: float = 0.0
    given: float = 0.0


def counted(grant: Grant) -> float:
    """Give the part of a line that counts: a secured one up to its securities.

    >>> counted(Grant("a", 100.0)), counted(Grant("a", 100.0, 60.0))
    (100.0, 60.0)
    >>> counted(Grant("a", 100.0, 150.0))
    100.0
    """
    return grant.amount if grant.secured is None else min(grant.amount, grant.secured)


def lent(guarantees: Iterable[Guarantee]) -> dict[Hashable, float]:
    """Give what each account lends in all (or gets, if that is what was put in).

    A pair counts once, with its largest amount, however many papers say it. Nothing
    is passed on: what a guarantor itself receives does not reach its debtors.

    >>> lent([Guarantee(1, "g", 50.0), Guarantee(1, "g", 80.0), Guarantee(1, "h", 5.0)])
    {1: 85.0}
    >>> lent([Guarantee(1, "g", 50.0), Guarantee(2, "g", 20.0)])
    {1: 50.0, 2: 20.0}
    """
    pairs: dict[tuple[Hashable, Hashable], float] = {}
    for account, other, amount in guarantees:
        pairs[account, other] = max(amount, pairs.get((account, other), 0.0))
    sums: dict[Hashable, float] = {}
    for (account, _other), amount in pairs.items():
        sums[account] = sums.get(account, 0.0) + amount
    return sums


def totals(grants: Iterable[Grant]) -> dict[Hashable, tuple[float, float]]:
    """Give {account: (what its lines add up to, of which secured)}.

    >>> totals([Grant("a", 100.0), Grant("a", 50.0, 30.0), Grant("b", 1.0)])
    {'a': (130.0, 30.0), 'b': (1.0, 0.0)}
    """
    sums: dict[Hashable, tuple[float, float]] = {}
    for grant in grants:
        lines, secured = sums.get(grant.account, (0.0, 0.0))
        part = counted(grant)
        sums[grant.account] = (
            lines + part,
            secured + (0.0 if grant.secured is None else part),
        )
    return sums


def limit_figures(
    lines: float,
    covered: float,
    received: float,
    given: float,
    rounding: Callable[[float], float],
) -> LimitFigures:
    """Put one account's figures together.

    What it lends to others it cannot use itself; it never owes credit.

    >>> limit_figures(100.0, 30.0, 50.0, 20.0, round)
    LimitFigures(limit=130, covered=30, lines=100, received=50, given=20)
    >>> limit_figures(100.0, 0.0, 0.0, 250.0, round).limit
    0.0
    """
    amounts = (max(lines + received - given, 0.0), covered, lines, received, given)
    return LimitFigures(*(rounding(amount) if amount else 0.0 for amount in amounts))
