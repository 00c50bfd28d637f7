"""Validity periods: both days are included, None is open."""

from datetime import date

import pytest
from crm_relationship_tools.periods import ALWAYS, Period, cover, intersection, peak
from hypothesis import given
from hypothesis import strategies as st

D1, D2, D3 = (date(2026, 3, day) for day in (1, 2, 3))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (ALWAYS, ALWAYS, ALWAYS),
        (Period(D1, D2), ALWAYS, Period(D1, D2)),
        (Period(D1, D2), Period(D2, D3), Period(D2, D2)),
        (Period(D1, D1), Period(D2, D3), None),
        (Period(None, D1), Period(D2, None), None),
        (Period(None, D2), Period(None, D1), Period(None, D1)),
        (Period(D1, None), Period(D2, None), Period(D2, None)),
    ],
)
def test_intersection(one, other, expected):
    assert intersection(one, other) == expected
    assert intersection(other, one) == expected


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([], 0),
        ([(ALWAYS, 100)], 100),
        ([(Period(None, D1), 60), (Period(D2, None), 60)], 60),
        ([(Period(None, D2), 60), (Period(D2, None), 60)], 120),
        ([(Period(D1, D1), 30), (Period(D1, D3), 30), (Period(D3, D3), 50)], 80),
        ([(Period(date.min, date.max), 1), (ALWAYS, 2)], 3),
    ],
)
def test_peak(amounts, expected):
    assert peak(amounts) == expected


@given(
    days=st.lists(st.dates(date(2026, 1, 1), date(2026, 3, 1))),
    at_most=st.integers(1, 5),
)
def test_a_cover_has_all_days_in_few_periods(days, at_most):
    found = cover(days, at_most)
    assert len(found) <= at_most
    assert all(any(since <= day <= until for since, until in found) for day in days)
    assert sorted(found) == found
    assert {day for period in found for day in period} <= set(days)
