"""Gamma-Gamma by hand, at its limits, and on thin or odd data."""

from math import isfinite, log, nan

import numpy as np
import pytest
from crm_analytics_tools import gamma_gamma
from crm_analytics_tools.gamma_gamma import Model
from hypothesis import given, settings
from hypothesis import strategies as st

amounts = st.floats(-1e6, 1e9, allow_nan=False)


def simulate(model, size, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.geometric(0.3, size)
    rate = rng.gamma(model.q, 1 / model.gamma, size)
    return x, rng.gamma(model.p * x, 1 / rate) / x


@pytest.mark.parametrize(
    ("model", "x", "value", "likelihood"),
    [
        # gamma(px+q)/(gamma(px) gamma(q)) gamma^q m^(px-1) x^px / (gamma + mx)^(px+q)
        (Model(1, 2, 1), 1, 1.0, 1 / 4),  # 2 / 2^3
        (Model(1, 2, 1), 2, 1.0, 8 / 27),  # 6 x 2^2 / 3^4
        (Model(2, 2, 3), 1, 3.0, 6 * 9 * 3 / 6**4),
        (Model(1, 2, 1), 0, 0.0, 1),  # once only: tells nothing
        (Model(1, 2, 1), 3, 0.0, 1),  # for nothing: neither
    ],
)
def test_log_likelihood(model, x, value, likelihood):
    found = gamma_gamma.log_likelihood(model, [x], [value])
    assert found == pytest.approx(log(likelihood))


@pytest.mark.parametrize(
    ("x", "value", "expected"),
    [
        (0, 0.0, 3.0),  # p gamma / (q - 1) = 2 x 3 / 2
        (1, 3.0, 3.0),  # 2 (3 + 3) / (2 + 2)
        (4, 12.0, 10.2),  # 2 (3 + 48) / (8 + 2)
        (1, -4.0, -0.5),  # 2 (3 - 4) / (2 + 2): refunded more than bought
    ],
)
def test_conditional_mean(x, value, expected):
    found = gamma_gamma.conditional_mean(Model(2, 3, 3), [x], [value])
    assert found == pytest.approx([expected])


def test_conditional_mean_needs_a_mean():
    with pytest.raises(ValueError, match="q > 1"):
        gamma_gamma.conditional_mean(Model(2, 1, 3), [1], [5.0])


@given(st.lists(st.tuples(st.integers(1, 500), st.floats(0.01, 1e6)), max_size=9))
def test_conditional_mean_lies_between_own_and_everybodys(rows):
    model = Model(2.0, 3.0, 30.0)
    x, value = (np.array([row[i] for row in rows]) for i in (0, 1))
    found = gamma_gamma.conditional_mean(model, x, value)
    low, high = np.minimum(value, model.mean), np.maximum(value, model.mean)
    assert (found >= low * (1 - 1e-9)).all() and (found <= high * (1 + 1e-9)).all()


def test_parameters_are_found_again():
    true = Model(6.0, 4.0, 15.0)
    found = gamma_gamma.fit(*simulate(true, 20_000))
    assert found.trusted
    np.testing.assert_allclose(found.model, true, rtol=0.1)


def test_the_currency_does_not_matter():
    x, value = simulate(Model(6.0, 4.0, 15.0), 2000)
    euros, cents = gamma_gamma.fit(x, value), gamma_gamma.fit(x, value * 100)
    expected = euros.model._replace(gamma=euros.model.gamma * 100)
    np.testing.assert_allclose(cents.model, expected, rtol=1e-5)
    shift = cents.log_likelihood - euros.log_likelihood
    assert shift == pytest.approx(-2000 * log(100))


@pytest.mark.parametrize(
    ("x", "value", "reason"),
    [
        ([], [], "empty"),
        ([0] * 99, [0.0] * 99, "few_repeat"),
        ([1], [9.0], "few_repeat"),
        ([1, 2], [9.0, 8.0], "few_repeat"),
        ([3] * 99, [0.0] * 99, "few_repeat"),
        ([3] * 99, [-5.0] * 99, "few_repeat"),
        (range(1, 100), [25.0] * 99, "all_equal"),
        # who buys often spends more each time
        (range(1, 100), np.arange(1, 100) * (5.0 + np.arange(99) % 7), "correlated"),
    ],
)
def test_what_cannot_be_trusted_says_why(x, value, reason):
    found = gamma_gamma.fit(x, value)
    assert (found.reason, found.trusted) == (reason, False)


def test_without_a_mean_q_runs_into_its_bound():
    rng = np.random.default_rng(3)
    x = rng.integers(1, 4, 3000)
    value = rng.pareto(0.4, 3000) + 1  # this distribution has no mean
    found = gamma_gamma.fit(x, value)
    assert found.model.q > 1
    assert found.reason == "at_bound"


@given(st.lists(st.tuples(st.integers(0, 50), amounts), max_size=40))
@settings(deadline=None, max_examples=25)
def test_a_fit_never_breaks(rows):
    x, value = [row[0] for row in rows], [row[1] for row in rows]
    found = gamma_gamma.fit(x, value)
    assert isfinite(found.log_likelihood)
    assert found.correlation is None or -1 <= found.correlation <= 1
    if found.model:
        assert all(isfinite(v) and v > 0 for v in found.model) and found.model.q > 1
        assert np.isfinite(gamma_gamma.conditional_mean(found.model, x, value)).all()


@pytest.mark.parametrize("data", [([1], []), ([-1], [5.0]), ([1], [nan])])
def test_odd_input_is_refused(data):
    with pytest.raises(ValueError):
        gamma_gamma.fit(*data)
