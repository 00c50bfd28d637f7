"""What a file of orders says, whatever its format."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

CENT = Decimal("0.01")


class Line(NamedTuple):
    """One row: what was sold, at the price of the file."""

    product: str
    quantity: int
    price: Decimal
    amount: Decimal


@dataclass(slots=True)
class Document:
    """An invoice or a credit note, with positive quantities in both."""

    ref: str
    customer: str
    when: datetime  # local time of the seller, naive as in the file
    refund: bool = False
    lines: list = field(default_factory=list)

    @property
    def total(self):
        """Untaxed total, positive for an invoice as for a credit note."""
        return sum((line.amount for line in self.lines), Decimal())


@dataclass(frozen=True)
class Source:
    """The seller whose history a file holds."""

    code: str
    company: str
    currency: str
    country: str
    timezone: str
    services: frozenset = frozenset()

    def to_utc(self, when):
        """The naive UTC moment of a naive local one.

        >>> shop = Source("x", "X", "GBP", "GB", "Europe/London")
        >>> shop.to_utc(datetime(2011, 6, 1, 9, 30))
        datetime.datetime(2011, 6, 1, 8, 30)
        """
        local = when.replace(tzinfo=ZoneInfo(self.timezone))
        return local.astimezone(UTC).replace(tzinfo=None)


@dataclass
class Dataset:
    """Documents in order of time, with the customers and products they name."""

    source: Source
    documents: list
    countries: dict  # customer -> country as the file names it
    names: dict  # product -> description
    rows: int = 0
    left_out: dict = field(default_factory=dict)  # reason -> (rows, value)
    notes: list = field(default_factory=list)

    @property
    def lines(self):
        """How many rows became lines."""
        return sum(len(document.lines) for document in self.documents)

    @property
    def net(self):
        """Value of the invoices less that of the credit notes."""
        return sum(
            (-doc.total if doc.refund else doc.total for doc in self.documents),
            Decimal(),
        )

    @property
    def last_day(self) -> date:
        """The day on which the history ends."""
        return self.documents[-1].when.date()

    def list_prices(self):
        """Median price per product over what was sold, else over all its lines."""
        sold, every = {}, {}
        for document in self.documents:
            for line in document.lines:
                every.setdefault(line.product, []).append(line.price)
                if not document.refund and line.price:
                    sold.setdefault(line.product, []).append(line.price)
        return {
            product: to_cents(median(sold.get(product, prices)))
            for product, prices in every.items()
        }


def to_cents(amount):
    """Round half away from zero, as Odoo and PostgreSQL do.

    >>> to_cents(Decimal("0.125")), to_cents(Decimal("-0.125"))
    (Decimal('0.13'), Decimal('-0.13'))
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


def most_frequent(counts: Counter):
    """The value counted most often; the alphabet decides between equals.

    >>> most_frequent(Counter(["b", "a", "b", "a"]))
    'a'
    """
    return min(counts, key=lambda value: (-counts[value], value))
