"""Rows of the CDNOW log become documents, exactly, or one clear sentence."""

from datetime import datetime
from decimal import Decimal

import pytest
from dev.loader import LoadError, read
from dev.loader.dataset import to_cents

HEADER = " customer_id  date number_of_cds  dollar_value\r\n"


@pytest.fixture
def load(tmp_path):
    def write_and_read(*rows, header=HEADER):
        path = tmp_path / "log.txt"
        path.write_bytes((header + "".join(f"{row}\r\n" for row in rows)).encode())
        return read(path)

    return write_and_read


def test_master(load):
    data = load(" 00001 19970101  1   11.77", " 00002 19970112  5   77.00")
    first, second = data.documents
    assert (first.ref, first.customer) == ("00001-19970101-1", "00001")
    assert first.when == datetime(1997, 1, 1, 12)
    assert second.lines == [("CD", 5, Decimal("15.4"), Decimal("77.00"))]
    assert data.net == Decimal("88.77")
    assert data.source.company == "CDNOW"
    assert data.source.currency == "USD"


def test_sample(load):
    data = load(" 00004 0001 19970101  2   29.33", header="")
    assert data.source.company == "CDNOW (1/10 sample)"
    assert data.documents[0].customer == "00004"
    assert data.net == Decimal("29.33")


def test_second_purchase_of_a_day(load):
    data = load(
        " 00002 19970112  1   12.00", " 00002 19970112  5   77.00", header=HEADER
    )
    assert [doc.ref for doc in data.documents] == [
        "00002-19970112-1",
        "00002-19970112-2",
    ]


@pytest.mark.parametrize(
    ("units", "dollars"),
    [(1, "0.00"), (3, "10.00"), (7, "100.01"), (99, "506.97"), (40, "0.01")],
)
def test_price_gives_the_dollars_back(load, units, dollars):
    (document,) = load(f" 00001 19970101 {units} {dollars}").documents
    (line,) = document.lines
    assert line.amount == Decimal(dollars)
    assert to_cents(line.price * line.quantity) == Decimal(dollars)


def test_no_units(load):
    """Dollars without units are one unit: the total is what counts."""
    (line,) = load(" 00001 19970101 0 9.99").documents[0].lines
    assert line == ("CD", 1, Decimal("9.99"), Decimal("9.99"))


def test_same_day_in_the_seller_s_zone(load):
    data = load(" 00001 19970701  1   11.77")
    assert data.source.to_utc(data.documents[0].when) == datetime(1997, 7, 1, 16)


@pytest.mark.parametrize(
    "row",
    [
        " 00001 19970231  1   11.77",
        " 00001 19970101  1",
        " 00001 19970101  x   11.77",
        " 00001 19970101  1   11.777",
        " 00001 19970101  1   -5.00",
        " 00001 1 19970101  1  5.00 9",
        "gibberish",
    ],
)
def test_broken_row(load, row):
    with pytest.raises(LoadError) as error:
        load(" 00001 19970101  1   11.77", row, row)
    assert "line 3: " in str(error.value)
    assert "(1 more rows are broken); nothing was loaded." in str(error.value)
    assert "\n" not in str(error.value)


def test_no_purchase(load):
    with pytest.raises(LoadError, match="holds no purchase"):
        load()
