"""The purchase log of CDNOW: master (4 columns) and the 1/10 sample (5 columns)."""

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal

from .dataset import Dataset, Document, Line, Source
from .errors import LoadError

NOON = 12  # the log knows days only: noon is the same day in every time zone
ROW = re.compile(
    r"(?P<customer>\d{1,9})(?: (?P<sample>\d{1,9}))? (?P<day>\d{8})"
    r" (?P<units>\d{1,6}) (?P<dollars>\d{1,7}(?:\.\d{1,2})?)"
)
PRODUCT = "CD"


def _source(code, company):
    return Source(code, company, "USD", "US", "America/New_York")


MASTER = _source("cdnow", "CDNOW")
SAMPLE = _source("cdnow_sample", "CDNOW (1/10 sample)")


def is_log(fields):
    """Whether a first line is the log's header or one of its rows."""
    return _is_header(fields) or bool(ROW.fullmatch(" ".join(map(str, fields))))


def _is_header(fields):
    return list(fields) == ["customer_id", "date", "number_of_cds", "dollar_value"]


def parse(path, rows):
    """The data set of the log's `rows`."""
    documents, count, broken = [], Counter(), []
    sample = False
    for number, fields in rows:
        if not fields or (number == 1 and _is_header(fields)):
            continue
        match = ROW.fullmatch(" ".join(fields))
        day = _day(match["day"]) if match else None
        if day is None:
            broken.append((number, " ".join(fields)))
            continue
        sample = sample or bool(match["sample"])
        documents.append(_document(match, day, count))
    if broken:
        number, line = broken[0]
        more = f" ({len(broken) - 1:,} more rows are broken)" if broken[1:] else ""
        raise LoadError(
            f"{path}, line {number}: {line[:60]!r} is not a customer, a date, "
            f"units and dollars{more}; nothing was loaded."
        )
    if not documents:
        raise LoadError(f"{path} holds no purchase.")
    documents.sort(key=lambda doc: (doc.when, doc.ref))
    return Dataset(
        source=SAMPLE if sample else MASTER,
        documents=documents,
        countries={document.customer: "United States" for document in documents},
        names={PRODUCT: "CD"},
        rows=len(documents),
    )


def _day(digits):
    try:
        when = datetime.strptime(digits, "%Y%m%d")  # noqa: DTZ007 (local)
    except ValueError:
        return None
    return when.replace(hour=NOON) if 1980 <= when.year <= 2100 else None


def _document(match, when, count):
    """A purchase; the log has no numbers, so the day's count makes them unique."""
    customer = match["customer"]
    count[customer, when] += 1
    ref = f"{customer}-{match['day']}-{count[customer, when]}"
    dollars = Decimal(match["dollars"]).quantize(Decimal("0.01"))
    units = int(match["units"])
    line = _line(units, dollars)
    return Document(ref, customer, when, lines=[line])


def _line(units, dollars):
    """Units at the price that gives the dollars to the cent.

    Two units for 5.15 cost 2.575 each; a third of a cent needs more decimals, so the
    price keeps as many as it takes to come back to the total.
    """
    if not units:
        return Line(PRODUCT, 1, dollars, dollars)
    price = (dollars / units).quantize(Decimal("0.000001")).normalize()
    return Line(PRODUCT, units, price + Decimal(0), dollars)
