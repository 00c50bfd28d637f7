"""Months of any length, and spans that fill a longer one."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from crm_analytics_tools.spans import Span, filling, months
from hypothesis import given
from hypothesis import strategies as st

YEAR = (date(2025, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2024, 2, 29), date(2024, 2, 29), Fraction(1, 29)),
        (date(2024, 2, 1), date(2024, 2, 29), 1),
        (date(2023, 11, 1), date(2025, 10, 31), 24),
        (date(2025, 1, 2), date(2025, 1, 1), 0),
    ],
)
def test_months(start, end, expected):
    assert months(start, end) == expected


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_months_add_up_day_by_day(start, days):
    end = start + timedelta(days=days)
    single = (start + timedelta(days=n) for n in range(days + 1))
    assert months(start, end) == sum(months(day, day) for day in single)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], None),
        ([("year", *YEAR)], ["year"]),
        ([("later", date(2025, 2, 1), YEAR[1])], None),
        ([("too long", date(2024, 12, 31), YEAR[1])], None),
        ([("new", *YEAR), ("old", *YEAR)], ["new"]),
        # December alone would do as an end, but nothing reaches from it to January
        ([("december", date(2025, 12, 1), YEAR[1]), ("year", *YEAR)], ["year"]),
        (
            [
                ("first", YEAR[0], date(2025, 3, 31)),
                ("overlaps", date(2025, 3, 31), YEAR[1]),
            ],
            None,
        ),
    ],
)
def test_filling(spans, expected):
    assert filling([Span(*span) for span in spans], *YEAR) == expected
