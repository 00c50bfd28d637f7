"""The columns of UCI's *Online Retail* (and *Online Retail II*)."""

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal, InvalidOperation

from .dataset import Dataset, Document, Line, Source, most_frequent, to_cents
from .errors import LoadError

SOURCE = Source(
    code="online_retail",
    company="Online Retail (UK wholesaler)",
    currency="GBP",
    country="GB",
    timezone="Europe/London",
    # postage, carriage, discounts, samples, bank and marketplace fees, donations
    services=frozenset(
        "POST DOT C2 D S M m B CRUK AMAZONFEE".split() + ["BANK CHARGES"]
    ),
)
COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
ALIASES = {"invoice": "invoiceno", "price": "unitprice"}
FORMATS = ("%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d")
WHOLE = re.compile(r"-?\d+(?:\.0+)?")
LONGEST = 120
LARGEST = 10**9

NO_CUSTOMER = "without customer"
NEGATIVE_PRICE = "price below zero (adjustments)"
NO_SALE = "quantity zero or below, and no cancellation (stock corrections)"
ODD_CANCELLATION = "cancellation with quantity above zero"


class Broken(ValueError):
    """What is wrong with one row."""


def is_header(fields):
    """Whether a first row is meant for this format, perhaps with columns missing."""
    return len(set(_header(fields)) & {name.lower() for name in COLUMNS}) >= 2


def _header(fields):
    names = ["".join(str(name or "").lower().split()) for name in fields]
    return [ALIASES.get(name, name) for name in names]


def parse(path, rows):
    """The data set of `rows`, the header first; `LoadError` unless all is in order."""
    _number, first = next(rows)
    positions = _positions(path, first)
    parser = _Parser()
    broken = []
    for number, fields in rows:
        if fields == first:
            continue
        try:
            parser.add(_pick(fields, positions))
        except Broken as error:
            broken.append((number, error))
    if broken:
        number, error = broken[0]
        more = f" ({len(broken) - 1:,} more rows are broken)" if broken[1:] else ""
        raise LoadError(f"{path}, line {number}: {error}{more}; nothing was loaded.")
    return parser.dataset(path)


def _positions(path, header):
    names = _header(header)
    missing = [name for name in COLUMNS if name.lower() not in names]
    if missing:
        there = ", ".join(str(name) for name in header if name not in (None, ""))
        raise LoadError(
            f"{path} lacks the column{'s' if missing[1:] else ''} "
            f"{', '.join(missing)}; its first row reads: {there[:200]}."
        )
    return [names.index(name.lower()) for name in COLUMNS]


def _pick(fields, positions):
    if len(fields) <= max(positions):
        raise Broken(f"{len(fields)} fields where {max(positions) + 1} are needed")
    return [fields[position] for position in positions]


