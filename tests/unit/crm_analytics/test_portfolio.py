"""The matrix: cuts, other tables, nobody, and what lies in each part."""

from math import nan

import pytest
from crm_analytics_tools.portfolio import (
    Cuts,
    Quadrant,
    matrix,
    median_cuts,
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
