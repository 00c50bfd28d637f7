"""Load a public order history into a database.

`read` turns a file into documents and needs neither Odoo nor a database; `load`
writes them. Odoo is imported only when `load` is called.
"""

from .errors import LoadError
from .reading import read


def load(env, path, progress=None):
    """Load the file `path` in one transaction and return what was done.

    The caller commits. `progress` is called with one line of text per step.
    """
    from .run import run

    return run(env, path, progress)
