"""Whale curve, Pareto share and Gini, also where totals are zero or below."""

from math import nan

import numpy as np
import pytest
from crm_analytics_tools.concentration import (
    customers_for,
    gini,
    pareto_share,
    whale_curve,
)
from hypothesis import given
from hypothesis import strategies as st

values = st.lists(st.integers(-100, 100), max_size=40)


@pytest.mark.parametrize(
    ("profits", "total", "peak", "customers", "destroyed", "share"),
    [
        ([], 0, 0, 0, 0, None),
        ([0, 0], 0, 0, 0, 0, None),
        ([5], 5, 5, 1, 0, 0),
        ([-5, -5], -10, 0, 0, 10, None),
        ([10, -30, 20], 0, 30, 2, 30, 1),
        ([10, -90, 20], -60, 30, 2, 90, 3),
        ([3, 0, -1], 2, 3, 1, 1, 1 / 3),
    ],
)
def test_whale_curve(profits, total, peak, customers, destroyed, share):
    found = whale_curve(profits)
    assert (found.total, found.peak, found.peak_customers) == (total, peak, customers)
    assert (found.destroyed, found.share_destroyed) == (destroyed, share)


@given(values, st.randoms(use_true_random=False))
def test_whale_curve_rises_then_falls(profits, random):
    found = whale_curve(profits)
    steps = np.diff(found.cumulative, prepend=0)
    assert (steps[: found.peak_customers] > 0).all()
    assert (steps[found.peak_customers :] <= 0).all()
    assert found.total == sum(profits)
    assert found.peak == max([0, *found.cumulative])
    assert sorted(found.order) == list(range(len(profits)))
    random.shuffle(profits)
    assert (whale_curve(profits).cumulative == found.cumulative).all()


@given(values, st.integers(2, 60))
def test_points_to_draw(profits, most):
    found = whale_curve(profits)
    points = found.points(most)
    assert points[0] == (0, 0) and len(points) <= most + 2
    if profits:
        assert points[-1] == (1, found.total)
        assert max(profit for _share, profit in points) == found.peak
    assert points == sorted(points, key=lambda point: point[0])


@pytest.mark.parametrize(
    ("numbers", "share", "expected"),
    [
        ([], 0.2, None),
        ([0, 0], 0.2, None),
        ([5, -5], 0.2, None),
        ([5, -10], 0.2, None),
        ([7], 0.2, 1),
        ([3, 1], 0.2, 0.75),  # at least one customer
        ([1] * 9 + [11], 0.2, 0.6),  # two of ten: (11 + 1) / 20
        ([1] * 9 + [11], 0.29, 0.6),
        ([1] * 9 + [11], 0.3, 0.65),  # three, though 0.3 x 10 as floats may be less
        ([8, 4, -2], 0.34, 0.8),
        ([8, 4, -2], 1, 1),
    ],
)
def test_pareto_share(numbers, share, expected):
    assert pareto_share(numbers, share) == expected


@pytest.mark.parametrize(
    ("numbers", "share", "expected"),
    [
        ([], 0.8, None),
        ([-1], 0.8, None),
        ([80, 20], 0.8, 1),
        ([79, 21], 0.8, 2),
        ([0.1] * 10, 0.8, 8),
        ([100, -50], 0.8, 1),
    ],
)
def test_customers_for(numbers, share, expected):
    assert customers_for(numbers, share) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], None),
        ([0], None),
        ([-3], None),
        ([4], 0),
        ([2, 2, 2], 0),
        ([0, 1], 0.5),
        # 2 (1 + 2 x 3) / (2 x 4) - 3/2
        ([3, 1], 0.25),
        ([-9, 1], 0.5),
    ],
)
def test_gini(numbers, expected):
    assert gini(numbers) == (None if expected is None else pytest.approx(expected))


@given(values, st.randoms(use_true_random=False))
def test_shares_in_any_order(numbers, random):
    found = gini(numbers), pareto_share(numbers), customers_for(numbers)
    assert found[0] is None or 0 <= found[0] <= 1
    if found[1] is not None:
        assert found[1] > 0 and 1 <= found[2] <= len(numbers)
        assert found[1] <= 1 or min(numbers) < 0
    random.shuffle(numbers)
    assert (gini(numbers), pareto_share(numbers), customers_for(numbers)) == found


def test_odd_input_is_refused():
    for call in (whale_curve, pareto_share, customers_for, gini):
        with pytest.raises(ValueError):
            call([nan])
    with pytest.raises(ValueError):
        pareto_share([1], 1.1)
