"""Read the first table of an .xls, .xlsx or .csv file that somebody else made.

What a file is shows in its content, never in its name. Values are read, formulas are
not executed, and every limit is checked before the memory is spent.
"""

import csv
import io
import struct
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple

import openpyxl
import xlrd

MAX_BYTES = 10 * 2**20
MAX_UNPACKED = 100 * 2**20
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_TEXT = 32_767  # what one cell of a spreadsheet can hold
LAST_ROW = 1_048_576  # of any spreadsheet program
DELIMITERS = ";,\t|"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"%pdf", b"{\\rtf")

Cell = str | Decimal | date | bool | None


class SpreadsheetError(ValueError):
    """A file that cannot be read: a code for the sentence, and what goes into it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class Line(NamedTuple):
    """One row: its number as a spreadsheet program shows it, and its cells."""

    number: int
    cells: list[Cell]


class Table(NamedTuple):
    """The header (the first row with content) and the rows below that are not empty."""

    header: list[str]
    lines: list[Line]


def read(data: bytes) -> Table:
    r"""Read the first sheet with content.

    :raise SpreadsheetError: too_large, unpacks_too_large, too_many_rows,
        too_many_columns, text_too_long, encrypted, damaged, unknown_type or empty

    >>> read(b"Customer;Amount\nACME;1.234,56\n")
    Table(header=['Customer', 'Amount'], lines=[Line(number=2, cells=['ACME', '1.234,56'])])
    """  # noqa: E501
    if len(data) > MAX_BYTES:
        raise SpreadsheetError("too_large", limit=MAX_BYTES // 2**20)
    reader = _reader(data)
    try:
        for sheet in reader(data):
            if table := _table(sheet):
                return table
    except SpreadsheetError:
        raise
    except Exception as error:  # the libraries raise anything on a broken file
        raise SpreadsheetError("damaged") from error
    raise SpreadsheetError("empty")


def _reader(data: bytes):
    """Choose who reads this content."""
    if not data.strip(b"\x00 \t\r\n"):
        raise SpreadsheetError("empty")
    if data.startswith(OLE2):
        if ENCRYPTED in data:
            raise SpreadsheetError("encrypted")
        return _sheets_xls
    if data.startswith(OLD_BIFF):
        return _sheets_xls
    if data.startswith(b"PK\x03\x04"):
        _check_archive(data)
        return _sheets_xlsx
    return _sheets_csv


def _table(rows: Iterable[list[Cell]]) -> Table | None:
    """Split off the header; None if the sheet has no content."""
    header, lines = None, []
    for number, raw in enumerate(rows, 1):
        if number > LAST_ROW:
            raise SpreadsheetError("too_many_rows", limit=MAX_ROWS)
        cells = _trimmed(raw)
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise SpreadsheetError("too_many_columns", limit=MAX_COLUMNS)
        if header is None:
            header = [_header_text(cell) for cell in cells]
        elif len(lines) >= MAX_ROWS:
            raise SpreadsheetError("too_many_rows", limit=MAX_ROWS)
        else:
            lines.append(Line(number, cells))
    return None if header is None else Table(header, lines)


def _trimmed(raw: Iterable[Cell]) -> list[Cell]:
    """Leave out the empty cells at the end.

    >>> _trimmed(["a", " ", Decimal(0), "", None])
    ['a', None, Decimal('0')]
    """
    cells = [_stripped(cell) for cell in raw]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def _stripped(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    if len(cell) > MAX_TEXT:
        raise SpreadsheetError("text_too_long", limit=MAX_TEXT)
    return cell.replace("\x00", "").strip() or None


def _header_text(cell: Cell) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _from_float(value: float) -> Decimal:
    """Give the number that a spreadsheet shows for its binary value.

    >>> _from_float(0.1 + 0.2), _from_float(1200.0)
    (Decimal('0.3'), Decimal('1200'))
    """
    return Decimal(format(value, ".15g"))


def _from_moment(value: datetime) -> date | datetime:
    return value.date() if value.time() == time() else value


# ---------------------------------------------------------------------------- xls


def _sheets_xls(data: bytes) -> Iterator[Iterator[list[Cell]]]:
    try:
        book = xlrd.open_workbook(
            file_contents=data, on_demand=True, logfile=io.StringIO()
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise SpreadsheetError("encrypted") from error
        raise
    for index in range(book.nsheets):
        sheet = book.sheet_by_index(index)
        yield (
            [_cell_xls(cell, book.datemode) for cell in sheet.row(row)]
            for row in range(sheet.nrows)
        )


def _cell_xls(cell: xlrd.sheet.Cell, datemode: int) -> Cell:
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return _from_float(cell.value)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _from_moment(xlrd.xldate.xldate_as_datetime(cell.value, datemode))
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#ERROR")
    return cell.value or None


# --------------------------------------------------------------------------- xlsx


def _check_archive(data: bytes) -> None:
    """Refuse what is no workbook, and what unpacks to more than it may.

    A part never unpacks to more than the size its archive states for it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, struct.error, ValueError) as error:
        raise SpreadsheetError("damaged") from error
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise SpreadsheetError("unpacks_too_large", limit=MAX_UNPACKED // 2**20)
    if any(part.flag_bits & 1 for part in parts):
        raise SpreadsheetError("encrypted")
    if not any(part.filename.startswith("xl/") for part in parts):
        raise SpreadsheetError("unknown_type")
    if any(part.filename.endswith("workbook.bin") for part in parts):
        raise SpreadsheetError("unknown_type")


def _sheets_xlsx(data: bytes) -> Iterator[Iterator[list[Cell]]]:
    book = openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, data_only=True, keep_links=False
    )
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True)
        yield map(_row_xlsx, rows)


