# Each is made from those before it.
MARTS = ("crm.customer.day", "crm.analytics.customer", "crm.analytics.product.month")


def post_init_hook(env):
    """Fill the figures from the history that the database already has."""
    for mart in MARTS:
        env[mart].rebuild()
    env["crm.analytics.stopped"].refresh()


def queue_figures(env):
    """Have the scheduled jobs make all figures anew, while people work already.

    For upgrades: that of a large database must not wait for minutes. The jobs follow
    each other, and the overview says that figures are being refreshed.
    """
    for mart in MARTS:
        env[mart]._queue_rebuild()


def uninstall_hook(env):
    """The customer days forget visits, deliveries and payments, tiers our measures."""
    policies = env["crm.tier.policy"].with_context(active_test=False)
    policies.search([("measure", "in", ("clv", "profit"))]).write(
        {"measure": "revenue", "auto_apply": False}
    )
    env["crm.customer.day"]._queue_rebuild()
