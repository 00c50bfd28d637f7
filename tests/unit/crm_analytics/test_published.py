"""The published figures, to the printed digits, from the public data sets."""

import numpy as np
import pytest
from crm_analytics_tools import (
    bgnbd,
    bgnbd_series,
    clv,
    cohorts,
    concentration,
    gamma_gamma,
    rfm,
)
from crm_analytics_tools.summaries import count_between, histories


@pytest.fixture(scope="module")
def known(cdnow):
    return histories(cdnow.customers, cdnow.days, cdnow.dollars, cdnow.middle)


@pytest.fixture(scope="module")
def buying(known):
    return bgnbd.fit(known.frequency, known.recency, known.age)


@pytest.fixture(scope="module")
def spending(known):
    return gamma_gamma.fit(known.frequency, known.value)


def test_same_day_purchases_are_merged(cdnow, known):
    later = histories(cdnow.customers, cdnow.days, cdnow.dollars, cdnow.end)
    assert len(cdnow.customers) == 6919
    assert len(known.customers) == 2357
    assert int(later.frequency.sum()) + 2357 == 6696
    assert sum(cdnow.dollars) == pytest.approx(later.total.sum())


def test_bgnbd_estimates(buying):
    assert buying.trusted and buying.converged
    assert (buying.customers, buying.repeat_buyers) == (2357, 946)
    assert [round(value, 3) for value in buying.model] == [0.243, 4.414, 0.793, 2.426]
    assert round(buying.log_likelihood, 1) == -9582.4


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(0.1429, 0.0078), (1, 0.0532), (3, 0.1506), (31.8571, 1.0405), (32, 1.0437)],
)
def test_expected_purchases(buying, weeks, expected):
    assert round(bgnbd.expected_purchases(buying.model, weeks), 4) == expected


def test_expected_purchases_in_78_weeks(buying):
    """Printed is 1.8576, of a series broken off after 150 terms; exact is 1.8580.

    At 78 weeks its argument is 0.95, so that the rest is 0.0004.
    """
    assert round(bgnbd_series.expected_purchases(buying.model, 78), 4) == 1.8576
    assert round(bgnbd.expected_purchases(buying.model, 78), 4) == 1.8580
    whole = bgnbd_series.expected_purchases(buying.model, 78, terms=5000)
    assert whole == pytest.approx(bgnbd.expected_purchases(buying.model, 78), rel=1e-9)


@pytest.mark.parametrize("weeks", [0, 0.1429, 1, 3, 31.8571, 32])
def test_published_series_is_exact_until_32_weeks(buying, weeks):
    series = bgnbd_series.expected_purchases(buying.model, weeks)
    assert series == pytest.approx(
        bgnbd.expected_purchases(buying.model, weeks), abs=1e-6
    )


@pytest.mark.parametrize(
    ("model", "t"),
    [(bgnbd.Model(0.2, 4, 0.8, 2), -1), (bgnbd.Model(0.2, 4, 1, 2), 1)],
)
def test_published_series_has_no_closed_form(model, t):
    with pytest.raises(ValueError, match="closed form"):
        bgnbd_series.expected_purchases(model, t)


def test_holdout(cdnow, known, buying):
    predicted = bgnbd.conditional_expected_purchases(
        buying.model, known.frequency, known.recency, known.age, 39
    )
    actual = count_between(
        known.customers, cdnow.customers, cdnow.days, cdnow.middle, cdnow.end
    )
    assert actual.sum() == 1882
    assert round(bgnbd.holdout(predicted, actual).correlation, 3) == 0.626


def test_cumulative_sales_are_under_forecast_by_four_percent(cdnow, buying):
    later = histories(cdnow.customers, cdnow.days, cdnow.dollars, cdnow.end)
    predicted = bgnbd.expected_purchases(buying.model, later.age)
    found = bgnbd.holdout(predicted, later.frequency)
    assert found.actual == 4339
    assert round(found.bias, 2) == -0.04


def test_fit_histogram(known, buying):
    expected = bgnbd.expected_histogram(buying.model, known.age)
    actual = bgnbd.histogram(known.frequency)
    assert expected.sum() == pytest.approx(2357)
    assert actual.sum() == 2357
    assert np.abs(expected - actual).max() < 25


def test_gamma_gamma_estimates(spending):
    assert spending.trusted and spending.customers == 946
    assert [round(value, 2) for value in spending.model] == [6.25, 3.74, 15.44]
    assert round(spending.log_likelihood, 2) == -4055.92
    assert round(spending.correlation, 4) == 0.1139


def test_conditional_mean_of_customers_1_to_10(known, spending):
    found = gamma_gamma.conditional_mean(spending.model, known.frequency, known.value)
    assert found[:10].round(2).tolist() == [
        *(24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17)
    ]


def test_lifetime_value_is_purchases_times_spending(known, buying, spending):
    terms = clv.Terms(periods=1, period=39, per_year=4 / 3)
    past = clv.historical(known.total)
    found = clv.lifetime_value((buying, spending), known, terms, clv.Costs(), past)
    assert found.source == clv.MODEL
    assert found.purchases.sum() == pytest.approx(1653.4, abs=0.05)
    np.testing.assert_allclose(found.value, found.purchases * found.spending)


def test_online_retail_totals(online_retail):
    assert len(online_retail.customers) == 397_884
    assert round(sum(online_retail.values), 2) == 8_911_407.90
    ids, code = np.unique(online_retail.customers, return_inverse=True)
    revenue = np.bincount(code, online_retail.values)
    assert len(ids) == 4338
    assert round(concentration.pareto_share(revenue), 4) == 0.7459
    whale = concentration.whale_curve(revenue)
    assert whale.peak_customers == 4338 and whale.destroyed == 0


def test_online_retail_december_cohort(online_retail):
    months = np.array([day.year * 12 + day.month for day in online_retail.days])
    ids, code = np.unique(online_retail.customers, return_inverse=True)
    first = np.full(len(ids), months.max())
    np.minimum.at(first, code, months)
    found = cohorts.grid(
        online_retail.customers, first[code], months, online_retail.values
    )
    assert [cell.customers for cell in found if cell.cohort == months.min()] == [
        *(885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235)
    ]
    total = sum(cell.revenue for cell in found)
    assert total == pytest.approx(sum(online_retail.values))


def test_online_retail_does_not_tell_who_has_left(online_retail):
    days = [day.toordinal() for day in online_retail.days]
    known = histories(online_retail.customers, days, online_retail.values, max(days))
    found = bgnbd.fit(known.frequency, known.recency, known.age)
    assert found.converged and found.model.a < 0.01
    assert found.reason == "no_dropout"
    spending = gamma_gamma.fit(known.frequency, known.value)
    assert spending.model.q > 1
    terms = clv.Terms(12, 52 / 12, 12)
    value = clv.lifetime_value(
        (found, spending), known, terms, clv.Costs(), known.total
    )
    assert (value.source, value.reason) == ("history", "purchases:no_dropout")


def test_online_retail_segments_hold_everybody(online_retail):
    days = [day.toordinal() for day in online_retail.days]
    known = histories(online_retail.customers, days, online_retail.values, max(days), 1)
    scores = rfm.scores(known.age - known.recency, known.frequency + 1, known.total)
    found = rfm.segments(*scores)
    assert set(found) == set(range(len(rfm.SEGMENTS)))
