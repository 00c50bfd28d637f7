"""Tables for a spreadsheet: the numbers behind a picture, as an xlsx file.

Text is text: a customer named "=1+1" becomes neither a formula nor a link.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

TEXT, WHOLE, NUMBER, SHARE, MONEY, DAY = (
    "text",
    "whole",
    "number",
    "share",
    "money",
    "day",
)
FORMATS = {
    TEXT: {},
    WHOLE: {"num_format": "#,##0"},
    NUMBER: {"num_format": "#,##0.00"},
    SHARE: {"num_format": "0.0%"},
    DAY: {"num_format": "yyyy-mm-dd"},
}
WIDTHS = {TEXT: 32}
WIDTH = 16
LONGEST = 32767  # characters of a cell


@dataclass(frozen=True)
class Column:
    """A column: its header, and of which kind its cells are (None leaves one empty).

    TEXT str, WHOLE int, NUMBER and MONEY float or Decimal, SHARE 0 to 1, DAY a date.
    """

    label: str
    kind: str = TEXT


@dataclass(frozen=True)
class Sheet:
    """A table: its name, columns, and rows with a value for each column."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence]


@dataclass(frozen=True)
class Book:
    """The numbers behind a picture.

    :ivar title: of the picture; the file has this name
    :ivar sheets: at least one
    :ivar notes: (label, text or date): of which company, as of when, what is left out
    :ivar decimals: of the currency of the amounts
    """

    title: str
    sheets: Sequence[Sheet]
    notes: Sequence[tuple[str, str | date]] = field(default=())
    decimals: int = 2

    @property
    def rows(self) -> int:
        """Of all sheets together."""
        return sum(len(sheet.rows) for sheet in self.sheets)


def xlsx(book: Book, about: str = "About", created: datetime | None = None) -> bytes:
    """The file: a sheet for each table, and a last one with the notes.

    :param about: name of the sheet with the notes

    >>> table = Sheet("Customers", [Column("Name")], [["=1+1"]])
    >>> xlsx(Book("Cohorts", [table]))[:2]
    b'PK'
    """
    import xlsxwriter

    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": book.title, "created": created})
        styles = _styles(workbook, book.decimals)
        for sheet in book.sheets:
            _table(workbook.add_worksheet(sheet.title), sheet, styles)
        notes = Sheet(
            about,
            [Column(book.title), Column("")],
            [(label, value) for label, value in book.notes],
        )
        _table(workbook.add_worksheet(about), notes, styles)
    return output.getvalue()


def _styles(workbook: Workbook, decimals: int) -> dict:
    money = "#,##0" + ("." + "0" * decimals if decimals > 0 else "")
    formats = FORMATS | {MONEY: {"num_format": money}, "header": {"bold": True}}
    return {name: workbook.add_format(props) for name, props in formats.items()}


def _table(page: Worksheet, sheet: Sheet, styles: dict) -> None:
    page.freeze_panes(1, 0)
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, WIDTHS.get(column.kind, WIDTH))
        page.write_string(0, at, column.label, styles["header"])
    kinds = [column.kind for column in sheet.columns]
    for number, row in enumerate(sheet.rows, 1):
        _row(page, number, zip(kinds, row, strict=True), styles)


def _row(
    page: Worksheet, number: int, cells: Iterable[tuple[str, object]], styles: dict
) -> None:
    for at, (kind, value) in enumerate(cells):
        if isinstance(value, str):
            page.write_string(number, at, value[:LONGEST], styles[TEXT])
        elif isinstance(value, date):
            page.write_datetime(number, at, value, styles[DAY])
        elif value is not None and value is not False and math.isfinite(value):
            page.write_number(number, at, value, styles[kind])
