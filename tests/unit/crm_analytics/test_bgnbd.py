"""BG/NBD where it can be worked out by hand, at its limits, and on thin or odd data."""

from math import exp, inf, isfinite, log, nan

import numpy as np
import pytest
from crm_analytics_tools import bgnbd
from crm_analytics_tools.bgnbd import Model
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln

ONE = Model(1.0, 1.0, 1.0, 1.0)
CDNOW = Model(0.243, 4.414, 0.793, 2.426)
slow = settings(deadline=None, max_examples=25)

parameters = st.builds(Model, *[st.floats(0.05, 20)] * 4)


@st.composite
def customers(draw, least=0):
    """x, tx and T of a few customers, in days."""
    rows = []
    for _n in range(draw(st.integers(least, 12))):
        age = draw(st.integers(0, 400))
        x = draw(st.integers(0, min(age, 30)))
        rows.append((x, draw(st.integers(x, age)) if x else 0, age))
    return [np.array(column, dtype=float) for column in zip(*rows, strict=True)] or (
        [np.zeros(0)] * 3
    )


def simulate(model, size, seed=1, weeks=78):
    """Customers who buy and leave as the model says."""
    rng = np.random.default_rng(seed)
    age = rng.integers(weeks * 2, weeks * 7, size) / 7
    rate = rng.gamma(model.r, 1 / model.alpha, size)
    leave = rng.beta(model.a, model.b, size)
    x, tx = np.zeros(size), np.zeros(size)
    now, alive = np.zeros(size), np.ones(size, dtype=bool)
    while alive.any():
        now[alive] += rng.exponential(1 / rate[alive])
        alive &= now <= age
        x[alive] += 1
        tx[alive] = now[alive]
        alive &= rng.random(size) > leave
    return x, tx, age


# with r = alpha = a = b = 1: the integrals over the rate and the chance to leave
@pytest.mark.parametrize(
    ("x", "tx", "age", "likelihood"),
    [
        (0, 0, 0, 1),
        (0, 0, 1, 1 / 2),  # alpha / (alpha + T)
        # alive: B(1,2)/B(1,1) 1/(1+3)^2 = 1/32; gone: B(2,1)/B(1,1) 1/(1+1)^2 = 1/8
        (1, 1, 3, 5 / 32),
        # alive: B(1,3) 2/(1+3)^3 = 1/96; gone: B(2,2) 2/(1+1)^3 = 1/24
        (2, 1, 3, 5 / 96),
    ],
)
def test_log_likelihood(x, tx, age, likelihood):
    found = bgnbd.log_likelihood(ONE, [x], [tx], [age])
    assert found == pytest.approx(log(likelihood))
    twice = bgnbd.log_likelihood(ONE, [x, x], [tx, tx], [age, age])
    assert twice == pytest.approx(2 * log(likelihood))


@pytest.mark.parametrize(
    ("model", "t", "expected"),
    [
        (ONE, 0, 0),
        # the mean of t / (1 + t p) over p from 0 to 1; a = 1 is 0/0 in the closed form
        (ONE, 1, log(2)),
        (ONE, 99, log(100)),
        # the same with the weight 2 p, that is a = 2: 2 (1 - log(1 + t) / t)
        (Model(1, 1, 2, 1), 1, 2 - 2 * log(2)),
        (Model(1, 2, 2, 1), 2, 2 - 2 * log(2)),
        # nobody leaves: r t / alpha
        (Model(2, 4, 1e-9, 1), 8, 4),
        (CDNOW, 39, 1.19672319332081684),  # closed form in 30 digits
    ],
)
def test_expected_purchases(model, t, expected):
    assert bgnbd.expected_purchases(model, t) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("distance", [1e-3, 1e-6, 1e-9, 1e-12, 1e-15])
def test_expected_purchases_is_smooth_where_the_closed_form_is_not(distance):
    below, above = (
        bgnbd.expected_purchases(ONE._replace(a=1 + d), 9.0)
        for d in (-distance, distance)
    )
    assert below >= log(10) >= above
    assert below - above <= 4 * distance * log(10) + 1e-12
    # a + b = 1, where the third argument of 2F1 is 0
    low, middle, high = (
        bgnbd.expected_purchases(Model(1, 1, 0.5, 0.5 + d), 8.0)
        for d in (-distance, 0, distance)
    )
    assert low - 1e-12 <= middle <= high + 1e-12
    assert high - low <= 9 * distance + 1e-12


