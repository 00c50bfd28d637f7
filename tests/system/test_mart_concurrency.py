"""The mart with real transactions side by side: nothing is missed, nothing doubled."""

import pytest
from dev.common import TOP

CHECKS = (
    "a_transaction_that_commits_late",
    "a_change_during_a_refresh",
    "refreshes_at_the_user_s_hand_move_the_watermark",
    "one_at_a_time",
)
SAME = """
SELECT md5(string_agg(row::text, ',' ORDER BY row::text)) FROM (
    SELECT company_id, partner_id, day, order_count, line_count, ordered,
        invoice_count, revenue, refunds, discount, cost, margin
    FROM crm_customer_day) AS row
"""


@pytest.fixture(scope="module")
def mart(installed):
    with installed("crm_relationship", "mart") as name:
        yield name


def run(env, database, check):
    code = [
        f"import sys; sys.path.insert(0, {str(TOP)!r})",
        "from tests.system import mart_checks",
        f"mart_checks.{check}(env); print('checked', flush=True)",
        "",
    ]
    return env.shell(database, "\n".join(code))


def test_history_from_before_the_installation(env, mart):
    """Filled at installation from what the database had, as a rebuild fills it."""
    installed = env.server.sql(SAME, mart)
    assert env.server.sql("SELECT count(*) > 20 FROM crm_customer_day", mart) == "t"
    env.shell(mart, "env['crm.customer.day'].rebuild(); env.cr.commit()\n")
    assert env.server.sql(SAME, mart) == installed


@pytest.mark.parametrize("check", CHECKS)
def test_side_by_side(env, mart, check):
    assert "checked" in run(env, mart, check)


def test_a_rebuild_that_dies_goes_on(env, mart):
    assert "checked" not in run(env, mart, "dies_in_the_middle")
    assert "checked" in run(env, mart, "goes_on_where_it_died")
