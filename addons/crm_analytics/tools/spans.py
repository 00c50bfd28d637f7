"""Spans of days: how many months they have, and which of them fill a longer one."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Hashable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple


class Span(NamedTuple):
    """A span of days, both ends included.

    :ivar key: what it is called
    :ivar start: its first day
    :ivar end: its last day
    """

    key: Hashable
    start: date
    end: date


def months(start: date, end: date) -> Fraction:
    """How many months lie between two days, both included.

    A day is a part of its own month: 14 days are half of a February.

    >>> months(date(2025, 1, 1), date(2025, 12, 31))
    Fraction(12, 1)
    >>> months(date(2025, 1, 31), date(2025, 2, 14))
    Fraction(33, 62)
    >>> months(date(2025, 2, 1), date(2025, 1, 31))
    Fraction(0, 1)
    """
    found = Fraction(0)
    while start <= end:
        length = monthrange(start.year, start.month)[1]
        last = min(start.replace(day=length), end)
        found += Fraction((last - start).days + 1, length)
        start = last + timedelta(days=1)
    return found


def filling(spans: Iterable[Span], start: date, end: date) -> list[Hashable] | None:
    """The keys of spans that fill these days without a gap or an overlap, latest first.

    Where more than one would do, the one that comes first in `spans` is taken.

    :return: None if there are no such spans

    >>> half = [Span(1, date(2025, 1, 1), date(2025, 6, 30))]
    >>> whole = [*half, Span(2, date(2025, 7, 1), date(2025, 12, 31))]
    >>> filling(whole, date(2025, 1, 1), date(2025, 12, 31))
    [2, 1]
    >>> print(filling(half, date(2025, 1, 1), date(2025, 12, 31)))
    None
    """
    begun: dict[date, list[Hashable]] = {}
    inside = [span for span in spans if start <= span.start <= span.end <= end]
    reached: dict[date, list[Hashable]] = {end: []}
    for span in sorted(inside, key=lambda span: span.end, reverse=True):
        so_far = reached.get(span.end)
        before = span.start - timedelta(days=1)
        if so_far is not None and before not in reached:
            reached[before] = begun[span.start] = [*so_far, span.key]
    return begun.get(start)
