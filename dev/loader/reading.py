"""Which format a file has, and its data set."""

from . import cdnow, online_retail
from .errors import LoadError
from .source import open_source

EVERY = 100_000


def read(path, progress=None):
    """Read and check all of a file; `LoadError` with one sentence if it is no good."""
    rows = open_source(str(path))
    _zero, kind = next(rows)
    first = next(rows, None)
    if first is None:
        raise LoadError(f"{path} is empty.")
    rows = _counted(first, rows, progress)
    if kind == "columns" and cdnow.is_log(first[1]):
        return cdnow.parse(path, rows)
    if kind == "table" and online_retail.is_header(first[1]):
        return online_retail.parse(path, rows)
    raise LoadError(
        f"{path} is neither Online Retail (columns {', '.join(online_retail.COLUMNS)}) "
        "nor a CDNOW log (customer, date, units, dollars)."
    )


def _counted(first, rows, progress):
    yield first
    for count, row in enumerate(rows, 1):
        yield row
        if progress and not count % EVERY:
            progress(f"{count:,} rows read")
