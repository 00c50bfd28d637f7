def post_init_hook(env):
    """Fill the mart from the history that the database already has."""
    env["crm.customer.day"].rebuild()
