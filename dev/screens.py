"""bin/screens: take every picture of the README and the docs from the running product.

A picture is a row of SCREENS. The address may hold {xml.id}, the id of that record.
Steps are JavaScript expressions, run in turn; after each the page comes to rest.
"""

import argparse
import http.cookiejar
import json
import re
import subprocess
import time
import urllib.request
from typing import NamedTuple

from dev import databases, demo
from dev.common import TOP, Stop, free_port, say, step

IMAGES = TOP / "docs/images"
# No request under way, nothing loading, and two frames drawn since.
AT_REST = """
document.readyState === "complete"
    && document.querySelector(".o_action_manager > *")
    && !document.querySelector(".o_blockUI, .o_loading_indicator, .fa-spin")
    && performance.getEntriesByType("resource").every((entry) => entry.responseEnd)
"""


class Screen(NamedTuple):
    """One picture: its file's name, whose it is, and where to find it."""

    name: str
    login: str
    url: str
    size: tuple = (1366, 768)
    steps: tuple = ()
    company: str = ""  # of data that bin/load brings; without them it is left out


RETAIL, CDNOW = "Online Retail (UK wholesaler)", "CDNOW (1/10 sample)"
# The main job: all customers of the public history, by the first 80 % of value.
RETAIL_TIERS = """
policies = env["crm.tier.policy"].with_company(company)
if not policies.search([("company_id", "=", company.id)]):
    policy = policies.create(
        {"name": "Online Retail", "company_id": company.id, "exclude_new": False}
    )
    policy._evaluate(policy._preview_date()).action_apply()
"""
LIFETIME_VALUES = """
env["crm.analytics.customer"].refresh()
runs = env["crm.analytics.clv.run"].with_company(company)
if not runs.search([("company_id", "=", company.id)]):
    runs.create({"company_id": company.id, "holdout_weeks": 39}).action_compute()
"""
BASKETS = """
runs = env["crm.analytics.basket.run"].with_company(company)
if not runs.search([("company_id", "=", company.id)]):
    run = runs.create({"company_id": company.id, "min_orders": 100})
    run.action_compute()
"""
PREPARED = {
    RETAIL: RETAIL_TIERS + LIFETIME_VALUES + BASKETS,
    CDNOW: LIFETIME_VALUES,
}
SCREENS = (
    Screen(
        "online_retail_pyramid",
        "admin",
        "/odoo/action-crm_relationship.crm_tier_pyramid_action",
        company=RETAIL,
    ),
    Screen("pyramid", "mona", "/odoo/action-crm_relationship.crm_tier_pyramid_action"),
    Screen(
        "run_preview",
        "mona",
        "/odoo/action-crm_relationship.crm_tier_run_action",
        steps=("document.querySelector('.o_data_row .o_data_cell').click()",),
    ),
    Screen(
        "quotation",
        "karim",
        "/odoo/sales/{crm_relationship.quotation_brightway_demo}",
    ),
    Screen(
        "transfers",
        "wendy",
        "/odoo/action-stock.action_picking_tree_outgoing?view_type=list",
    ),
    Screen(
        "customer",
        "mona",
        "/odoo/customers/{crm_relationship.partner_evergreen_demo}",
    ),
    Screen("tiers", "admin", "/odoo/action-crm_relationship.crm_tier_action"),
    Screen("credit", "carl", "/odoo/action-crm_credit.crm_credit_account_action"),
    Screen(
        "credit_dashboard",
        "carl",
        "/odoo/action-crm_credit.crm_credit_dashboard_action",
    ),
    Screen(
        "credit_file",
        "carl",
        "/odoo/action-crm_credit.crm_credit_account_action"
        "/{crm_credit.file_evergreen_demo}",
    ),
    Screen(
        "credit_hold",
        "carl",
        "/odoo/action-crm_credit.crm_credit_hold_action?view_type=list",
        steps=("document.querySelector('.o_data_row .o_data_cell').click()",),
    ),
    Screen(
        "credit_quotation",
        "sara",
        "/odoo/sales/{crm_credit.order_evergreen_held_demo}",
    ),
    Screen(
        "order_late",
        "karim",
        "/odoo/sales/{crm_relationship.order_late_brightway_demo}",
    ),
    Screen(
        "order_board", "wendy", "/odoo/action-crm_relationship.crm_order_board_action"
    ),
    Screen(
        "order_board_phone",
        "wendy",
        "/odoo/action-crm_relationship.crm_order_board_action",
        size=(390, 844),
    ),
    Screen(
        "order_cockpit", "mona", "/odoo/action-crm_relationship.crm_order_trace_action"
    ),
    Screen("order_kept", "mona", "/odoo/action-crm_relationship.crm_order_kept_action"),
    Screen(
        "analytics", "admin", "/odoo/action-crm_analytics.crm_analytics_customer_action"
    ),
    Screen(
        "online_retail_rfm",
        "admin",
        "/odoo/action-crm_analytics.crm_analytics_customer_action?view_type=graph",
        company=RETAIL,
    ),
    Screen(
        "online_retail_cohorts",
        "admin",
        "/odoo/action-crm_analytics.crm_analytics_cohort_action",
        company=RETAIL,
    ),
    Screen(
        "online_retail_baskets",
        "admin",
        "/odoo/action-crm_analytics.crm_analytics_basket_network_action",
        company=RETAIL,
    ),
    Screen(
        "online_retail_clv",
        "admin",
        "/odoo/action-crm_analytics.crm_analytics_clv_run_action",
        steps=("document.querySelector('.o_data_row .o_data_cell').click()",),
        company=RETAIL,
    ),
    Screen(
        "cdnow_clv",
        "admin",
        "/odoo/action-crm_analytics.crm_analytics_clv_run_action",
        steps=("document.querySelector('.o_data_row .o_data_cell').click()",),
        company=CDNOW,
    ),
)


