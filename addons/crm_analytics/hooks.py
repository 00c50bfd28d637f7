def post_init_hook(env):
    """Fill the figures from the history that the database already has."""
    env["crm.customer.day"].rebuild()
    env["crm.analytics.customer"].rebuild()
    env["crm.analytics.product.month"].rebuild()
    env["crm.analytics.stopped"].refresh()


def uninstall_hook(env):
    """The customer days forget visits, deliveries and payments, tiers our measures."""
    policies = env["crm.tier.policy"].with_context(active_test=False)
    policies.search([("measure", "in", ("clv", "profit"))]).write(
        {"measure": "revenue", "auto_apply": False}
    )
    days = env["crm.customer.day"]
    env["crm.pass"].sudo()._queue(days._rebuild_job())
    env.ref("crm_relationship.ir_cron_customer_day").sudo()._trigger()
