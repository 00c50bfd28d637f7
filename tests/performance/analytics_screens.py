"""What the screens of the analyses ask for when they open."""

from analytics import CRONS, filled, looking_back
from database import vacuum
from lists import PAGE, specification

AIM = 1.0
LIST = "crm_analytics.crm_analytics_customer_view_list"


def run(meter):
    """The first page of each, in a database that has no customer figures yet."""
    env = meter.env
    company = env.ref("base.main_company")
    meter.env = env(context={**env.context, "allowed_company_ids": company.ids})
    with looking_back():
        filled(meter.env, (*CRONS, "crm_analytics.ir_cron_analytics_product"))
        vacuum(meter.env)
        measure_screens(meter)


def measure_screens(meter):
    """Measure the methods behind the pictures, and the first page of the list."""
    env = meter.env = meter.env(user=meter.env.ref("base.user_admin"))
    figures = env["crm.analytics.customer"]
    spec = specification(figures, LIST)

    def page():
        found = figures.web_search_read([], spec, limit=PAGE, count_limit=10001)
        return found["length"]

    meter.run("customers: 80 rows", page, aim=AIM)
    for interval in ("month", "year"):
        meter.run(
            f"cohort grid by {interval}",
            lambda interval=interval: len(figures.get_cohorts([], interval)["rows"]),
            aim=AIM,
        )
    meter.run(
        "survival and churn", lambda: figures.get_survival()["customers"], aim=AIM
    )
    meter.run("whale curve", lambda: _customers(env["crm.cost.run"]), aim=AIM)
    meter.run("portfolio matrix", lambda: len(figures.get_matrix()["bins"]), aim=AIM)
    meter.run("heat map", lambda: len(figures.get_heat_map()["rows"]), aim=AIM)
    _overviews(meter)


def _customers(runs):
    run = runs.get_whale()["run"]
    return run["customers"] if run else 0


def _overviews(meter):
    """The dashboard of each role, as its first page asks for it."""
    overview = meter.env["crm.analytics.overview"]
    for role in [role["code"] for role in overview._roles()]:
        meter.run(
            f"overview: {role}",
            lambda role=role: len(overview.get_overview(role)),
            aim=AIM,
        )
