"""The generated database: made once for each size, copied for each measurement."""

import contextlib
import os
from pathlib import Path

from dev import addons, databases, odoo_tests
from dev.common import ADDONS, digest, lock, step, tree_digest
from generator import generate

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tools import SQL, config

ADDONS_KEY = "bench.addons"


@contextlib.contextmanager
def copied(env, size):
    """The name of a database of this size that is ours alone, for as long."""
    odoo_tests.sweep(env)
    name = f"test_bench_{os.getpid()}"
    with lock("bench", "Waiting for another run that generates the data…"):
        databases.copy(env, _generated(env, size), name)
    try:
        yield name
    finally:
        close_db(name)
        databases.drop(env, name)


@contextlib.contextmanager
def opened(name):
    """The superuser's environment in a database."""
    config.parse_config(["--log-level=warn", "--no-http"], setup_logging=True)
    with Registry(name).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})


def _generated(env, size):
    """The cached database, with our addons as they are now."""
    template = odoo_tests.template(env)
    source = Path(__file__).with_name("generator.py")
    prefix = f"bench_{size.label}_"
    name = prefix + digest(template, source)
    if not databases.exists(env, name):
        for old in databases.names(env, prefix):
            databases.drop(env, old)
        _make(env, template, name, size)
    elif _installed(env, name) != tree_digest(ADDONS):
        step("updating our addons in the generated database")
        _install(env, name, "-u")
    return name


def _make(env, template, name, size):
    aside = f"{name}_new"
    step("making a database for the generated data")
    databases.copy(env, template, aside)
    _install(env, aside, "-i")
    with opened(aside) as odoo:
        generate(odoo, size, step)
    Registry.delete(aside)
    close_db(aside)
    databases.rename(env, aside, name)
    step("the data are there; the next run starts at once")


def _install(env, name, option):
    failure = "Our addons could not be installed for the measurement"
    modules = ",".join(addons.applications())
    databases.run_odoo(env, "bench-install", failure, "-d", name, option, modules)
    query = (
        "DELETE FROM ir_config_parameter WHERE key = '{0}';"
        "INSERT INTO ir_config_parameter (key, value) VALUES ('{0}', '{1}')"
    )
    env.server.sql(query.format(ADDONS_KEY, tree_digest(ADDONS)), name)


def _installed(env, name):
    query = f"SELECT value FROM ir_config_parameter WHERE key = '{ADDONS_KEY}'"
    return env.server.sql(query, name)


def vacuum(odoo):
    """Leave nothing to do for autovacuum while we measure."""
    odoo.cr.commit()
    connection = odoo.cr._cnx
    connection.autocommit = True
    try:
        odoo.cr.execute(SQL("VACUUM ANALYZE"))
    finally:
        connection.autocommit = False