def _row_xlsx(row: tuple[object, ...]) -> list[Cell]:
    if row.count(None) == len(row):  # fast, for a file may have a million of them
        return []
    return [_cell_xlsx(value) for value in row]


def _cell_xlsx(value: object) -> Cell:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return _from_float(value)
    if isinstance(value, datetime):
        return _from_moment(value)
    return value if isinstance(value, date) else str(value)


# ---------------------------------------------------------------------------- csv


def _sheets_csv(data: bytes) -> Iterator[Iterator[list[Cell]]]:
    text = _decoded(data)
    delimiter, text = _delimiter(text)
    yield iter(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _decoded(data: bytes) -> str:
    """Decode by byte order mark, as UTF-8, GB 18030 or Windows-1252, in that order.

    >>> _decoded("Müller".encode("cp1252")), _decoded("客户".encode("gbk"))
    ('Müller', '客户')
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"\x00" in data or head.startswith(MARKUP):
        raise SpreadsheetError("unknown_type")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(_legacy_encoding(data), errors="replace")


def _legacy_encoding(data: bytes) -> str:
    """Tell Chinese from Western text: in Chinese, bytes above 127 come in pairs."""
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "cp1252"
    ascii_only = bytes.maketrans(bytes(range(128)), b" " * 128)
    runs = data.translate(ascii_only).split()
    paired = sum(len(run) >= 2 for run in runs)
    return "gb18030" if 2 * paired > len(runs) else "cp1252"


def _delimiter(text: str) -> tuple[str, str]:
    r"""Find what separates the columns: what gives most rows the header's width.

    >>> _delimiter("name;amount\nACME, Inc.;1,5\n")[0]
    ';'
    >>> _delimiter("sep=|\nname|amount")
    ('|', 'name|amount')
    """
    first, _newline, rest = text.partition("\n")
    hint = first.strip().lower()
    if len(hint) == 5 and hint.startswith("sep=") and hint[4] in DELIMITERS:
        return hint[4], rest
    sample = text[:65536].splitlines(keepends=True)[:100]
    return max(DELIMITERS, key=lambda mark: _evenness(sample, mark)), text


def _evenness(sample: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    except csv.Error:
        return 0, 0
    if not widths or widths[0] < 2:
        return 0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]
