"""bin/load and bin/bench: their scripts, run in Odoo's environment.

ODOO_RC names the configuration, so `odoo.tools.config` finds database and addons; the
working folder stays the caller's. bin/bench measures on the test cluster.
"""

import os

from dev.common import TOP, Stop
from dev.server import environment, forward

LOAD = TOP / "dev/load.py"
BENCH = TOP / "tests/performance/bench.py"


def load(args):
    return _run("demo", LOAD, args)


def bench(args):
    return _run("test", BENCH, args)


def _run(kind, script, args):
    if not script.exists():
        raise Stop(f"{script.relative_to(TOP)} is not there yet.")
    with environment(kind) as env:
        path = f"{env.odoo.python_path}:{TOP}"
        variables = {**env.variables(), "PYTHONPATH": path}
        if "ODOO_HOME" in os.environ:  # the script may ask for the environment again
            variables["ODOO_HOME"] = os.environ["ODOO_HOME"]
        return forward([str(env.python), str(script), *args], variables)


main = load
