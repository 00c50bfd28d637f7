"""The shifted beta-geometric model: the published example, and what must hold."""

import numpy as np
import pytest
from crm_analytics_tools import renewal
from hypothesis import given
from hypothesis import strategies as st

# Fader & Hardie (2007): of 1,000 customers, those who are still there each year. The
# model is fitted to the first seven, and forecasts the next five.
HIGH_END = [869, 743, 653, 593, 551, 517, 491]
REGULAR = [631, 468, 382, 326, 289, 262, 241]


def _customers(survivors, start=1000):
    """Renewals of each customer, and whether it stopped."""
    renewals, lost, before = [], [], start
    for number, left in enumerate(survivors):
        renewals += [number] * (before - left)
        lost += [True] * (before - left)
        before = left
    return renewals + [len(survivors)] * before, lost + [False] * before


@pytest.mark.parametrize(
    ("survivors", "alpha", "beta", "log_likelihood"),
    [(HIGH_END, 0.668, 3.806, -1611.2), (REGULAR, 0.704, 1.182, -1680.3)],
)
def test_published_estimates(survivors, alpha, beta, log_likelihood):
    found = renewal.fit(*_customers(survivors))
    assert not found.reason
    assert round(found.model.alpha, 3) == alpha
    assert round(found.model.beta, 3) == beta
    assert round(found.log_likelihood, 1) == log_likelihood


def test_the_forecast_is_close_to_what_happened():
    model = renewal.fit(*_customers(REGULAR)).model
    later = renewal.survival(model, range(8, 13))
    assert later == pytest.approx([0.223, 0.207, 0.194, 0.183, 0.173], abs=0.004)


def test_the_table_leaves_out_who_may_still_come():
    table = renewal.life_table(*_customers([90, 80], start=100))
    assert [tuple(row) for row in table] == [(0, 100, 10), (1, 90, 10)]
    assert renewal.life_table([], []) == []


@pytest.mark.parametrize(
    ("renewals", "lost", "reason"),
    [
        ([], [], renewal.EMPTY),
        ([0, 3], [True, False], renewal.FEW),
        ([4] * 50, [False] * 50, renewal.NONE_LOST),
        ([4] * 50, [True] * 50, renewal.ALL_LOST),
    ],
)
def test_too_little_to_learn_from(renewals, lost, reason):
    found = renewal.fit(renewals, lost)
    assert (found.model, found.reason) == (None, reason)


def test_customers_who_are_all_alike_have_one_chance():
    survivors = [round(100_000 * 0.8**n) for n in range(1, 9)]
    found = renewal.fit(*_customers(survivors, start=100_000))
    chances = renewal.hazard(found.model, [0, 7])
    assert not found.reason
    assert chances == pytest.approx([0.2, 0.2], abs=0.002)


@pytest.mark.parametrize(
    ("renewals", "lost"), [([1, 2], [True]), ([-1], [True]), ([float("nan")], [True])]
)
def test_impossible_customers(renewals, lost):
    with pytest.raises(ValueError):
        renewal.fit(renewals, lost)


@given(st.floats(0.1, 20), st.floats(0.1, 20), st.integers(0, 60))
def test_survival_is_the_product_of_not_stopping(alpha, beta, count):
    model = renewal.Model(alpha, beta)
    stays = 1 - renewal.hazard(model, range(count))
    assert renewal.survival(model, [count])[0] == pytest.approx(np.prod(stays))
    assert (np.diff(stays) >= 0).all()  # who has stayed longer is less likely to stop


@pytest.mark.parametrize("seed", range(12))
def test_a_hazard_that_does_not_fall_is_found_too(seed):
    """The likelihood is flat there, and the search must still come to an end."""
    dice = np.random.default_rng(seed)
    stops = dice.geometric(0.05, 500) - 1
    seen = dice.integers(1, 40, 500)
    found = renewal.fit(np.minimum(stops, seen), stops < seen)
    assert not found.reason
    chances = renewal.hazard(found.model, [0, 20])
    assert chances == pytest.approx([0.05, 0.05], abs=0.025)


def test_a_rising_hazard_has_an_estimate():
    found = renewal.fit([20] * 1000 + [5] * 50_000, [True] * 1000 + [False] * 50_000)
    assert not found.reason
