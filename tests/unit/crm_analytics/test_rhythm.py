"""A customer's own rhythm: who has one, when it should buy, how late it is."""

import numpy as np
import pytest
from crm_analytics_tools.rhythm import rhythm
from hypothesis import given
from hypothesis import strategies as st


def one(days, today, **options):
    found = rhythm([1] * len(days), days, today, **options)
    names = ("gap", "tolerance", "expected", "overdue", "late")
    return tuple(getattr(found, name).tolist()[0] for name in names)


@pytest.mark.parametrize(
    ("days", "today", "expected"),
    [
        # gaps 10 and 20: median 15; deviations 5: 1.4826 x 5; due on 30 + 15
        ([0, 10, 30], 45, (15, 7.413, 45, 1.0, False)),
        ([0, 10, 30], 52, (15, 7.413, 45, 22 / 15, False)),
        ([0, 10, 30], 53, (15, 7.413, 45, 23 / 15, True)),
        # every ten days: a quarter of the gap is tolerated
        ([0, 10, 20], 32, (10, 2.5, 30, 1.2, False)),
        ([0, 10, 20], 33, (10, 2.5, 30, 1.3, True)),
        # one long holiday moves nothing: gaps 10, 10, 100
        ([0, 10, 20, 120], 120, (10, 2.5, 130, 0.0, False)),
        # twice a day is once; unordered; after today does not count
        ([20, 0, 10, 10, 99], 20, (10, 2.5, 30, 0.0, False)),
        # two purchases, or one, are no rhythm
        ([0, 10], 99, (0, 0, 0, 0, False)),
        ([0], 99, (0, 0, 0, 0, False)),
        ([5, 5, 5], 99, (0, 0, 0, 0, False)),
    ],
)
def test_one_customer(days, today, expected):
    assert one(days, today) == pytest.approx(expected)


def test_what_makes_a_rhythm_can_be_chosen():
    assert one([0, 10], 21, min_purchases=2) == (10, 2.5, 20, 1.1, False)
    assert one([0, 10, 20], 31, min_tolerance=0.0)[-1] is True
    with pytest.raises(ValueError):
        rhythm([1], [1], 9, min_purchases=1)
    with pytest.raises(ValueError):
        rhythm([1], [1, 2], 9)


def test_nobody():
    for found in (rhythm([], [], 9), rhythm([1], [10], 9)):
        assert len(found.customers) == len(found.gap) == len(found.late) == 0


events = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 300)), max_size=50)


@given(events, st.integers(0, 400), st.randoms(use_true_random=False))
def test_the_median_of_each_customer_in_any_order(rows, today, random):
    found = rhythm([r[0] for r in rows], [r[1] for r in rows], today)
    for place, customer in enumerate(found.customers):
        days = sorted({day for who, day in rows if who == customer and day <= today})
        assert found.purchases[place] == len(days) and found.last[place] == days[-1]
        assert found.known[place] == (len(days) >= 3)
        if found.known[place]:
            assert found.gap[place] == np.median(np.diff(days))
    assert (found.overdue >= 0).all() and np.isfinite(found.expected).all()
    assert (found.overdue[found.late] > 1).all()
    random.shuffle(rows)
    again = rhythm([r[0] for r in rows], [r[1] for r in rows], today)
    assert (again.expected == found.expected).all()
