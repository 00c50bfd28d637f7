"""Open a file of orders: plain, gzipped or a workbook; by content, not by name."""

import codecs
import csv
import gzip
import io
import os
import zipfile
import zlib

from .errors import LoadError

MAX_BYTES = 1 << 30  # unpacked
MAX_ROWS = 5_000_000
DELIMITERS = ",;\t"
NUL = "\0"


def _as_latin1(error):
    bad = error.object[error.start : error.end]
    return bad.decode("latin-1"), error.end


codecs.register_error("loader_latin1", _as_latin1)


class _Limited(io.RawIOBase):
    """Stop a small file that unpacks into an endless one."""

    def __init__(self, stream, limit):
        super().__init__()
        self.stream = stream
        self.left = limit
        self.limit = limit

    def readable(self):
        return True

    def readinto(self, buffer):
        size = self.stream.readinto(buffer)
        self.left -= size
        if self.left < 0:
            raise LoadError(
                f"The file holds more than {self.limit:,} bytes; load it in parts."
            )
        return size


def open_source(path):
    """Yield `(line number, fields)`; fields are text, or typed cells of a workbook.

    The first pair is `(0, kind)` with kind "table" (a header row follows) or
    "columns" (blank-separated text).
    """
    try:
        yield from _open(path)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, csv.Error) as error:
        raise LoadError(f"{path} can't be read: {_reason(error)}.") from error


def _reason(error):
    if isinstance(error, gzip.BadGzipFile | EOFError | zlib.error):
        return "the compressed file is damaged or cut off"
    if isinstance(error, zipfile.BadZipFile):
        return "the workbook is damaged"
    reason = getattr(error, "strerror", None) or str(error)
    return reason[:1].lower() + reason[1:]


def _open(path):
    if os.path.isdir(path):
        raise LoadError(f"{path} is a directory; name one file.")
    with open(path, "rb") as raw:
        magic = raw.read(4)
        raw.seek(0)
        if magic.startswith(b"PK\3\4"):
            yield (0, "table")
            yield from _workbook(path, raw)
        elif magic.startswith(b"\x1f\x8b"):
            with gzip.open(raw) as unpacked:
                yield from _text(path, unpacked)
        else:
            yield from _text(path, raw)


def _text(path, stream):
    limited = io.BufferedReader(_Limited(stream, MAX_BYTES), 1 << 16)
    text = io.TextIOWrapper(limited, "utf-8-sig", "loader_latin1", newline="")
    head = text.readline(1 << 16)
    if not head:
        raise LoadError(f"{path} is empty.")
    if NUL in head:
        raise LoadError(f"{path} is not a text file of orders.")
    if any(mark in head for mark in DELIMITERS):
        yield (0, "table")
        mark = max(DELIMITERS, key=head.count)
        yield from _table(head, text, mark)
    else:
        yield (0, "columns")
        yield 1, head.split()
        for number, line in enumerate(text, 2):
            _check_rows(number)
            yield number, line.split()


def _table(head, text, mark):
    def lines():
        yield head
        yield from text

    reader = csv.reader(lines(), delimiter=mark)
    for fields in reader:
        _check_rows(reader.line_num)
        if fields:
            yield reader.line_num, fields


def _workbook(path, raw):
    with zipfile.ZipFile(raw) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_BYTES:
            raise LoadError(
                f"{path} unpacks to more than {MAX_BYTES:,} bytes; load it in parts."
            )
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise LoadError(
            "Reading .xlsx needs the Python package openpyxl; save the sheet as .csv."
        ) from None
    try:
        book = load_workbook(raw, read_only=True, data_only=True)
    except (KeyError, ValueError, SyntaxError) as error:
        raise LoadError(f"{path} is not a workbook that can be read.") from error
    try:
        for sheet in book.worksheets:
            yield from _sheet(sheet)
    finally:
        book.close()


def _sheet(sheet):
    """Rows of a sheet. Each sheet may repeat the header; the parser skips it."""
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        _check_rows(number)
        if any(cell not in (None, "") for cell in cells):
            yield number, cells


def _check_rows(number):
    if number > MAX_ROWS:
        raise LoadError(f"The file has more than {MAX_ROWS:,} rows; load it in parts.")