@given(parameters, st.floats(0.01, 50))
@slow
def test_expected_purchases_is_the_integral_over_time(model, t):
    """The mean over p, in two halves that each take the pole at their end away."""

    def mean(p):
        return -np.expm1(-model.r * np.log1p(p * t / model.alpha)) / p

    def low(u):
        p = u ** (1 / model.a) / 2
        density = (1 - p) ** (model.b - 1) * 0.5**model.a / model.a
        return mean(max(p, 1e-300)) * density

    def high(u):
        p = 1 - u ** (1 / model.b) / 2
        return mean(p) * p ** (model.a - 1) * 0.5**model.b / model.b

    both = sum(quad(part, 0, 1, epsabs=0, epsrel=1e-9)[0] for part in (low, high))
    expected = both / exp(betaln(model.a, model.b))
    assert bgnbd.expected_purchases(model, t) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("x", "tx", "age", "alive"),
    [
        (0, 0, 9, 1.0),
        # 1 / (1 + a/(b+x-1) ((alpha+T)/(alpha+tx))^(r+x)) = 1 / (1 + (4/2)^2)
        (1, 1, 3, 1 / 5),
        (1, 3, 3, 1 / 2),
        (2, 1, 3, 1 / 5),  # of 1 + 1/2 (4/2)^3
    ],
)
def test_p_alive(x, tx, age, alive):
    assert bgnbd.p_alive(ONE, [x], [tx], [age]) == pytest.approx([alive])


def test_p_alive_of_who_came_daily_and_is_long_gone_does_not_overflow():
    found = bgnbd.p_alive(CDNOW, [5000], [100], [90_000])
    assert found.tolist() == [0.0]


@pytest.mark.parametrize(
    ("t", "expected"),
    [
        (0, [1, 0, 0]),
        # x = 0: 1/2; 1: B(1,2) 1/4 + B(2,1) (1 - 1/2); 2: B(1,3) 1/8 + B(2,2) (1 - 3/4)
        (1, [1 / 2, 3 / 8, 1 / 12]),
    ],
)
def test_purchase_probability(t, expected):
    found = [bgnbd.purchase_probability(ONE, x, [t])[0] for x in range(3)]
    assert found == pytest.approx(expected)


@given(parameters, st.floats(0, 100))
def test_probabilities_add_up_and_have_the_expected_mean(model, t):
    found = [bgnbd.purchase_probability(model, x, [t])[0] for x in range(30)]
    assert all(0 <= p <= 1 for p in found)
    assert sum(found) <= 1 + 1e-9
    assert sum(x * p for x, p in enumerate(found)) <= (
        bgnbd.expected_purchases(model, t) + 1e-9
    )


@given(parameters, customers(), st.floats(0, 500))
@slow
def test_forecasts_stay_within_their_bounds(model, data, t):
    x, tx, age = data
    alive = bgnbd.p_alive(model, *data)
    assert ((alive >= 0) & (alive <= 1)).all() and (alive[x == 0] == 1).all()
    found = bgnbd.conditional_expected_purchases(model, *data, t)
    more = bgnbd.conditional_expected_purchases(model, *data, t + 1)
    most = (model.r + x) / (model.alpha + age) * t
    assert ((found >= 0) & (found <= most * (1 + 1e-9) + 1e-12)).all()
    assert (more >= found).all()


@given(parameters, customers(), st.lists(st.integers(0, 99), unique=True, max_size=4))
@slow
def test_several_horizons_at_once(model, data, times):
    weights = {t: (1.0, t - 50.0) for t in times}
    found = bgnbd.weighted_expected_purchases(model, *data, weights)
    each = [bgnbd.conditional_expected_purchases(model, *data, t) for t in times]
    for place in range(2 if times else 0):
        factors = [weights[t][place] for t in times]
        expected = sum(f * e for f, e in zip(factors, each, strict=True))
        np.testing.assert_allclose(found[:, place], expected, rtol=1e-7, atol=1e-7)


@given(customers(least=2), st.randoms(use_true_random=False))
@slow
def test_a_fit_never_breaks_and_the_order_of_customers_does_not_matter(data, random):
    found = bgnbd.fit(*data)
    assert not found.trusted  # a dozen customers
    assert isfinite(found.log_likelihood)
    assert found.model is None or all(isfinite(value) for value in found.model)
    order = list(range(len(data[0])))
    random.shuffle(order)
    assert bgnbd.fit(*(column[order] for column in data)) == found


def test_parameters_are_found_again():
    true = Model(0.5, 6.0, 0.8, 2.5)
    found = bgnbd.fit(*simulate(true, 20_000))
    assert found.trusted and found.converged
    np.testing.assert_allclose(found.model, true, rtol=0.15)


