"""Buyers and retention, against counting customer by customer."""

import pytest
from crm_analytics_tools import rolling
from hypothesis import given, settings
from hypothesis import strategies as st

SIZE = 30
MONTHS = st.sets(st.integers(0, SIZE - 1))


@settings(deadline=None)
@given(st.lists(MONTHS))
def test_the_same_as_counting_each_customer(customers):
    found = rolling.rolling(
        [sum(1 << month for month in bought) for bought in customers],
        [1] * len(customers),
        SIZE,
    )
    for last, row in zip(range(23, SIZE), found, strict=True):
        now = set(range(last - 11, last + 1))
        before = set(range(last - 23, last - 11))
        assert row.buyers == sum(bool(bought & now) for bought in customers)
        assert row.base == sum(bool(bought & before) for bought in customers)
        assert row.retained == sum(
            bool(bought & now and bought & before) for bought in customers
        )


def test_too_many_months_are_refused():
    with pytest.raises(ValueError, match="62"):
        rolling.rolling([], [], 63)
