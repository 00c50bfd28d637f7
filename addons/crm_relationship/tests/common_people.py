from odoo import Command
from odoo.tests import new_test_user


def new_user(env, login, groups, companies, **vals):
    """Somebody who works in these companies, and in the first of them now."""
    return new_test_user(
        env,
        login,
        groups,
        company_id=companies[:1].id,
        company_ids=[Command.set(companies.ids)],
        **vals,
    )
