"""Replaying past orders against rules: what would have waited, until when.

A held order waits until the first day on which the rules would let it pass. What could
have changed by then are payments: later orders queue up behind it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from .checks import HOLD, WARN, Facts, RuleSpec, evaluate


class Moment(NamedTuple):
    """What was known at the beginning of a day, without what the order itself adds."""

    day: date
    exposure: float = 0.0
    overdue: float = 0.0
    oldest_overdue: int = 0
    average_days_late: float | None = None


class Replayed(NamedTuple):
    """Of one order: the outcome at its confirmation, and the day that cleared it."""

    outcome: str
    amount: float = 0.0
    days: int = 0
    cleared_on: date | None = None


class Summary(NamedTuple):
    """The figures on top of a dry run; `days` is the average over held orders."""

    orders: int = 0
    held: int = 0
    amount: float = 0.0
    still: int = 0
    days: float = 0.0
    warned: int = 0


def at(facts: Facts, moment: Moment) -> Facts:
    """Give the facts of an order as they were at another moment.

    >>> at(Facts(amount=5, exposure=9), Moment(date(2026, 5, 1), 7, 1, 3)).exposure
    7
    """
    return replace(
        facts,
        exposure=moment.exposure,
        overdue=moment.overdue,
        oldest_overdue=moment.oldest_overdue,
        average_days_late=moment.average_days_late,
    )


def cleared_on(
    facts: Facts, rules: Iterable[RuleSpec], moments: Iterable[Moment]
) -> date | None:
    """Give the first of these days on which the order is not held any more, if any.

    >>> facts = Facts(amount=200, to_add=200, limit=1000)
    >>> days = [Moment(date(2026, 5, 1), 900), Moment(date(2026, 5, 9), 700)]
    >>> cleared_on(facts, [RuleSpec("over_limit")], days)
    datetime.date(2026, 5, 9)
    """
    rules = list(rules)
    for moment in sorted(moments):
        if not evaluate(at(facts, moment), rules).held:
            return moment.day
    return None


def summary(orders: Iterable[Replayed]) -> Summary:
    """Add the orders up.

    >>> summary([Replayed("pass"), Replayed("hold", 50.0, 4), Replayed("warn", 9.0)])
    Summary(orders=3, held=1, amount=50.0, still=1, days=4.0, warned=1)
    """
    orders = list(orders)
    held = [order for order in orders if order.outcome == HOLD]
    return Summary(
        orders=len(orders),
        held=len(held),
        amount=sum(order.amount for order in held),
        still=sum(order.cleared_on is None for order in held),
        days=sum(order.days for order in held) / len(held) if held else 0.0,
        warned=sum(order.outcome == WARN for order in orders),
    )
