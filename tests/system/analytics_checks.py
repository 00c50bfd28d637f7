"""What the analyses must say of the CDNOW sample after bin/load; in Odoo's shell."""

from datetime import date

EXPECTED = {0.1429: 0.0078, 1: 0.0532, 3: 0.1506, 31.8571: 1.0405, 32: 1.0437}
FIRST = "00004 00021 00050 00071 00086 00111 00112 00113 00114 00131".split()
SPEND = [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17]


def company_env(env, code):
    """The environment of a manager of the data set's company."""
    company = env.ref(f"__import__.load_company_{code}")
    admin = env.ref("base.user_admin")
    admin.company_ids |= company
    return env(user=admin, context={"allowed_company_ids": company.ids, "tz": "UTC"})


def begin(env):
    """What the scheduled jobs do."""
    env["crm.customer.day"].refresh()
    env["crm.analytics.customer"].refresh()
    env.cr.commit()


def computed(env, **vals):
    run = env["crm.analytics.clv.run"].create({"company_id": env.company.id, **vals})
    run.action_compute()
    return run


def printed(value, like):
    """A number with the decimals that the paper prints."""
    return round(value, len(str(like).partition(".")[2]))


def published_estimates(env):
    """The parameters after 39 weeks, and what follows from them."""
    from odoo.addons.crm_analytics.tools import bgnbd, bgnbd_series, gamma_gamma

    env = company_env(env, "cdnow_sample")
    run = computed(env, date=date(1997, 9, 30), holdout_weeks=0)
    assert run.trusted, run.reason
    assert (run.customers, run.repeat_buyers) == (2357, 946)
    figures = {
        "r": 0.243,
        "alpha": 4.414,
        "a": 0.793,
        "b": 2.426,
        "log_likelihood": -9582.4,
        "p": 6.25,
        "q": 3.74,
        "gamma": 15.44,
        "spending_log_likelihood": -4055.92,
        "correlation": 0.1139,
    }
    for name, figure in figures.items():
        assert printed(run[name], figure) == figure, (name, run[name], figure)
    for weeks, figure in EXPECTED.items():
        expected = bgnbd.expected_purchases(run._buying(), weeks)
        assert printed(expected, figure) == figure, (weeks, expected)
    # printed is what the paper's series gives, which is broken off
    by_series = bgnbd_series.expected_purchases(run._buying(), 78)
    exact = bgnbd.expected_purchases(run._buying(), 78)
    assert (round(by_series, 4), round(exact, 4)) == (1.8576, 1.8580)
    known, _year = run._read_histories(run.date)
    spending = gamma_gamma.Model(run.p, run.q, run.gamma)
    mean = gamma_gamma.conditional_mean(spending, known.frequency, known.value)
    found = dict(zip(known.customers.tolist(), mean.round(2).tolist(), strict=True))
    assert [found[id_] for id_ in first_customers(env)] == SPEND
    env.cr.rollback()


def first_customers(env):
    """The ids of the customers whom the sample numbers 1 to 10."""
    partners = env["crm.analytics.customer"].search([]).partner_id
    ids = {partner.ref: partner.id for partner in partners}
    return [ids[ref] for ref in FIRST]


def published_holdout(env):
    """Fitted on 39 weeks, the next 39 forecast."""
    env = company_env(env, "cdnow_sample")
    run = computed(env, date=date(1998, 6, 30), holdout_weeks=39)
    assert printed(run.holdout_correlation, 0.626) == 0.626, run.holdout_correlation
    assert run.holdout_actual == 1882, run.holdout_actual
    assert printed(run.cumulative_bias, -0.04) == -0.04, run.cumulative_bias
    env.cr.rollback()


def the_pictures_open(env):
    """Of a history that ended in 1998, as of its last purchase."""
    env = company_env(env, "cdnow_sample")
    figures = env["crm.analytics.customer"]
    run = env["crm.analytics.clv.run"].create({"company_id": env.company.id})
    assert run.date == date(1998, 6, 30), run.date
    assert set(figures.search([]).mapped("as_of")) == {run.date}
    cohorts = figures.get_cohorts()
    assert cohorts["as_of"] == run.date
    assert sum(row["size"] for row in cohorts["rows"]) == 2357
    assert figures.get_survival()["customers"] == 2357
    env.cr.rollback()
