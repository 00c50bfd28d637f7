"""What a heat map shows: the largest rows, and sums that lose nothing."""

from crm_analytics_tools.heat_map import OTHERS, heat_map
from hypothesis import given
from hypothesis import strategies as st

sums = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(0, 6)), st.integers(-50, 50)
)


def added(*rows):
    return sum(value or 0 for row in rows for value in row or ())


def test_nothing_sold():
    found = heat_map({}, 5, [1, 2])
    assert (found.rows, found.cells, found.others, found.hidden) == ([], [], None, 0)
    assert found.total == [None, None]


def test_without_columns():
    assert heat_map({}, 5).columns == []


def test_nothing_is_not_zero():
    found = heat_map({("a", 1): 0, ("b", 2): 4}, 5, [1, 2])
    assert found.rows == ["b", "a"]
    assert found.cells == [[None, 4], [0, None]]


def test_sold_and_credited_is_not_small():
    found = heat_map({("a", 1): 9, ("a", 2): -9, ("b", 1): 5}, 1, [1, 2])
    assert found.rows == ["a"]
    assert (found.others, found.hidden) == ([5, None], 1)


def test_columns_that_are_not_asked_for_are_left_out():
    assert heat_map({("a", 1): 9, ("b", 7): 3}, 5, [1]).rows == ["a"]


@given(sums, st.integers(1, 4), st.integers(1, 4))
def test_the_total_is_that_of_all(sums, top, top_columns):
    found = heat_map(sums, top, top_columns=top_columns)
    assert added(found.total) == sum(sums.values())
    assert added(*found.cells, found.others) == sum(sums.values())
    assert len(found.rows) <= top
    assert len(found.columns) <= top_columns + 1
    assert OTHERS not in found.columns[:-1]
    assert found.hidden == len({row for row, _column in sums}) - len(found.rows)
