"""The customers behind a pair of products, against counting by hand."""

from itertools import combinations

import pytest
from crm_analytics_tools.basket_buyers import buyers
from hypothesis import given
from hypothesis import strategies as st


def test_a_customer_counts_once():
    """Two orders of one customer, one of another, and one without the pair."""
    orders, products = [0, 0, 1, 1, 2, 2, 3], [7, 9, 7, 9, 9, 7, 7]
    assert buyers(orders, products, [1, 1, 2, 3], [(7, 9)]) == {(7, 9): 2}


def test_no_rows_and_unknown_products():
    assert buyers([], [], [], [(7, 9)]) == {(7, 9): 0}
    assert buyers([0], [7], [1], [(7, 9), (8, 9)]) == {(7, 9): 0, (8, 9): 0}
    assert buyers([0], [7], [1], []) == {}


def test_columns_of_different_length():
    with pytest.raises(ValueError, match="length"):
        buyers([0, 1], [7], [1, 1], [(7, 9)])


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.lists(st.integers(1, 6), min_size=1)),
        max_size=25,
    )
)
def test_as_counted_by_hand(history):
    rows = [
        (place, item) for place, (_who, basket) in enumerate(history) for item in basket
    ]
    wanted = list(combinations(range(1, 7), 2))
    expected = {
        (one, other): len(
            {who for who, basket in history if one in basket and other in basket}
        )
        for one, other in wanted
    }
    found = buyers(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [who for who, _basket in history],
        wanted,
    )
    assert found == expected