def main(args):
    parser = argparse.ArgumentParser("bin/screens", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these pictures")
    parser.add_argument("--database", default=demo.DATABASE)
    options = parser.parse_args(args)
    chosen = [row for row in SCREENS if row.name in (options.names or _names())]
    if len(chosen) < len(options.names):
        raise Stop(f"The pictures are {', '.join(_names())}.")
    with demo.environment("demo") as env:
        if not _has_websocket():
            return _again_in(env.python, args)
        demo.ensure_database(env)
        if not databases.exists(env, options.database):
            raise Stop(f"There is no database {options.database}: make it first.")
        _take(env, options.database, _possible(env, options.database, chosen))
    return 0


def _possible(env, database, screens):
    """The screens whose data are there."""
    missing = {row.company for row in screens if not _company(env, database, row)}
    for company in missing:
        say(f"Left out: the pictures of {company}; load its file with bin/load first.")
    for company in {row.company for row in screens} - missing - {""}:
        _prepare(env, database, company)
    return [row for row in screens if row.company not in missing]


def _prepare(env, database, company):
    """What a user would have done with the loaded data before looking at it."""
    found = f'env["res.company"].search([("name", "=", {company!r})])'
    begin = f'company = {found}\nenv["crm.customer.day"].refresh()'
    env.shell(database, f"{begin}\n{PREPARED[company]}\nenv.cr.commit()\n")


def _company(env, database, screen):
    """The id of the screen's company, as text."""
    if not screen.company:
        return "1"
    query = f"SELECT id FROM res_company WHERE name = '{screen.company}'"
    return env.server.sql(query, database)


def _names():
    return [row.name for row in SCREENS]


def _has_websocket():
    try:
        import websocket  # noqa: F401
    except ImportError:
        return False
    return True


def _again_in(python, args):
    """The browser's protocol needs websocket-client, which our environment has."""
    cmd = [str(python), str(TOP / "dev"), "screens", *args]
    return subprocess.run(cmd, check=False).returncode


def _take(env, database, screens):
    from dev.cdp import Browser

    port = free_port()
    server = demo.start(env, database, port, "screens")
    base = f"http://127.0.0.1:{port}"
    try:
        with Browser() as page:
            for login in dict.fromkeys(row.login for row in screens):
                _log_in(page, base, database, login)
                for screen in screens:
                    if screen.login == login:
                        _shoot(env, database, page, base, screen)
    finally:
        demo.stop(server)


def _log_in(page, base, database, login):
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    params = {"db": database, "login": login, "password": login}
    request = urllib.request.Request(
        f"{base}/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
        {"Content-Type": "application/json"},
    )
    with opener.open(request, timeout=120) as answer:
        if "error" in json.load(answer):
            raise Stop(f"{login} cannot log in with the password {login}.")
    session = next(cookie.value for cookie in jar if cookie.name == "session_id")
    page.send("Network.clearBrowserCookies")
    page.send("Network.setCookie", name="session_id", value=session, url=base)


def _shoot(env, database, page, base, screen):
    page.resize(*screen.size)
    cids = _company(env, database, screen)
    page.send("Network.setCookie", name="cids", value=cids, url=base)
    url = re.sub(r"\{([\w.]+)\}", lambda m: _id(env, database, m[1]), screen.url)
    page.send("Page.navigate", url=base + url)
    _rest(page)
    for code in screen.steps:
        page.run(code)
        _rest(page)
    page.picture(IMAGES / f"{screen.name}.png")
    step(f"docs/images/{screen.name}.png")


def _rest(page):
    time.sleep(0.5)
    page.wait_for(AT_REST)
    time.sleep(1)  # pictures and charts draw after their data have come


def _id(env, database, xmlid):
    module, _dot, name = xmlid.partition(".")
    query = (
        "SELECT res_id FROM ir_model_data "
        f"WHERE module = '{module}' AND name = '{name}'"
    )
    found = env.server.sql(query, database)
    if not found:
        raise Stop(f"{xmlid} is not in the database {database}.")
    return found
