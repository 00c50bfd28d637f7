"""Events become histories: merging, order, odd amounts, nothing at all."""

from math import nan

import numpy as np
import pytest
from crm_analytics_tools.summaries import count_between, histories, purchases
from hypothesis import given
from hypothesis import strategies as st

events = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 60), st.integers(-500, 9000)),
    max_size=40,
)


def columns(rows):
    return [[row[i] for row in rows] for i in range(3)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # customer, frequency, recency, age, value, total; in days, today is day 30
        ([], []),
        ([(1, 30, 5)], [(1, 0, 0, 0, 0, 5)]),
        ([(1, 31, 5)], []),
        ([(1, 10, 5), (1, 10, 7)], [(1, 0, 0, 20, 0, 12)]),
        # the first purchase does not count in the mean: (20 + 40) / 2
        ([(1, 10, 5), (1, 12, 20), (1, 17, 40)], [(1, 2, 7, 20, 30, 65)]),
        ([(1, 12, 20), (1, 10, 5), (1, 31, 99)], [(1, 1, 2, 20, 20, 25)]),
        ([(1, 10, 5), (1, 12, -20)], [(1, 1, 2, 20, -20, -15)]),
        ([(1, 10, 0), (1, 12, 0)], [(1, 1, 2, 20, 0, 0)]),
        ([(9, 4, 1), (-3, 5, 2)], [(-3, 0, 0, 25, 0, 2), (9, 0, 0, 26, 0, 1)]),
    ],
)
def test_histories(rows, expected):
    found = histories(*columns(rows), end=30, unit=1)
    fields = ("customers", "frequency", "recency", "age", "value", "total")
    rows = zip(*(getattr(found, name).tolist() for name in fields), strict=True)
    assert list(rows) == expected


@given(events, st.randoms(use_true_random=False))
def test_histories_add_up_in_any_order(rows, random):
    found = histories(*columns(rows), end=40)
    seen = [row for row in rows if row[1] <= 40]
    assert found.total.sum() == pytest.approx(sum(row[2] for row in seen))
    days = {row[:2] for row in seen}
    assert found.frequency.sum() + len(found.customers) == len(days)
    assert (found.recency <= found.age).all()
    assert ((found.recency > 0) == (found.frequency > 0)).all()
    again = found.value * found.frequency
    assert np.isfinite(again).all()
    random.shuffle(rows)
    other = histories(*columns(rows), end=40)
    for name in ("customers", "frequency", "recency", "age"):
        assert (getattr(found, name) == getattr(other, name)).all()
    np.testing.assert_allclose(found.value, other.value)


@given(events, st.integers(0, 60), st.integers(0, 60))
def test_what_comes_later_is_counted_once(rows, after, until):
    who, days, _amounts = columns(rows)
    found = count_between(range(7), who, days, after, until)
    kept = {row[:2] for row in rows if after < row[1] <= until}
    assert found.tolist() == [sum(row[0] == i for row in kept) for i in range(7)]


def test_the_unit_divides():
    weeks, days = (histories([1, 1], [0, 14], [1, 1], 21, unit) for unit in (7, 1))
    assert (weeks.recency * 7 == days.recency).all() and weeks.age.tolist() == [3]


@pytest.mark.parametrize(
    "change",
    [{"amounts": [1.0]}, {"days": [1]}, {"unit": 0}, {"amounts": [nan, 1.0]}],
)
def test_odd_input_is_refused(change):
    given_ = {"customers": [1, 1], "days": [1, 2], "amounts": [1.0, 2.0], "end": 9}
    with pytest.raises(ValueError):
        histories(**given_ | change)


def test_purchases_of_nobody():
    assert [len(column) for column in purchases([], [], [])] == [0, 0, 0]
    assert count_between([], [], [], 0, 9).tolist() == []
