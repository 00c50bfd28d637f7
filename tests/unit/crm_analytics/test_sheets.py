"""Spreadsheets: text stays text, numbers and dates keep their kind."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from crm_analytics_tools.sheets import (
    DAY,
    MONEY,
    NUMBER,
    SHARE,
    TEXT,
    WHOLE,
    Book,
    Column,
    Sheet,
    xlsx,
)

openpyxl = pytest.importorskip("openpyxl")
NOW = datetime(2026, 4, 1, tzinfo=UTC).replace(tzinfo=None)


def cells(kind, *values, decimals=2):
    """The cells of a column, as the file has them."""
    sheet = Sheet("Data", [Column("It", kind)], [[value] for value in values])
    content = xlsx(Book("Picture", [sheet], decimals=decimals), created=NOW)
    page = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    return [page.cell(row, 1) for row in range(2, len(values) + 2)]


@pytest.mark.parametrize(
    "name", ["=cmd()", "+1", "-2", "@SUM(A1)", "https://example.org", "{=1}", "007"]
)
def test_names_are_text(name):
    (cell,) = cells(TEXT, name)
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)


@pytest.mark.parametrize(
    ("kind", "value", "shown", "number_format"),
    [
        (WHOLE, 3, 3, "#,##0"),
        (NUMBER, 2.5, 2.5, "#,##0.00"),
        (SHARE, 0.25, 0.25, "0.0%"),
        (MONEY, Decimal("-1.50"), -1.5, "#,##0.00"),
        (DAY, date(2026, 4, 1), datetime(2026, 4, 1), "yyyy-mm-dd"),
    ],
)
def test_kinds(kind, value, shown, number_format):
    (cell,) = cells(kind, value)
    assert (cell.value, cell.number_format) == (shown, number_format)


def test_amounts_of_a_currency_without_cents():
    (cell,) = cells(MONEY, 7, decimals=0)
    assert cell.number_format == "#,##0"


def test_nothing_and_no_number_are_empty():
    found = cells(NUMBER, None, False, float("nan"), float("inf"), 0)
    assert [cell.value for cell in found] == [None, None, None, None, 0]


def test_long_text_is_cut():
    (cell,) = cells(TEXT, "x" * 40_000)
    assert len(cell.value) == 32_767


def test_sheets_notes_and_size():
    book = Book(
        "Cohorts",
        [Sheet("A/B", [Column("One")], [["x"]]), Sheet("C", [Column("Two")], [])],
        [("As of", date(2026, 4, 1))],
    )
    assert book.rows == 1
