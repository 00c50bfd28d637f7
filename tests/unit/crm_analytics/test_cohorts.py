"""The retention grid by hand, its bounds, and odd revenue."""

from math import isfinite

import pytest
from crm_analytics_tools import cohorts
from hypothesis import given
from hypothesis import strategies as st

# customer, first period, period, revenue
ROWS = [
    *[(1, 0, 0, 60.0), (1, 0, 0, 40.0), (1, 0, 2, 150.0)],
    *[(2, 0, 0, 100.0), (2, 0, 1, 30.0), (2, 0, 2, -10.0)],
    *[(3, 1, 1, 50.0)],
]


def grid(rows, **options):
    return cohorts.grid(*([row[i] for row in rows] for i in range(4)), **options)


def test_by_hand():
    found = [
        (c.cohort, c.age, c.size, c.customers, c.revenue, c.net, c.gross)
        for c in grid(ROWS)
    ]
    assert found == [
        (0, 0, 2, 2, 200, 1.0, 1.0),
        (0, 1, 2, 1, 30, 0.15, 0.15),
        # net (150 - 10) / 200; gross: 1 counts with its first 100, 2 with nothing
        (0, 2, 2, 2, 140, 0.7, 0.5),
        (1, 0, 1, 1, 50, 1.0, 1.0),
        (1, 1, 1, 0, 0, 0.0, 0.0),
    ]
    assert [cell.retention for cell in grid(ROWS)] == [1, 0.5, 1, 1, 0]


@pytest.mark.parametrize(
    ("rows", "net", "gross"),
    [
        ([(1, 0, 0, 0.0), (1, 0, 1, 5.0)], [None, None], [None, None]),
        ([(1, 0, 0, -5.0), (1, 0, 1, 5.0)], [None, None], [None, None]),
        # -5 + 10 at first: net of 5, gross of the 10 only
        ([(1, 0, 0, -5.0), (2, 0, 0, 10.0), (1, 0, 1, 9.0)], [1, 1.8], [1, 0]),
        ([(1, 0, 1, 9.0)], [None, None], [None, None]),  # nothing in its first period
    ],
)
def test_revenue_that_nothing_can_be_a_share_of(rows, net, gross):
    assert [cell.net for cell in grid(rows)] == net
    assert [cell.gross for cell in grid(rows)] == gross


def test_periods_without_purchase_are_shown_up_to_the_last():
    found = grid([(1, 7, 7, 5.0)], last=9)
    assert [(cell.age, cell.customers) for cell in found] == [(0, 1), (1, 0), (2, 0)]
    assert [cell.age for cell in grid(ROWS, last=1)] == [0, 1, 0]
    assert grid([]) == []


@pytest.mark.parametrize(
    "rows", [[(1, 1, 0, 5.0)], [(1, 0, 1, 5.0), (1, 1, 1, 5.0)], [(1, 0, 0, 1e999)]]
)
def test_odd_rows_are_refused(rows):
    with pytest.raises(ValueError):
        grid(rows)


rows = st.lists(
    st.tuples(st.integers(1, 8), st.integers(0, 5), st.integers(-50, 99)), max_size=40
).map(lambda found: [(i, i % 3, i % 3 + age, float(v)) for i, age, v in found])


@given(rows, st.randoms(use_true_random=False))
def test_cells_add_up_and_stay_within_their_bounds(rows, random):
    found = grid(rows)
    assert sum(c.revenue for c in found) == pytest.approx(sum(r[3] for r in rows))
    assert sum(c.customers for c in found) == len({(r[0], r[2]) for r in rows})
    assert sum(c.size for c in found if not c.age) == len({r[0] for r in rows})
    for cell in found:
        assert 0 <= cell.retention <= 1
        assert cell.gross is None or 0 <= cell.gross <= 1
        assert cell.net is None or isfinite(cell.net)
    random.shuffle(rows)
    assert grid(rows) == found
