"""The matrix: cuts, other tables, nobody, and what lies in each part."""

from math import nan

import pytest
from crm_analytics_tools.portfolio import (
    Cuts,
    Quadrant,
    Scale,
    matrix,
    median_cuts,
    scale,
    strategies,
)
from hypothesis import given
from hypothesis import strategies as st

rows = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), max_size=20)


@pytest.mark.parametrize(
    ("potential", "value", "strategy"),
    [
        (5, 5, "invest"),  # on the cut is high
        (5, 4.99, "cultivate"),
        (4.99, 5, "restructure"),
        (4.99, 4.99, "let_go"),
        (-1, -1, "let_go"),
    ],
)
def test_four_strategies(potential, value, strategy):
    assert strategies([potential], [value], Cuts(5, 5)) == [strategy]


def test_another_table():
    table = dict.fromkeys(
        [(p, v) for p in (True, False) for v in (True, False)], "keep"
    )
    assert strategies([1, 9], [9, 1], Cuts(5, 5), table) == ["keep"] * 2


@given(rows)
def test_everybody_is_somewhere_and_sums_add_up(rows):
    potential, value = [r[0] for r in rows], [r[1] for r in rows]
    cuts = median_cuts(potential, value)
    found = matrix(potential, value, strategies(potential, value, cuts))
    assert len(found) == 4
    assert sum(part.customers for part in found) == len(rows)
    assert sum(part.value for part in found) == sum(value)
    assert sum(part.potential for part in found) == sum(potential)


def test_a_strategy_that_a_person_chose():
    found = matrix([1, 2], [3, 4], ["watch", "invest"])
    assert [part.strategy for part in found] == [
        *("invest", "cultivate", "restructure", "let_go", "watch")
    ]
    assert found[-1] == Quadrant("watch", 1, 1.0, 3.0)


def test_nobody_and_odd_input():
    assert strategies([], [], Cuts(0, 0)) == []
    assert [part.customers for part in matrix([], [], [])] == [0] * 4
    with pytest.raises(ValueError):
        strategies([1], [1, 2], Cuts(0, 0))
    with pytest.raises(ValueError):
        strategies([nan], [1], Cuts(0, 0))


def test_cuts_are_medians_of_what_is_above_nothing():
    assert median_cuts([0, 0, 0, 8], [-5, 1, 2, 3]) == Cuts(8.0, 2.0)
    nobody = median_cuts([0, -1], [0, 0])
    assert strategies([0, -1], [0, 0], nobody) == ["let_go"] * 2


@pytest.mark.parametrize(
    ("low", "middle", "high", "unit"),
    [
        (0, 5, 100, 0.0),  # 20 times the middle is not skewed yet
        (0, 5, 101, 0.5),
        (-101, 5, 6, 0.5),
        (None, None, None, 0.0),  # nobody
        (-3, None, 0, 0.0),
        (7, 7, 7, 0.0),
    ],
)
def test_skewed_amounts_have_a_logarithmic_axis(low, middle, high, unit):
    assert scale(low, middle, high) == Scale(low or 0, high or 0, unit)


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_an_axis_keeps_the_order(one, other):
    axis = Scale(-1e9, 1e9, 10)
    assert (one <= other) or axis.place(one) >= axis.place(other)
    assert axis.place(-one) == -axis.place(one)
