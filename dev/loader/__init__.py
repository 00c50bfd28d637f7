"""Load a public order history into a database.

`read` turns a file into documents and needs neither Odoo nor a database; `load`
writes them. Odoo is imported only when `load` is called.

What is loaded
- Each data set has a company of its own with a generic chart of accounts, no taxes and
  rounding per line, so that its figures stay apart; admin gets access. Customers and
  products belong to that company.
- A sale is a confirmed order, delivered and invoiced in full, with the same number as
  in the file; times of Online Retail are those of London and stored in UTC. There are
  no transfers: the file knows none.
- A cancellation (InvoiceNo C…) is a posted credit note without an order: the file does
  not say which sale it takes back.
- Payments are not in the files: the terms are 30 days, and each document is paid, or
  paid back, on its due date. What falls due after the file's last day stays open.
- Costs are not in the files and none are made up: margin equals revenue.
- Repeated rows are kept: they are lines. Left out, counted and reported with their
  value: rows without customer, prices below zero (adjustments), quantities of zero or
  below without a cancellation (stock corrections), cancellations above zero.
- An amount is quantity times price, rounded half up to the cent per row.
- CDNOW: one product, the price such that the line is the log's dollars to the cent.

Every row is compared with what the ORM would write (`tests/system/load_checks.py`);
not written are chatter messages and followers. A second run adds only documents whose
number the company's ledger does not hold; what was open then stays open.
"""

from .errors import LoadError
from .reading import read


def load(env, path, progress=None):
    """Load the file `path` in one transaction and return what was done.

    The caller commits. `progress` is called with one line of text per step.
    """
    from .run import run

    return run(env, path, progress)
