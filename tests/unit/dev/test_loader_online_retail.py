"""Rows of Online Retail become documents, exactly, or one clear sentence."""

import gzip
import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from dev.loader import LoadError, read, source

HEADER = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
)
SALE = "536365,71053,WHITE LANTERN,6,2010-12-01 08:26:00,3.39,17850,United Kingdom"
CANCEL = "C536379,71053,WHITE LANTERN,-1,2010-12-02 09:41:00,3.39,17850,United Kingdom"


@pytest.fixture
def load(tmp_path):
    """Read a file with these rows."""

    def write_and_read(*rows, header=HEADER, name="orders.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes("\n".join([header, *rows]).encode(encoding))
        return read(path)

    return write_and_read


def row(**cells):
    names = HEADER.split(",")
    values = dict(zip(names, SALE.split(","), strict=True))
    return ",".join({**values, **cells}[name] for name in names)


def sentence(error):
    """The message of an error, which must be one line."""
    message = str(error.value)
    assert "\n" not in message
    assert message.endswith(".")
    return message


def test_sale(load):
    data = load(SALE, row(StockCode="22633", Quantity="2", UnitPrice="0.001"))
    (document,) = data.documents
    assert document.ref == "536365"
    assert document.customer == "17850"
    assert document.when == datetime(2010, 12, 1, 8, 26)
    assert not document.refund
    first, second = document.lines
    assert first == ("71053", 6, Decimal("3.39"), Decimal("20.34"))
    assert second.price == Decimal("0.001")
    assert second.amount == 0
    assert data.net == Decimal("20.34")
    assert data.names == {"71053": "WHITE LANTERN", "22633": "WHITE LANTERN"}
    assert data.countries == {"17850": "United Kingdom"}
    assert data.rows == data.lines == 2
    assert data.last_day == date(2010, 12, 1)


def test_cancellation_becomes_refund(load):
    data = load(SALE, CANCEL)
    sale, refund = data.documents
    assert (sale.refund, refund.refund) == (False, True)
    assert refund.lines[0].quantity == 1
    assert refund.total == Decimal("3.39")
    assert data.net == Decimal("16.95")


@pytest.mark.parametrize(
    ("cells", "reason", "value"),
    [
        ({"CustomerID": ""}, "without customer", "20.34"),
        ({"UnitPrice": "-1"}, "price below zero (adjustments)", "-6"),
        (
            {"Quantity": "-3"},
            "quantity zero or below, and no cancellation (stock corrections)",
            "-10.17",
        ),
        (
            {"Quantity": "0"},
            "quantity zero or below, and no cancellation (stock corrections)",
            "0",
        ),
        ({"InvoiceNo": "C1"}, "cancellation with quantity above zero", "20.34"),
    ],
)
def test_left_out(load, cells, reason, value):
    data = load(SALE, row(**cells))
    assert data.left_out == {reason: (1, Decimal(value))}
    assert data.rows == 2
    assert data.lines == 1


def test_nothing_is_lost(load):
    """What is loaded and what is left out add up to the file."""
    rows = [SALE, CANCEL, row(CustomerID=""), row(UnitPrice="-2.50"), row(Quantity="0")]
    data = load(*rows)
    whole = sum(
        int(cells[3]) * Decimal(cells[5])
        for cells in (line.split(",") for line in rows)
    )
    left_out = sum(value for _count, value in data.left_out.values())
    assert data.net + left_out == whole
    assert data.lines + sum(n for n, _value in data.left_out.values()) == data.rows


def test_free_goods_stay(load):
    data = load(row(UnitPrice="0.0"))
    assert data.documents[0].total == 0
    assert data.list_prices() == {"71053": Decimal("0.00")}


def test_duplicates_are_kept_and_counted(load):
    data = load(SALE, SALE, SALE)
    assert data.net == Decimal("61.02")
    assert data.notes == ["2 rows repeat another one and are kept"]


def test_products(load):
    """Most frequent description, median of the prices it was sold at."""
    data = load(
        row(Description="LANTERN", UnitPrice="2"),
        row(Description="WHITE LANTERN", UnitPrice="3"),
        row(Description="WHITE LANTERN", UnitPrice="10"),
        row(StockCode="22", Description=""),
        CANCEL,
    )
    assert data.names == {"71053": "WHITE LANTERN", "22": "22"}
    assert data.list_prices()["71053"] == 3


def test_country_is_the_most_frequent(load):
    data = load(SALE, row(Country="France"), row(Country="France", InvoiceNo="9"))
    assert data.countries == {"17850": "France"}
    assert "1 customers are given several countries" in data.notes[1]


def test_invoice_takes_its_first_minute(load):
    data = load(row(InvoiceDate="2010-12-01 08:27:00"), SALE)
    assert data.documents[0].when == datetime(2010, 12, 1, 8, 26)


def test_utc(load):
    data = load(SALE)
    assert data.source.to_utc(datetime(2011, 7, 1, 8)) == datetime(2011, 7, 1, 7)
    assert data.source.to_utc(datetime(2010, 12, 1, 8)) == datetime(2010, 12, 1, 8)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"InvoiceNo": ""}, "InvoiceNo is empty"),
        ({"StockCode": " "}, "StockCode is empty"),
        ({"Quantity": "six"}, "Quantity 'six' is not a whole number"),
        ({"Quantity": "1.5"}, "Quantity '1.5' is not a whole number"),
        ({"Quantity": ""}, "Quantity '' is not a whole number"),
        ({"Quantity": "9" * 12}, "too large"),
        ({"UnitPrice": "£3"}, "UnitPrice '£3' is not a number"),
        ({"UnitPrice": "NaN"}, "UnitPrice 'NaN' is not a price"),
        ({"UnitPrice": "1e30"}, "UnitPrice '1e30' is not a price"),
        ({"UnitPrice": ""}, "UnitPrice '' is not a number"),
        ({"InvoiceDate": "yesterday"}, "InvoiceDate 'yesterday' is not a date"),
        ({"InvoiceDate": "0001-01-01 00:00:00"}, "outside 1980 to 2100"),
        ({"InvoiceDate": "2011-02-29 08:26:00"}, "is not a date"),
        ({"CustomerID": "x" * 200}, "CustomerID is not a text of at most"),
        ({"Description": "a\0b"}, "Description is not a text"),
        ({"CustomerID": "17851"}, "invoice 536365 belongs to customer 17851 here"),
    ],
)
def test_broken_row(load, cells, fault):
    with pytest.raises(LoadError) as error:
        load(SALE, SALE, row(**cells), CANCEL)
    message = sentence(error)
    assert "line 4: " in message
    assert fault in message
    assert "nothing was loaded" in message


