def post_init_hook(env):
    """Fill the mart and the traces from what the database already has."""
    env["crm.customer.day"].rebuild()
    env["crm.order.trace"]._cron_refresh()
