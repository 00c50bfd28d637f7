"""Validity periods: two dates, both included; None is open."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple


class Period(NamedTuple):
    """From the first to the last valid day; None leaves that side open."""

    since: date | None = None
    until: date | None = None


ALWAYS = Period()


def intersection(one: Period, other: Period) -> Period | None:
    """Give the days that both periods have in common, or None.

    >>> intersection(Period(None, date(2026, 5, 1)), Period(date(2026, 5, 1)))
    Period(since=datetime.date(2026, 5, 1), until=datetime.date(2026, 5, 1))
    >>> intersection(Period(None, date(2026, 5, 1)), Period(date(2026, 5, 2)))
    """
    since = max((p.since for p in (one, other) if p.since), default=None)
    until = min((p.until for p in (one, other) if p.until), default=None)
    if since and until and since > until:
        return None
    return Period(since, until)


def peak(amounts: Iterable[tuple[Period, float]]) -> float:
    """Give the largest sum of positive amounts that are valid on the same day.

    >>> year = Period(date(2026, 1, 1), date(2026, 12, 31))
    >>> peak([(year, 60), (Period(date(2027, 1, 1)), 50), (ALWAYS, 10)])
    70
    """
    changes = []
    for period, amount in amounts:
        changes.append((period.since or date.min, amount))
        if period.until and period.until < date.max:
            changes.append((period.until + timedelta(days=1), -amount))
    total = highest = 0
    for _day, change in sorted(changes):
        total += change
        highest = max(highest, total)
    return highest


def cover(days: Iterable[date], at_most: int) -> list[Period]:
    """Give so many periods at most that have all the days, and few others.

    >>> cover([date(2026, 5, 2), date(2026, 5, 1), date(2026, 8, 1)], 2)[0]
    Period(since=datetime.date(2026, 5, 1), until=datetime.date(2026, 5, 2))
    >>> [tuple(map(str, period)) for period in cover([date.min, date.max], 1)]
    [('0001-01-01', '9999-12-31')]
    """
    days = sorted(set(days))
    gaps = sorted(
        (after - before, place)
        for place, (before, after) in enumerate(pairwise(days), 1)
        if (after - before).days > 1
    )
    kept = sorted(place for _gap, place in gaps[max(len(gaps) - at_most + 1, 0) :])
    bounds = [0, *kept, len(days)]
    return [Period(days[i], days[j - 1]) for i, j in pairwise(bounds) if i < j]
