"""What must hold while several transactions write and refresh at once.

Run inside Odoo's shell of a database with crm_relationship: `mart_checks.CHECK(env)`
raises AssertionError. These checks commit, as the real transactions do.
"""

import os
from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command

from odoo.addons.crm_relationship.exceptions import PassBusyError

CRON = "crm_relationship.ir_cron_customer_day"


@contextmanager
def transaction(env):
    """A connection of its own; commits at the end."""
    with env.registry.cursor() as cr:
        yield env(cr=cr)
        env(cr=cr).flush_all()


def customer(env, name):
    partner = env["res.partner"].create({"name": name, "is_company": True})
    return partner.id


def order(env, partner_id, date="2024-03-01 12:00:00"):
    # a service: two transactions that confirm the same goods wait for each other
    service = [("sale_ok", "=", True), ("type", "=", "service")]
    product = env["product.product"].search(service, limit=1)
    line = Command.create({"product_id": product.id, "price_unit": 10})
    values = {"partner_id": partner_id, "order_line": [line]}
    sale = env["sale.order"].create(values)
    sale.action_confirm()
    sale.date_order = date
    return sale.id


def scheduled(env):
    """The scheduled job runs, in its own transactions."""
    env.cr.commit()
    result = env.ref(CRON).method_direct_trigger()
    assert result is True, result
    env.cr.commit()
    env.invalidate_all()


def days(env, partner_id):
    env.cr.commit()  # a new snapshot
    env.invalidate_all()
    rows = env["crm.customer.day"].search([("partner_id", "=", partner_id)])
    return sorted((str(row.day), row.order_count) for row in rows)


def a_transaction_that_commits_late(env):
    """It wrote before the refresh, which could not see it, and commits after it."""
    scheduled(env)
    with transaction(env) as setup:
        slow, quick = customer(setup, "Slow"), customer(setup, "Quick")
    with transaction(env) as late:
        order(late, slow)
        late.flush_all()
        for _run in range(3):
            with transaction(env) as other:
                order(other, quick)
            scheduled(env)
        assert days(env, quick) == [("2024-03-01", 3)]
        assert days(env, slow) == []
    scheduled(env)
    assert days(env, slow) == [("2024-03-01", 1)]


def a_change_during_a_refresh(env):
    """What moves while a refresh is reading is found by the next one."""
    with transaction(env) as setup:
        partner = customer(setup, "Moving")
        sale = order(setup, partner)
    scheduled(env)
    with transaction(env) as reader:
        reader["crm.customer.day"].refresh()
        with transaction(env) as writer:
            writer["sale.order"].browse(sale).date_order = "2024-04-02 12:00:00"
    assert days(env, partner) == [("2024-03-01", 1)]
    scheduled(env)
    assert days(env, partner) == [("2024-04-02", 1)]


def refreshes_at_the_user_s_hand_move_the_watermark(env):
    """Each takes the horizon that the one before left; none reads all again."""
    with transaction(env) as setup:
        partner = customer(setup, "By hand")
    for number in range(1, 4):
        with transaction(env) as writer:
            order(writer, partner)
        with transaction(env) as reader:
            run = reader["crm.customer.day"].refresh()
            assert run.watermark
            assert run.total < 5, run.total
        assert days(env, partner) == [("2024-03-01", number)]


def one_at_a_time(env):
    """The second is told so; the scheduled one waits for its next turn."""
    with transaction(env) as first, transaction(env) as second:
        first["crm.customer.day"].refresh()
        try:
            second["crm.customer.day"].rebuild()
        except PassBusyError as busy:
            assert "under way" in str(busy), busy
        else:
            raise AssertionError("two at a time")
        scheduled(env)
    scheduled(env)


def dies_in_the_middle(env):
    """The process ends between two batches of a rebuild."""
    env["crm.customer.day"].action_rebuild()
    mart = type(env["crm.customer.day"])
    small, compute, calls = mart._rebuild_job, mart._rebuild_batch, []

    def job(self):
        vals = {**vars(small(self)), "size": 10}
        return type(small(self))(**vals)

    def batch(self, ids):
        calls.append(ids)
        if len(calls) == 3:
            os._exit(0)
        return compute(self, ids)

    with (
        patch.object(mart, "_rebuild_job", job),
        patch.object(mart, "_rebuild_batch", batch),
    ):
        scheduled(env)


def goes_on_where_it_died(env):
    run = env["crm.pass"]._unfinished("customer_day_rebuild")
    assert (run.state, run.processed) == ("running", 20), run.read()
    position = run.position
    scheduled(env)
    assert run.state == "running", "may still be alive"
    env.cr.execute(
        "UPDATE crm_pass SET write_date = write_date - interval '5 min' WHERE id = %s",
        [run.id],
    )
    seen = []
    mart = type(env["crm.customer.day"])
    compute = mart._rebuild_batch

    def batch(self, ids):
        seen.extend(ids)
        return compute(self, ids)

    with patch.object(mart, "_rebuild_batch", batch):
        scheduled(env)
    assert run.state == "done", run.read()
    assert min(seen) > position
