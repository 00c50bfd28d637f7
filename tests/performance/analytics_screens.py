"""What the screens of the analyses ask for when they open."""

from datetime import timedelta

from analytics import CRONS, filled, looking_back
from database import vacuum
from generator import END
from lists import PAGE, specification

from odoo import Command
from odoo.tools import SQL

AIM = 0.3
LIST = "crm_analytics.crm_analytics_customer_view_list"
COUNTRIES = 60
OWN = 50  # every so manieth customer is the salesperson's


def run(meter):
    """The first page of each, in a database that has no customer figures yet."""
    env = meter.env
    company = env.ref("base.main_company")
    meter.env = env(context={**env.context, "allowed_company_ids": company.ids})
    seller = _spread(meter.env)
    with looking_back():
        filled(meter.env, (*CRONS, "crm_analytics.ir_cron_analytics_product"))
        _runs(meter.env, company)
        vacuum(meter.env)
        measure_screens(meter)
        measure_screens(meter, seller)


def _spread(env):
    """Customers in many countries, each with a salesperson, one of whom is returned."""
    seller = env["res.users"].create(
        {
            "name": "Benchmark Salesperson",
            "login": "benchmark salesperson",
            "group_ids": [Command.set(env.ref("sales_team.group_sale_salesman").ids)],
        }
    )
    env.flush_all()
    env.cr.execute(
        SQL(
            """WITH country AS (
                SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS n FROM res_country
            )
            UPDATE res_partner SET country_id = country.id,
                user_id = CASE WHEN res_partner.id %% %s = 0 THEN %s ELSE %s END
            FROM country WHERE country.n = res_partner.id %% %s AND user_id IS NULL""",
            OWN,
            seller.id,
            env.ref("base.user_admin").id,
            COUNTRIES,
        )
    )
    env.cr.commit()
    env.invalidate_all()
    return seller


def _runs(env, company):
    """What the matrix and the whale curve are made of."""
    env["crm.analytics.clv.run"].create(
        {"company_id": company.id, "date": END}
    )._compute_values()
    env["crm.analytics.portfolio"]._evaluate(company)
    year = {"date_from": END - timedelta(days=364), "date_to": END}
    env["crm.cost.run"].create(
        {"company_id": company.id, "capital_rate": 6, **year}
    )._compute_figures()
    env.flush_all()
    env.cr.commit()


def measure_screens(meter, user=None):
    """Measure the methods behind the pictures, and the first page of the list.

    :param user: the reader; the administrator if nothing
    """
    env = meter.env = meter.env(user=user or meter.env.ref("base.user_admin"))
    figures = env["crm.analytics.customer"]
    spec = specification(figures, LIST)

    def page():
        found = figures.web_search_read([], spec, limit=PAGE, count_limit=10001)
        return found["length"]

    pages = {
        "customers: 80 rows": page,
        "cohort grid by month": lambda: len(figures.get_cohorts()["rows"]),
        "cohort grid by year": lambda: len(figures.get_cohorts([], "year")["rows"]),
        "survival and churn": lambda: figures.get_survival()["customers"],
        "portfolio matrix": lambda: len(figures.get_matrix()["bins"]),
        "heat map": lambda: len(figures.get_heat_map()["rows"]),
        **_overviews(env["crm.analytics.overview"]),
    }
    if env["crm.cost.run"].has_access("read"):
        pages["whale curve"] = lambda: _customers(env["crm.cost.run"])
    for name, work in pages.items():
        meter.run(f"own customers: {name}" if user else name, work, aim=AIM)


def _customers(runs):
    run = runs.get_whale()["run"]
    return run["customers"] if run else 0


def _overviews(overview):
    """The dashboard of each role, as its first page asks for it."""
    return {
        f"overview: {role['code']}": lambda code=role["code"]: len(
            overview.get_overview(code)
        )
        for role in overview._roles()
    }
