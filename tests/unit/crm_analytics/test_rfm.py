"""Scores and segments: ties, borders, few customers, odd amounts."""

from math import nan

import numpy as np
import pytest
from crm_analytics_tools import rfm
from crm_analytics_tools.rfm import SEGMENTS, Cuts, Segment
from hypothesis import given
from hypothesis import strategies as st

values = st.lists(st.integers(-5, 40), max_size=60)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([0], [3]),
        ([-7, -7], [3, 3]),
        # middles at 1/4 and 3/4 of the ranks
        ([1, 2], [2, 4]),
        # at 1/6, 1/2 and 5/6
        ([3, 1, 2], [5, 1, 3]),
        (range(10), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
        # three quarters bought once: middle at 3/8; one quarter twice: at 7/8
        ([1, 1, 1, 2], [2, 2, 2, 5]),
        # the middle of the 2s is at 4/20, exactly on the border: the upper score
        ([1, 2, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 2, 2, 3, 3, 4, 4, 5, 5]),
        ([-1e300, 0, 1e300], [1, 3, 5]),
    ],
)
def test_quantile_scores(numbers, expected):
    assert rfm.quantile_scores(numbers).tolist() == expected


@given(values, st.integers(1, 10), st.randoms(use_true_random=False))
def test_scores_follow_the_values_in_any_order(numbers, bins, random):
    found = rfm.quantile_scores(numbers, bins).tolist()
    pairs = sorted(zip(numbers, found, strict=True))
    assert all(1 <= score <= bins for score in found)
    assert [score for _n, score in pairs] == sorted(found)
    assert len(set(pairs)) == len(set(numbers))  # equal values, equal scores
    random.shuffle(numbers)
    again = rfm.quantile_scores(numbers, bins).tolist()
    assert sorted(zip(numbers, again, strict=True)) == pairs


@given(st.permutations(range(50)))
def test_different_values_are_fifths(numbers):
    assert np.bincount(rfm.quantile_scores(numbers)).tolist() == [0] + [10] * 5


@pytest.mark.parametrize(
    ("numbers", "cuts", "expected"),
    [
        ([], [1], []),
        ([0, 1, 2], [], [1, 1, 1]),
        ([0.99, 1, 1.01], [1], [1, 2, 2]),
        ([-5, 5], [-4, 0, 4, 5], [1, 5]),
    ],
)
def test_threshold_scores(numbers, cuts, expected):
    assert rfm.threshold_scores(numbers, cuts).tolist() == expected


def test_thresholds_instead_of_fifths():
    cuts = Cuts(recency=(365, 180, 90, 30), monetary=(0, 100, 1000, 10_000))
    r, f, m = rfm.scores([0, 30, 31, 365, 366], [1] * 5, [-1, 0, 99, 100, 1e9], cuts)
    assert r.tolist() == [5, 5, 4, 2, 1]
    assert f.tolist() == [3] * 5
    assert m.tolist() == [1, 2, 2, 3, 5]


@pytest.mark.parametrize(
    "call",
    [
        lambda: rfm.quantile_scores([nan]),
        lambda: rfm.quantile_scores([1], 0),
        lambda: rfm.threshold_scores([1], [2, 2]),
        lambda: rfm.scores([1], [1], [1], Cuts(recency=(30, 90))),
        lambda: rfm.scores([1], [1, 2], [1]),
        lambda: rfm.segments([1], [1, 2], [1]),
    ],
)
def test_odd_input_is_refused(call):
    with pytest.raises(ValueError):
        call()


# R down, FM across, as the table in the module says
GRID = {
    5: "new potential_loyalists potential_loyalists champions champions",
    4: "promising potential_loyalists potential_loyalists loyal loyal",
    3: "about_to_sleep about_to_sleep need_attention loyal loyal",
    2: "hibernating hibernating at_risk at_risk cant_lose",
    1: "lost hibernating at_risk at_risk cant_lose",
}


@pytest.mark.parametrize("r", GRID)
def test_every_score_has_its_segment(r):
    found = rfm.segments([r] * 5, range(1, 6), range(1, 6))
    assert [SEGMENTS[place].name for place in found] == GRID[r].split()


@pytest.mark.parametrize(
    ("f", "m", "both"), [(1, 1, 1), (1, 2, 2), (2, 1, 2), (1, 5, 3), (4, 5, 5)]
)
def test_halves_are_rounded_up(f, m, both):
    table = [Segment(str(n), (1, 5), (n, n)) for n in range(1, 6)]
    assert rfm.segments([3], [f], [m], table).tolist() == [both - 1]


def test_the_first_segment_that_fits_is_taken_and_none_is_minus_one():
    table = [Segment("a", (5, 5), (1, 5)), Segment("b", (4, 5), (1, 5))]
    assert rfm.segments([5, 4, 3], [1] * 3, [1] * 3, table).tolist() == [0, 1, -1]
    assert rfm.segments([], [], []).tolist() == []
