"""bin/i18n: write each addon's .pot anew and bring its translations up to it.

Demo data are left out. What is still to be translated is printed at the end.
"""

import argparse
import os

from dev import addons, databases
from dev.common import TOP, run_logged, step
from dev.odoo_tests import sweep, template
from dev.server import environment, forward


def main(args):
    parser = argparse.ArgumentParser("bin/i18n", description=__doc__)
    parser.parse_args(args)
    names = list(addons.manifests())
    with environment("test") as env:
        sweep(env)
        database = f"test_i18n_{os.getpid()}"
        databases.copy(env, template(env), database)
        try:
            _export(env, database, names)
        finally:
            databases.drop(env, database)
        variables = {**env.variables(), "PYTHONPATH": str(TOP)}
        return forward([str(env.python), "-m", "dev.catalogs"], variables)


def _export(env, database, names):
    step(f"installing {', '.join(names)}")
    failure = "The addons could not be installed"
    install = ("-d", database, "-i", ",".join(names))
    databases.run_odoo(env, "i18n-install", failure, *install)
    step("reading the terms")
    run_logged(
        env.command("i18n", "export", "-d", database, *names),
        "i18n-export",
        "The terms could not be read",
        env=env.variables(),
    )
