def post_init_hook(env):
    """Fill the mart and the traces from what the database already has."""
    env["crm.customer.day"].rebuild()
    env["crm.order.trace"]._cron_refresh()


def uninstall_hook(env):
    """Give back to every warehouse user what core lets it read."""
    env["ir.model.access"].concat(
        env.ref("sale_stock.access_sale_order_stock_worker"),
        env.ref("sale_stock.access_sale_order_line_stock_worker"),
    ).group_id = env.ref("stock.group_stock_user")
