"""Lifetime value by hand, its bounds, and what stands in for it."""

import numpy as np
import pytest
from crm_analytics_tools import bgnbd, clv, gamma_gamma
from crm_analytics_tools.clv import Costs, Terms
from crm_analytics_tools.summaries import Histories
from hypothesis import given, settings
from hypothesis import strategies as st

# nobody ever leaves, and everybody buys once a week: r / alpha = 1
STAY = bgnbd.Model(1e3, 1e3, 1e-6, 1.0)
# everybody spends 10: p gamma / (q - 1)
TEN = gamma_gamma.Model(2.0, 3.0, 10.0)
BUYING = bgnbd.Model(0.243, 4.414, 0.793, 2.426)
SPENDING = gamma_gamma.Model(6.25, 3.74, 15.44)


def known(*rows):
    """x, tx, T, value, total of customers 1, 2, ..."""
    columns = np.array(rows, dtype=float).reshape(len(rows), 5).T
    return Histories(np.arange(1, len(rows) + 1), *columns)


FRESH = known((0, 0, 0, 0, 10))


@pytest.mark.parametrize(
    ("terms", "costs", "expected"),
    [
        (Terms(0, 1, 52), Costs(), 0),
        (Terms(4, 1, 52), Costs(), 40),
        (Terms(4, 1, 52), Costs(margin=0.3), 12),
        (Terms(4, 1, 52), Costs(margin=0.3, service=5), -8),
        (Terms(4, 1, 52), Costs(margin=0.3, acquisition=20), -8),
        (Terms(4, 1, 52), Costs(margin=-0.5), -20),
        # paid after 73 days at 10 % a year: 2 % of the revenue
        (Terms(4, 1, 52, capital_rate=0.1), Costs(days_outstanding=73), 39.2),
        # 10 at the end of the first year and 10 at that of the second, at 25 %: 8 + 6.4
        (Terms(2, 1, 1, discount_rate=0.25), Costs(), 14.4),
        # halves of a year at 21 %: 10 / 1.1 + 10 / 1.21
        (Terms(2, 1, 2, discount_rate=0.21), Costs(), 10 / 1.1 + 10 / 1.21),
        # acquisition is spent today
        (Terms(1, 1, 1, discount_rate=0.25), Costs(acquisition=1), 7),
    ],
)
def test_by_hand(terms, costs, expected):
    found = clv.predicted(STAY, TEN, FRESH, terms, costs)
    assert found.value == pytest.approx([expected], rel=1e-4)
    assert found.spending == pytest.approx([10])


def test_each_customer_has_its_own_costs():
    two = known((0, 0, 0, 0, 10), (0, 0, 0, 0, 10))
    costs = Costs(margin=[1.0, 0.5], service=[0, 1], acquisition=[3, 0])
    found = clv.predicted(STAY, TEN, two, Terms(1, 1, 52), costs)
    assert found.value == pytest.approx([7, 4], rel=1e-4)
    with pytest.raises(ValueError):
        clv.predicted(STAY, TEN, two, Terms(1, 1, 52), Costs(margin=[1.0]))


histories = st.lists(
    st.tuples(
        st.integers(0, 20), st.floats(1, 30), st.floats(30, 60), st.floats(1, 99)
    ),
    max_size=6,
).map(lambda rows: known(*((x, tx * (x > 0), T, m, m) for x, tx, T, m in rows)))


@given(histories, st.integers(0, 6), st.floats(0, 1))
@settings(deadline=None, max_examples=25)
def test_later_is_less_and_longer_is_more(data, periods, rate):
    def value(periods, rate):
        terms = Terms(periods, 4, 13, rate)
        return clv.predicted(BUYING, SPENDING, data, terms).value

    found = value(periods, rate)
    assert np.isfinite(found).all() and (found >= 0).all()
    assert (value(periods, rate + 0.1) <= found).all()
    assert (value(periods + 1, rate) >= found).all()
    np.testing.assert_allclose(
        value(periods, 0.0),
        clv.predicted(BUYING, SPENDING, data, Terms(1, 4 * periods or 1, 1)).value
        * (periods > 0),
    )


def fits(buying="", spending=""):
    return (
        bgnbd.Fit(BUYING, -1.0, 1, 1, True, buying),
        gamma_gamma.Fit(SPENDING, -1.0, 1, 0.1, True, spending),
    )


@pytest.mark.parametrize(
    ("both", "source", "reason"),
    [
        (fits(), "model", ""),
        (fits("no_dropout"), "history", "purchases:no_dropout"),
        (fits("", "correlated"), "history", "spending:correlated"),
        (fits("empty", "empty"), "history", "purchases:empty"),
    ],
)
def test_who_cannot_be_predicted_has_its_past(both, source, reason):
    found = clv.lifetime_value(both, FRESH, Terms(12, 4, 13), Costs(), [-7.0])
    assert (found.source, found.reason) == (source, reason)
    if source == "history":
        assert found.value.tolist() == [-7.0] and found.purchases.tolist() == [0]
    else:
        assert found.value[0] > 0


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (([],), []),
        (([10.0, -5.0],), [10, -5]),
        (([10.0, 0.0], 1, 2, 3), [4, -6]),
        (([10.0, 0.0], [1, 0], 0, [0, 5]), [9, -5]),
    ],
)
def test_historical(args, expected):
    assert clv.historical(*args).tolist() == expected


@pytest.mark.parametrize("args", [(-1, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1, -1.0)])
def test_odd_terms_are_refused(args):
    with pytest.raises(ValueError):
        Terms(*args)
