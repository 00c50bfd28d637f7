"""Those who race, as both sides know them: Odoo's shell and the clients."""

PASSWORD = "race-race-race"


def person(env, login, group):
    """A user of this one group; the same one for all races."""
    users = env["res.users"]
    return users.search([("login", "=", login)]) or users.create(
        {
            "name": login,
            "login": login,
            "password": PASSWORD,
            "group_ids": [(6, 0, env.ref(group).ids)],
        }
    )
