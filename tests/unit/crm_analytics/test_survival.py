"""Kaplan-Meier against a published example, with ties and without losses."""

from math import nan, sqrt

import numpy as np
import pytest
from crm_analytics_tools.survival import kaplan_meier
from hypothesis import given
from hypothesis import strategies as st

# remission in weeks under 6-MP (Freireich et al. 1963); + is still in remission
WEEKS = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split()


def test_published_example():
    found = kaplan_meier(
        [float(week.rstrip("+")) for week in WEEKS], ["+" not in week for week in WEEKS]
    )
    assert found.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert found.lost.tolist() == [3, 1, 1, 1, 1, 1, 1]
    expected = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert found.survival.round(3).tolist() == expected
    errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert np.sqrt(found.variance).round(4).tolist() == errors
    assert found.median == 23


@pytest.mark.parametrize(
    ("durations", "observed", "survival", "median"),
    [
        ([], [], [], None),
        ([5], [True], [0], 5),
        ([5], [False], [], None),
        ([1, 2, 3], [False] * 3, [], None),  # all are still there
        ([4, 4, 4, 4], [True] * 4, [0], 4),
        ([4, 4, 4, 4], [True, True, False, False], [0.5], 4),
        # lost at 2 of two still seen at 2, though one of them is seen no longer
        ([1, 2, 2], [False, True, False], [0.5], 2),
        ([1, 2], [True, False], [0.5], 1),
        ([0, 9], [True, True], [0.5, 0], 0),
    ],
)
def test_ties_and_the_unobserved(durations, observed, survival, median):
    found = kaplan_meier(durations, observed)
    assert found.survival.tolist() == survival
    assert found.median == median
    assert found.customers == len(durations)
    assert np.isfinite(found.variance).all()


@pytest.mark.parametrize(
    ("time", "share"), [(-1, 1), (0.9, 1), (1, 0.5), (1.5, 0.5), (2, 0), (99, 0)]
)
def test_share_at_a_time(time, share):
    assert kaplan_meier([1, 2], [True, True]).at(time) == share


rows = st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=40)


@given(rows, st.randoms(use_true_random=False))
def test_survival_only_falls_and_is_a_share_when_all_is_seen(rows, random):
    found = kaplan_meier([r[0] for r in rows], [r[1] for r in rows])
    steps = [1.0, *found.survival.tolist()]
    assert steps == sorted(steps, reverse=True) and steps[-1] >= 0
    assert found.lost.sum() == sum(r[1] for r in rows)
    random.shuffle(rows)
    again = kaplan_meier([r[0] for r in rows], [r[1] for r in rows])
    assert (again.survival == found.survival).all() and again.median == found.median


@given(st.lists(st.integers(0, 20), min_size=1, max_size=40))
def test_without_censoring_it_is_the_plain_share(durations):
    found = kaplan_meier(durations, [True] * len(durations))
    size = len(durations)
    for time, share, variance in zip(
        found.times, found.survival, found.variance, strict=True
    ):
        plain = sum(d > time for d in durations) / size
        assert share == pytest.approx(plain, abs=1e-12)
        assert sqrt(variance) == pytest.approx(
            sqrt(plain * (1 - plain) / size), abs=1e-9
        )


@pytest.mark.parametrize(
    ("durations", "observed"), [([1], []), ([-1], [True]), ([nan], [True])]
)
def test_odd_input_is_refused(durations, observed):
    with pytest.raises(ValueError):
        kaplan_meier(durations, observed)
