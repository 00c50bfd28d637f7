"""Files that other people made, whole and broken."""

import io
import struct
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
import xlwt
from crm_relationship_tools import spreadsheet
from crm_relationship_tools.spreadsheet import Line, SpreadsheetError, Table, read

ROWS = [
    ["Customer", "Amount", "Start"],
    ["ACME", 1234.5, date(2026, 5, 1)],
    [None, None, None],
    [" 客户 ", 100, None],
]
TABLE = Table(
    ["Customer", "Amount", "Start"],
    [
        Line(2, ["ACME", Decimal("1234.5"), date(2026, 5, 1)]),
        Line(4, ["客户", Decimal(100)]),
    ],
)


def xlsx(rows, fill=None):
    book = openpyxl.Workbook()
    book.active.title = "Empty"
    sheet = book.create_sheet("Data")
    for row in rows:
        sheet.append(row)
    if fill:
        fill(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xls(rows):
    book = xlwt.Workbook()
    book.add_sheet("Empty")
    sheet = book.add_sheet("Data")
    dates = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if isinstance(value, date):
                sheet.write(y, x, value, dates)
            elif value is not None:
                sheet.write(y, x, value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return file.getvalue()


def replaced(data, name, change):
    """The workbook with one part changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {part: source.read(part) for part in source.namelist()}
    return archive({**parts, name: change(parts[name])})


@pytest.mark.parametrize("build", [xlsx, xls])
def test_workbook(build):
    assert read(build(ROWS)) == TABLE


@pytest.mark.parametrize(
    "data",
    [
        "Customer,Amount\r\nACME,5\r\n",
        "\ufeffCustomer;Amount\nACME;5",
        "Customer\tAmount\nACME\t5\n",
        "sep=|\nCustomer|Amount\nACME|5\n",
        '\n"Customer","Amount"\n\n"ACME","5"\n',
    ],
)
def test_csv_delimiters(data):
    table = read(data.encode())
    assert table.header == ["Customer", "Amount"]
    assert [line.cells for line in table.lines] == [["ACME", "5"]]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Müller 客户"),
        ("utf-16", "Müller 客户"),
        ("cp1252", "Müller & Söhne Café"),
        ("gb18030", "上海贸易有限公司"),
    ],
)
def test_csv_encodings(encoding, name):
    data = f"Customer;Amount\n{name};5\n".encode(encoding)
    assert read(data).lines == [Line(2, [name, "5"])]


def test_csv_with_commas_in_its_amounts():
    data = b"Customer;Amount;Note\nACME;1,5;a, b, c\nBEST;2,5;d, e, f\n"
    assert read(data).lines[0].cells == ["ACME", "1,5", "a, b, c"]


def test_row_numbers_are_those_of_the_program():
    assert [line.number for line in read(xlsx(ROWS)).lines] == [2, 4]


def test_formulas_are_not_executed():
    data = xlsx([["Amount"], ["=1+1"], [5]])
    assert read(data).lines == [Line(3, [Decimal(5)])]
    assert read(b"Amount;x\n=1+1;y\n").lines == [Line(2, ["=1+1", "y"])]


def test_errors_and_booleans_are_kept_visible():
    assert read(xlsx([["a", "b"], ["#N/A", True]])).lines[0].cells == ["#N/A", True]
    moment = datetime(2026, 5, 1, 8, 30)
    assert read(xlsx([["a"], [moment]])).lines[0].cells == [moment]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b";;;\n;;\n", "empty"),
        (xlsx([]), "empty"),
        (b"x" * (spreadsheet.MAX_BYTES + 1), "too_large"),
        (b"%PDF-1.7 something", "unknown_type"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "unknown_type"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "unknown_type"),
        (archive({"content.xml": "<x/>"}), "unknown_type"),
        (archive({"xl/workbook.bin": "x"}), "unknown_type"),
        (archive({"xl/workbook.xml": "<x/>"}), "damaged"),
        (xlsx(ROWS)[:-60], "damaged"),
        (xls(ROWS)[:600], "damaged"),
        (spreadsheet.OLE2 + b"\x00" * 600, "damaged"),
        (spreadsheet.OLE2 + b"\x00" * 600 + spreadsheet.ENCRYPTED, "encrypted"),
        (b"a;b\n" + b"x" * 40_000 + b";y\n", "text_too_long"),
        (b'a;b\n"' + b"x" * 200_000, "damaged"),
        (";".join("abcdefghij" * 21).encode(), "too_many_columns"),
        (b"a\n" + b"1\n" * (spreadsheet.MAX_ROWS + 1), "too_many_rows"),
    ],
)
def test_bad_files(data, code):
    with pytest.raises(SpreadsheetError) as caught:
        read(data)
    assert caught.value.code == code


def test_most_rows():
    assert len(read(b"a\n" + b"1\n" * spreadsheet.MAX_ROWS).lines) == 50_000


def test_zip_bomb():
    bomb = archive({"xl/workbook.xml": b"0" * (spreadsheet.MAX_UNPACKED + 1)})
    assert len(bomb) < 200_000
    with pytest.raises(SpreadsheetError, match="unpacks_too_large"):
        read(bomb)


def test_zip_bomb_that_states_a_small_size():
    size = 50 * 2**20
    bomb = replaced(xlsx(ROWS), "xl/workbook.xml", lambda _part: b" " * size)
    lie = bomb.replace(struct.pack("<I", size), struct.pack("<I", 100))
    with pytest.raises(SpreadsheetError, match="damaged"):
        read(lie)


def test_entities_are_not_expanded():
    entities = b"".join(
        b'<!ENTITY l%d "%s">' % (i, b"&l%d;" % (i - 1) * 20) for i in range(1, 9)
    )
    doctype = b'<!DOCTYPE x [<!ENTITY l0 "lolo">' + entities + b"]>"

    def spoil(part):
        head, tag, tail = part.partition(b"<worksheet")
        return (head + doctype + tag + tail).replace(b"1234.5", b"&l8;")

    start = time.monotonic()
    with pytest.raises(SpreadsheetError, match="damaged"):
        read(replaced(xlsx(ROWS), "xl/worksheets/sheet2.xml", spoil))
    assert time.monotonic() - start < 5


def test_a_wrong_dimension_does_no_harm():
    def spoil(part):
        return part.replace(b'ref="A1:C4"', b'ref="A1:XFD1048576"')

    data = replaced(xlsx(ROWS), "xl/worksheets/sheet2.xml", spoil)
    assert read(data) == TABLE


def test_a_row_far_below_is_refused():
    def spoil(part):
        return part.replace(b'r="4"', b'r="4000000000"')

    with pytest.raises(SpreadsheetError, match="too_many_rows"):
        read(replaced(xlsx(ROWS), "xl/worksheets/sheet2.xml", spoil))


def test_a_cell_far_to_the_right_is_refused():
    wide = xlsx(ROWS, lambda sheet: sheet.cell(2, 201, "x"))
    with pytest.raises(SpreadsheetError, match="too_many_columns"):
        read(wide)