class _Parser:
    """Gather documents row by row."""

    def __init__(self):
        self.rows = 0
        self.documents = {}
        self.countries = {}
        self.names = {}
        self.left_out = {}
        self.repeated = 0
        self._seen = set()
        self._prices = {}
        self._dates = {}

    def add(self, cells):
        """Check one row and put it where it belongs; `Broken` if it can't be read."""
        invoice = text(cells[0], "InvoiceNo")
        product = text(cells[1], "StockCode")
        description = text(cells[2], "Description", required=False)
        quantity = whole(cells[3], "Quantity")
        when = self._memo(self._dates, moment, cells[4])
        price = self._memo(self._prices, money, cells[5])
        customer = text(cells[6], "CustomerID", required=False)
        country = text(cells[7], "Country", required=False)
        self.rows += 1
        refund = invoice[0] in "Cc"
        reason = _reason_to_leave_out(customer, refund, quantity, price)
        if reason:
            count, value = self.left_out.get(reason, (0, Decimal()))
            self.left_out[reason] = count + 1, value + quantity * price
            return
        document = self._document(invoice, customer, when, refund)
        line = Line(product, abs(quantity), price, to_cents(abs(quantity) * price))
        document.lines.append(line)
        self.countries.setdefault(customer, Counter())[country] += 1
        self.names.setdefault(product, Counter())[description] += 1
        self._count_repeated((invoice, when, customer, description, line))

    @staticmethod
    def _memo(known, function, cell):
        try:
            return known[cell]
        except KeyError:
            known[cell] = function(cell)
            return known[cell]

    def _count_repeated(self, row):
        key = hash(row)
        self.repeated += key in self._seen
        self._seen.add(key)

    def _document(self, invoice, customer, when, refund):
        document = self.documents.get(invoice)
        if document is None:
            document = Document(invoice, customer, when, refund)
            self.documents[invoice] = document
        elif document.customer != customer:
            raise Broken(
                f"invoice {invoice} belongs to customer {customer} here "
                f"and to customer {document.customer} before"
            )
        document.when = min(document.when, when)
        return document

    def dataset(self, path):
        """All documents, oldest first."""
        if not self.documents:
            raise LoadError(f"{path} holds no order of a known customer.")
        notes = []
        if self.repeated:
            notes.append(f"{self.repeated:,} rows repeat another one and are kept")
        moved = sum(len(counts) > 1 for counts in self.countries.values())
        if moved:
            notes.append(
                f"{moved:,} customers are given several countries: "
                "the most frequent one is taken"
            )
        return Dataset(
            source=SOURCE,
            documents=sorted(
                self.documents.values(), key=lambda doc: (doc.when, doc.ref)
            ),
            countries={key: most_frequent(n) for key, n in self.countries.items()},
            names={key: most_frequent(n) or key for key, n in self.names.items()},
            rows=self.rows,
            left_out=self.left_out,
            notes=notes,
        )


def _reason_to_leave_out(customer, refund, quantity, price):
    if not customer:
        return NO_CUSTOMER
    if price < 0:
        return NEGATIVE_PRICE
    if refund:
        return ODD_CANCELLATION if quantity >= 0 else None
    return NO_SALE if quantity <= 0 else None


def text(cell, column, required=True):
    """A cell as text; a whole number keeps no decimals.

    >>> text(17850.0, "CustomerID"), text(" 17850.0 ", "CustomerID"), text(None, "C", 0)
    ('17850', '17850', '')
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    value = "" if cell is None else str(cell).strip()
    if column == "CustomerID":
        value = value.removesuffix(".0")
    if required and not value:
        raise Broken(f"{column} is empty")
    if len(value) > LONGEST or "\0" in value:
        raise Broken(f"{column} is not a text of at most {LONGEST} characters")
    return value


def whole(cell, column):
    """A whole number.

    >>> whole("-6", "Quantity"), whole(6.0, "Quantity")
    (-6, 6)
    """
    value = str(cell if cell is not None else "").strip()
    if not WHOLE.fullmatch(value):
        raise Broken(f"{column} {value[:40]!r} is not a whole number")
    number = int(value.partition(".")[0])
    if abs(number) >= LARGEST:
        raise Broken(f"{column} {value[:40]} is too large")
    return number


def money(cell):
    """An exact amount: the decimals that are written, not their binary neighbour.

    >>> money(2.55), money("0.001")
    (Decimal('2.55'), Decimal('0.001'))
    """
    value = str(cell if cell is not None else "").strip()
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise Broken(f"UnitPrice {value[:40]!r} is not a number") from None
    if not amount.is_finite() or abs(amount) >= LARGEST:
        raise Broken(f"UnitPrice {value[:40]!r} is not a price")
    return amount


def moment(cell):
    """The moment of an order.

    >>> moment("12/1/2010 8:26") == moment("2010-12-01 08:26:00")
    True
    """
    if isinstance(cell, datetime):
        when = cell.replace(microsecond=0)
    else:
        when = _parse_moment(str(cell if cell is not None else "").strip())
    if not 1980 <= when.year <= 2100:
        raise Broken(f"InvoiceDate {when:%Y-%m-%d} lies outside 1980 to 2100")
    return when


def _parse_moment(value):
    for form in FORMATS:
        try:
            return datetime.strptime(value, form)  # noqa: DTZ007 (local)
        except ValueError:
            continue
    raise Broken(f"InvoiceDate {value[:40]!r} is not a date like 2010-12-01 08:26:00")
