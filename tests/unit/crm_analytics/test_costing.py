"""No cent is lost: sharing out, pools nobody caused, profit and loss."""

from decimal import Decimal
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from crm_analytics_tools.costing import (
    Pool,
    Trade,
    allocate,
    allocate_by_volume,
    capital_cost,
    largest_remainder,
    profit_and_loss,
)
from hypothesis import given
from hypothesis import strategies as st

weights = st.lists(
    st.integers(0, 10**6) | st.floats(0, 1e9, allow_subnormal=False),
    min_size=1,
    max_size=30,
).filter(any)


@pytest.mark.parametrize(
    ("units", "parts", "expected"),
    [
        (0, [1, 1], [0, 0]),
        (1, [1, 1], [1, 0]),
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        # 7/10, 21/10, 42/10: the first has the largest remainder
        (7, [1, 3, 6], [1, 2, 4]),
        (7, [6, 3, 1], [4, 2, 1]),
        (-7, [1, 3, 6], [-1, -2, -4]),
        (5, [0, 3, 0], [0, 5, 0]),
        (5, [0, 0], None),
        (5, [], None),
    ],
)
def test_largest_remainder(units, parts, expected):
    found = largest_remainder(units, parts)
    assert (None if found is None else found.tolist()) == expected


@given(st.integers(-(10**11), 10**11), weights)
def test_parts_add_up_and_are_near_their_share(units, parts):
    found = largest_remainder(units, parts).tolist()
    assert sum(found) == units
    whole = sum(map(Fraction, parts))
    for got, weight in zip(found, parts, strict=True):
        assert abs(got - units * Fraction(weight) / whole) < 1.001
        assert weight or not got


@given(st.integers(0, 10**6), weights, st.randoms(use_true_random=False))
def test_more_weight_never_gets_less_and_order_does_not_matter(units, parts, random):
    found = largest_remainder(units, parts).tolist()
    both = sorted(zip(parts, found, strict=True))
    assert [got for _weight, got in both] == sorted(found)
    random.shuffle(parts)
    assert sorted(largest_remainder(units, parts).tolist()) == sorted(found)


@pytest.mark.parametrize("parts", [[-1, 2], [nan], [inf, 1], [[1]]])
def test_odd_weights_are_refused(parts):
    with pytest.raises(ValueError):
        largest_remainder(5, parts)


def test_weights_whose_sum_is_infinite():
    assert largest_remainder(4, [1e308, 1e308, 1e308, 1e308]).tolist() == [1] * 4


POOLS = [
    Pool("visits", 1000, "visits"),
    Pool("picking", Decimal("99.99"), "lines"),
    Pool("energy", 12.345, "machine"),
    Pool("rebate", -10, "lines"),
    Pool("fairs", 77, "no such driver"),
]
QUANTITIES = {"visits": [3, 0, 1], "lines": [10, 10, 10], "machine": [0, 0, 0]}


def test_pools_by_their_drivers():
    found = allocate(POOLS, QUANTITIES)
    assert {key: part.tolist() for key, part in found.parts.items()} == {
        "visits": [750, 0, 250],
        "picking": [33.33, 33.33, 33.33],
        "energy": [0, 0, 0],
        "rebate": [-3.34, -3.33, -3.33],
        "fairs": [0, 0, 0],
    }
    assert found.unallocated == {"energy": 12.35, "fairs": 77}  # half a cent goes up
    assert found.rates["visits"] == 250 and found.rates["fairs"] is None
    assert found.total().tolist() == [779.99, 30.0, 280.0]


def test_the_same_pools_by_volume():
    found = allocate_by_volume(POOLS[:1], [600, 400, -50])
    assert found.parts["visits"].tolist() == [600, 400, 0]
    assert allocate_by_volume(POOLS[:1], [0, -5]).unallocated == {"visits": 1000}


@pytest.mark.parametrize(
    ("rounding", "expected"), [("1", [34, 33, 33]), ("0.05", [33.35, 33.35, 33.3])]
)
def test_other_currencies(rounding, expected):
    found = allocate([Pool("a", 100, "d")], {"d": [1, 1, 1]}, Decimal(rounding))
    assert found.parts["a"].tolist() == expected


def test_nobody_and_no_pools():
    nobody = allocate(POOLS, {"visits": [], "lines": [], "machine": []})
    assert sum(nobody.unallocated.values()) == pytest.approx(1179.34)
    assert nobody.total().tolist() == []
    assert allocate([], {"visits": [1, 2]}).total().tolist() == [0, 0]
    with pytest.raises(ValueError):
        allocate(POOLS, {"visits": [1], "lines": [1, 2]})


cents = st.integers(-(10**9), 10**9).map(lambda n: Decimal(n) / 100)


@given(st.lists(cents, max_size=4), st.data())
def test_all_pools_add_up_to_the_cent(amounts, data):
    column = st.lists(st.integers(0, 99), min_size=3, max_size=3)
    pools = [Pool(n, amount, n) for n, amount in enumerate(amounts)]
    found = allocate(pools, {n: data.draw(column) for n in range(4)})
    for pool in pools:
        given_out = sum(round(part * 100) for part in found.parts[pool.key].tolist())
        left = round(found.unallocated.get(pool.key, 0) * 100)
        assert given_out + left == pool.amount * 100


def rows(trade, pools=(), **options):
    size = len(trade.revenue)
    found = profit_and_loss(trade, allocate(pools, {"d": [1] * size}), **options)
    return {row.pool or row.key: row.amounts.tolist() for row in found}


def test_profit_and_loss():
    trade = Trade([100, 0], [10, 0], [120, 0], [5, 8], [2.5, 0], [730, -99])
    found = rows(trade, [Pool("visits", 3, "d")], capital_rate=0.1, days=5)
    assert found == {
        "revenue": [100, 0],
        "discount": [-10, 0],
        "returns": [-5, -8],
        "net": [85, -8],
        "goods": [-120, 0],
        "freight": [-2.5, 0],
        "margin": [-37.5, -8],
        "visits": [-1.5, -1.5],
        "capital": [-1, 0],  # 730 x 0.1 x 5 / 365
        "profit": [-40, -9.5],
    }


money = st.integers(-(10**7), 10**7).map(lambda n: n / 100)


@given(st.lists(st.tuples(*[money] * 6), max_size=5), cents)
def test_lines_add_up_to_the_cent(customers, amount):
    trade = Trade(*([row[i] for row in customers] for i in range(6)))
    allocation = allocate([Pool("p", amount, "d")], {"d": [1] * len(customers)})
    found = profit_and_loss(trade, allocation, capital_rate=0.05, days=90)
    lines = [row for row in found if not row.is_sum]
    for place in range(len(customers)):
        total = sum(round(row.amounts[place] * 100) for row in lines)
        assert round(found[-1].amounts[place] * 100) == total


def test_capital_cost_of_nobody_and_of_no_time():
    assert capital_cost([], 0.1, 30).tolist() == []
    assert capital_cost([1000.0], 0.1, 0).tolist() == [0]
    assert not np.signbit(capital_cost([-5.0], 0.1, 30)).any()