def test_no_other_parameters_are_likelier_and_the_slope_is_right():
    data = simulate(CDNOW, 500)
    best = bgnbd.fit(*data)
    assert bgnbd.log_likelihood(best.model, *data) == pytest.approx(best.log_likelihood)
    for place in range(4):
        for factor in (0.98, 1.02):
            other = list(best.model)
            other[place] *= factor
            near = bgnbd.log_likelihood(Model(*other), *data)
            assert near < best.log_likelihood


def test_the_unit_of_time_does_not_matter():
    x, tx, age = simulate(CDNOW, 2000)
    weeks, days = bgnbd.fit(x, tx, age), bgnbd.fit(x, tx * 7, age * 7)
    expected = weeks.model._replace(alpha=weeks.model.alpha * 7)
    np.testing.assert_allclose(days.model, expected, rtol=1e-6)
    # a density of times: each purchase is 1/7 as dense
    shift = days.log_likelihood - weeks.log_likelihood
    assert shift == pytest.approx(-x.sum() * log(7))


def test_many_equal_customers_count_as_many():
    data = simulate(CDNOW, 300)
    once, often = bgnbd.fit(*data), bgnbd.fit(*(np.tile(c, 5) for c in data))
    np.testing.assert_allclose(often.model, once.model, rtol=1e-4)
    assert often.log_likelihood == pytest.approx(5 * once.log_likelihood)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (([], [], []), "empty"),
        (([0], [0], [9]), "few_repeat"),
        (([0] * 99, [0] * 99, range(99)), "few_repeat"),
        (([1], [3], [9]), "all_equal"),
        (([2] * 50, [3] * 50, [9] * 50), "all_equal"),
        (([2] * 20 + [1], [3] * 20 + [2], [9] * 21), "few_repeat"),
        # everybody still buys every week: nobody has left
        ((range(10, 110), range(10, 110), range(10, 110)), "no_dropout"),
    ],
)
def test_what_cannot_be_trusted_says_why(data, reason):
    found = bgnbd.fit(*data)
    assert (found.reason, found.trusted) == (reason, False)
    assert found.customers == len(data[0])


def test_customers_who_all_leave_at_once_run_into_the_bounds():
    # each buys once more after a week and is never seen again
    found = bgnbd.fit([1] * 200, [1] * 200, range(50, 250))
    assert found.reason in ("at_bound", "not_converged")
    assert isfinite(found.log_likelihood)


@pytest.mark.parametrize(
    "data",
    [
        ([1], [1], [9, 9]),
        ([-1], [0], [9]),
        ([0.5], [1], [9]),
        ([1], [10], [9]),
        ([1], [-1], [9]),
        ([0], [1], [9]),
        ([1], [0], [9]),
        ([1], [nan], [9]),
        ([1], [1], [inf]),
        ([[1]], [[1]], [[9]]),
    ],
)
def test_impossible_histories_are_refused(data):
    with pytest.raises(ValueError):
        bgnbd.fit(*data)
    with pytest.raises(ValueError):
        bgnbd.p_alive(CDNOW, *data)


def test_negative_times_are_refused():
    with pytest.raises(ValueError):
        bgnbd.expected_purchases(CDNOW, -1)
    with pytest.raises(ValueError):
        bgnbd.conditional_expected_purchases(CDNOW, [0], [0], [1], -1)
    with pytest.raises(ValueError):
        bgnbd.purchase_probability(CDNOW, 1, [-1])


def test_each_customer_can_have_its_own_horizon():
    data = ([1, 1], [2, 2], [9, 9])
    found = bgnbd.conditional_expected_purchases(CDNOW, *data, [0, 5])
    alone = bgnbd.conditional_expected_purchases(CDNOW, *data, 5)
    assert found == pytest.approx([0, alone[1]])


@pytest.mark.parametrize(
    ("predicted", "actual", "expected"),
    [
        ([], [], (None, 0, 0, None)),
        ([2], [4], (None, 2, 4, -0.5)),
        ([1, 1], [0, 3], (None, 2, 3, -0.333333333333)),
        ([1, 2], [0, 0], (None, 3, 0, None)),
        ([1, 2], [5, 1], (-1.0, 3, 6, -0.5)),
    ],
)
def test_holdout(predicted, actual, expected):
    assert bgnbd.holdout(predicted, actual) == bgnbd.Holdout(*expected)


def test_calibration_of_nobody_is_empty():
    assert bgnbd.calibration([], [], []) == []
    assert bgnbd.histogram([]).tolist() == [0] * 8
    assert bgnbd.expected_histogram(CDNOW, []).tolist() == [0] * 8
