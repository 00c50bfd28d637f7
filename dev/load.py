"""Load a public order history as customers, orders, invoices and payments.

FILE is UCI's Online Retail (.csv, .csv.gz or the .xlsx as published) or the CDNOW
purchase log (CDNOW_master.txt, CDNOW_sample.txt). The data go into a company of their
own; a second run adds only what is not there yet. Runs in Odoo's environment, with
ODOO_RC naming the configuration: start it with bin/load.
"""

import argparse
import sys
import time
from pathlib import Path

# Run as a file, Python puts dev/ on the path; the package's parent it is.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from dev.loader import LoadError, load  # noqa: E402


def main(args=None):
    """Load the file that the command line names; the exit code tells."""
    options = _parse(args)
    started = time.monotonic()

    def progress(text):
        sys.stdout.write(f"[{time.monotonic() - started:4.0f} s] {text}\n")
        sys.stdout.flush()

    try:
        with _environment(options.database) as env:
            load(env, options.file, progress)
    except LoadError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped; nothing was loaded.\n")
        return 130
    return 0


def _parse(args):
    parser = argparse.ArgumentParser(
        "bin/load",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE", help="the order history")
    parser.add_argument(
        "--database", "-d", default="demo", help="where to load it (demo)"
    )
    return parser.parse_args(args)


def _environment(database):
    """The superuser's environment; commits on leaving, unless something was raised."""
    from contextlib import contextmanager

    from psycopg2 import OperationalError

    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    @contextmanager
    def opened():
        config.parse_config(["--log-level=error", "--no-http"], setup_logging=True)
        try:
            registry = Registry(database)
        except OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            raise LoadError(
                f"The database {database} can't be opened ({reason}): make it with "
                "bin/run --prepare, or name another one with --database."
            ) from error
        with registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    return opened()


if __name__ == "__main__":
    sys.exit(main())
