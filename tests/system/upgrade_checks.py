"""A database as an earlier release left it, and what an upgrade makes of it.

For Odoo's shell, where `env` is the superuser's.
"""

MARTS = {
    "crm.customer.day": "partner_id, company_id, day",
    "crm.analytics.customer": "partner_id, company_id",
    "crm.analytics.product.month": (
        "company_id, month, product_id, country_id, state_id"
    ),
    "crm.analytics.stopped": "partner_id, company_id, product_id",
}
# What makes a row differ though its figures are the same.
NOT_FIGURES = {"id", "clv_date", "clv_run_id", "clv_source"}
# The first release knew nothing of deliveries, visits and payments, had six figures of
# a customer, and no sales by product.
EARLIER = """
UPDATE ir_module_module SET latest_version = '19.0.1.0.0'
 WHERE name IN ('crm_credit', 'crm_analytics');
ALTER TABLE crm_customer_day DROP COLUMN delivery_count,
    DROP COLUMN late_delivery_count, DROP COLUMN pick_count, DROP COLUMN return_count,
    DROP COLUMN visit_count, DROP COLUMN paid, DROP COLUMN overdue_amount_days;
DELETE FROM crm_customer_day WHERE order_count + invoice_count = 0 AND revenue = 0;
ALTER TABLE crm_analytics_customer DROP COLUMN as_of, DROP COLUMN recency_days,
    DROP COLUMN purchase_days, DROP COLUMN revenue_12m, DROP COLUMN revenue_prev_12m,
    DROP COLUMN growth, DROP COLUMN rfm_segment, DROP COLUMN rhythm_days;
UPDATE crm_analytics_customer SET revenue = 0 WHERE id % 2 = 0;
DROP TABLE crm_analytics_product_month, crm_analytics_product_touch;
DROP TABLE crm_analytics_stopped,
    crm_analytics_activity_crm_analytics_stopped_rel;
DELETE FROM crm_analytics_customer_touch;
DELETE FROM crm_pass WHERE code LIKE 'analytics_%';
UPDATE crm_pass SET state = 'paused', position = 2147483000, processed = 1
 WHERE id = (SELECT MAX(id) FROM crm_pass WHERE code = 'customer_day_rebuild');
UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + INTERVAL '1 day';
DELETE FROM ir_cron_trigger;
"""


def rows(env, model):
    """The figures of a mart, comparable."""
    fields = env[model]._fields
    names = sorted(
        name for name, field in fields.items() if field.store and field.column_type
    )
    names = [name for name in names if name not in NOT_FIGURES]
    env.cr.execute(
        f"SELECT {', '.join(names)} FROM {env[model]._table} ORDER BY {MARTS[model]}"
    )
    return [dict(zip(names, row, strict=True)) for row in env.cr.fetchall()]


def empty_screens(env):
    """What people read while the jobs have not run yet."""
    overview = env["crm.analytics.overview"].get_overview()
    assert any("refreshed" in note["text"] for note in overview["notes"]), overview
    for model in ("crm.analytics.product.month", "crm.analytics.stopped"):
        assert not env[model].search_count([]), model
        assert "refreshed" in env[model].get_empty_list_help("<p>None</p>"), model


def run_jobs(env):
    """The jobs that are due, as the scheduler runs them, until none is."""
    for _round in range(3):
        env["ir.cron"]._process_jobs(env.cr.dbname)
        env.cr.rollback()
        env.invalidate_all()


def same_as_a_rebuild(env):
    """Figures that the jobs made are those which a rebuild makes."""
    found = {model: rows(env, model) for model in MARTS}
    assert all(found.values()), {model: len(part) for model, part in found.items()}
    assert any(day["visit_count"] for day in found["crm.customer.day"])
    for model in list(MARTS)[:3]:
        env[model].rebuild()
    env["crm.analytics.stopped"].refresh()
    for model, part in found.items():
        assert rows(env, model) == part, model
    overview = env["crm.analytics.overview"].get_overview()
    assert not any("refreshed" in note["text"] for note in overview["notes"]), overview
