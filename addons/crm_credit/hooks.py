from .models import crm_credit_settle_function as settle_function


def post_init_hook(env):
    price_unordered_lines(env)


def price_unordered_lines(env):
    """Price the few lines that have deliveries but no ordered quantity."""
    lines = env["sale.order.line"].search(
        [("product_uom_qty", "=", 0), ("display_type", "=", False)]
    )
    env.add_to_compute(lines._fields["credit_price_unit"], lines)


def uninstall_hook(env):
    """Take our function out of the database."""
    env.cr.execute(settle_function.drop())
