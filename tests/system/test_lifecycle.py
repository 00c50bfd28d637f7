"""Install, upgrade, uninstall and reinstall each addon: Odoo keeps working, and
nothing of ours stays behind."""

import pytest
from dev import addons, databases
from dev.common import LOGS
from dev.odoo_log import Report

COLUMNS = """
SELECT table_name || '.' || column_name FROM information_schema.columns
 WHERE table_schema = 'public'
"""
# Rows that belong to Odoo and its users, and that our addons have no business with.
ODOO_ROWS = (
    "res_partner res_users res_company product_template sale_order sale_order_line "
    "account_move account_move_line stock_picking stock_move purchase_order crm_lead"
).split()
OPEN = """
for name in ("res.partner", "sale.order", "crm.lead", "account.move", "stock.picking"):
    model = env[name].with_user(env.ref("base.user_admin"))
    views = model.get_views([(False, kind) for kind in ("form", "list", "search")])
    fields = views["models"][name]["fields"]
    specification = {field: {} for field in fields}
    rows = model.search([], limit=3)
    assert rows, name
    rows.web_read(specification)
print("opened")
"""
UNINSTALL = """
module = env["ir.module.module"].search([("name", "=", %r)])
if module.state == "installed":
    module.button_immediate_uninstall()
"""


PRIORITIES = """
SELECT DISTINCT priority FROM stock_picking UNION SELECT priority FROM stock_move
"""


def _state(env, database):
    """The columns of the database, and the ids of Odoo's own rows by table."""
    columns = set(env.server.sql(COLUMNS, database).split())
    rows = {
        table: set(env.server.sql(f"SELECT id FROM {table}", database).split())
        for table in ODOO_ROWS
    }
    return columns, rows


def _install(env, database, option, addon):
    log = f"system-{addon}{option}"
    args = ["-d", database, option, addon]
    databases.run_odoo(env, log, f"{option} {addon} failed", *args)
    report = Report()
    for line in (LOGS / f"{log}.log").read_text(encoding="utf-8").splitlines():
        report.feed(line)
    assert not report.errors


def _uninstall(env, database, addon):
    env.shell(database, UNINSTALL % addon)
    state = f"SELECT state FROM ir_module_module WHERE name = '{addon}'"
    assert env.server.sql(state, database) == "uninstalled"


def _assert_opens(env, database):
    assert "opened" in env.shell(database, OPEN)


def _install_beneath(env, database, addon):
    """Odoo's own modules that a glue addon joins: they stay when ours goes."""
    ours = addons.manifests()
    needed = {name for part in addons.closure(addon) for name in ours[part]["depends"]}
    _install(env, database, "-i", ",".join(sorted(needed - set(ours))))


def test_each_addon_comes_and_goes(env, database, addon):
    _install_beneath(env, database, addon)
    before = _state(env, database)
    _install(env, database, "-i", addon)
    _assert_opens(env, database)
    assert "3" in env.server.sql(PRIORITIES, database).split()
    _install(env, database, "-u", addon)
    _assert_opens(env, database)

    _uninstall(env, database, addon)
    _assert_opens(env, database)
    for lower in reversed(addons.closure(addon)):
        _uninstall(env, database, lower)
    columns, rows = _state(env, database)
    assert columns - before[0] == set(), "left behind"
    assert before[0] - columns == set(), "lost"
    lost = {table: ids - rows[table] for table, ids in before[1].items()}
    assert not any(lost.values()), lost
    # the demo's transfers had the priorities of their tiers
    assert set(env.server.sql(PRIORITIES, database).split()) <= {"0", "1"}

    _install(env, database, "-i", addon)
    _assert_opens(env, database)


@pytest.mark.parametrize("wanted", ["version", "summary", "license", "author"])
def test_manifests_say_who_and_what(addon, wanted):
    assert addons.manifests()[addon][wanted]