def test_broken_rows_are_counted(load):
    with pytest.raises(LoadError) as error:
        load(row(Quantity="x"), row(UnitPrice="y"), "536365,71053")
    assert "line 2: Quantity 'x'" in sentence(error)
    assert "(2 more rows are broken)" in sentence(error)


def test_short_row(load):
    with pytest.raises(LoadError, match="line 3: 2 fields where 8 are needed"):
        load(SALE, "536365,71053")


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (HEADER.replace(",Country", ""), "lacks the column Country; its first row"),
        ("InvoiceNo,StockCode,Qty", "lacks the columns Description, Quantity, "),
        ("name,amount", "is neither Online Retail"),
        (SALE, "is neither Online Retail"),
    ],
)
def test_wrong_columns(load, header, fault):
    with pytest.raises(LoadError) as error:
        load(SALE, header=header)
    assert fault in sentence(error)


@pytest.mark.parametrize("rows", [[], [row(CustomerID="")]])
def test_no_order(load, rows):
    with pytest.raises(LoadError, match="holds no order of a known customer"):
        load(*rows)


def test_other_spellings(load):
    """Columns of Online Retail II in another order, dates and decimals of others."""
    data = load(
        "17850.0;3.39;12/1/2010 8:26;6.0;LANTERN;71053;536365;France",
        header="Customer ID;Price;InvoiceDate;Quantity;Description;StockCode;"
        "Invoice;Country",
    )
    assert data.documents[0].when == datetime(2010, 12, 1, 8, 26)
    assert data.documents[0].customer == "17850"
    assert data.net == Decimal("20.34")


def test_latin1(load):
    data = load(row(Description="£1 LANTERN"), encoding="latin-1")
    assert data.names["71053"] == "£1 LANTERN"


def test_byte_order_mark(load):
    assert load(SALE, header="\ufeff" + HEADER).lines == 1


def test_quoted_line_break(load):
    data = load(row(Description='"WHITE\nLANTERN"'), SALE)
    assert data.lines == 2


def gz(path, content):
    path.write_bytes(gzip.compress(content))
    return path


def test_gzip(tmp_path):
    path = gz(tmp_path / "orders.bin", "\n".join([HEADER, SALE]).encode())
    assert read(path).net == Decimal("20.34")


def test_cut_off_gzip(tmp_path):
    path = gz(tmp_path / "orders.csv.gz", "\n".join([HEADER, SALE] * 99).encode())
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LoadError) as error:
        read(path)
    assert "damaged or cut off" in sentence(error)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty"),
        (b"\x89PNG\0\0\0", "is not a text file of orders"),
        (b"PK\3\4 not a zip", "the workbook is damaged"),
        (b"just words\n", "is neither Online Retail"),
    ],
)
def test_not_a_file_of_orders(tmp_path, content, fault):
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(LoadError) as error:
        read(path)
    assert fault in sentence(error)


def test_no_file(tmp_path):
    with pytest.raises(LoadError) as error:
        read(tmp_path / "nothing.csv")
    assert "can't be read: no such file or directory" in sentence(error)
    with pytest.raises(LoadError) as error:
        read(tmp_path)
    assert "is a directory" in sentence(error)


def test_limits(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "MAX_ROWS", 3)
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([HEADER, SALE, SALE, SALE]))
    with pytest.raises(LoadError, match="more than 3 rows"):
        read(path)
    monkeypatch.setattr(source, "MAX_BYTES", 1000)
    with pytest.raises(LoadError, match="more than 1,000 bytes"):
        read(gz(path, b"a,b\n" * 1000))


def workbook(*rows):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    for cells in rows:
        book.active.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_workbook(tmp_path):
    """As published: numbers are numbers, moments are moments, blanks are None."""
    moment = datetime(2010, 12, 1, 8, 26)
    path = tmp_path / "Online Retail.xlsx"
    path.write_bytes(
        workbook(
            [536365, "85123A", "HOLDER", 6, moment, 2.55, 17850, "United Kingdom"],
            ["C536379", 71053, None, -1, moment, 3.39, 17850.0, "United Kingdom"],
            [536366, 71053, "LANTERN", 1, moment, 0.1, None, "France"],
        )
    )
    data = read(path)
    assert [doc.ref for doc in data.documents] == ["536365", "C536379"]
    assert data.net == Decimal("15.30") - Decimal("3.39")
    assert data.left_out == {"without customer": (1, Decimal("0.1"))}
    assert data.names == {"85123A": "HOLDER", "71053": "71053"}


def test_broken_workbook_row(tmp_path):
    path = tmp_path / "Online Retail.xlsx"
    path.write_bytes(workbook([536365, "85123A", "HOLDER", None, "x", 2.55, 1, "UK"]))
    with pytest.raises(LoadError, match="line 2: Quantity '' is not a whole number"):
        read(path)
