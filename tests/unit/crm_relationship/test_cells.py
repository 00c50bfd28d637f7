"""What people write into cells."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from crm_relationship_tools import cells
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0", "0"),
        ("1234", "1234"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("12,5", "12.5"),
        ("12.50", "12.50"),
        ("0.125", "0.125"),
        ("1234.567", "1234.567"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1’234.50", "1234.50"),
        ("12,34,567.5", "1234567.5"),
        ("€ 1.234,56", "1234.56"),
        ("-5", "-5"),
        ("5-", "-5"),
        ("(5)", "-5"),
        ("+5", "5"),
        ("\uff11\uff12", "12"),
        (Decimal("7.5"), "7.5"),
    ],
)
def test_number(cell, expected):
    assert cells.number(cell) == Decimal(expected)


@pytest.mark.parametrize(
    "cell",
    [
        "", "x", "12x", "1e5", "NaN", "=1+1", "1.2.3,4,5", "12.34.5", "1,2,3", ".",
        "1..2", None, True, date(2026, 1, 1), "9" * 16, Decimal("Infinity"),
        Decimal("NaN"), Decimal(10) ** 15, "١e",
    ],
)  # fmt: skip
def test_no_number(cell):
    with pytest.raises(ValueError):
        cells.number(cell)


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["1.234", "1.234,5"], ","),
        (["1,234", "12.5"], "."),
        (["1.234", "2,345"], None),
        (["100", None, Decimal(5)], None),
        (["1.000.000"], ","),
        (["0,500"], ","),
    ],
)
def test_decimal_mark(column, mark):
    assert cells.decimal_mark(column) == mark


@given(
    st.decimals(0, 10**12, places=2),
    st.sampled_from([(".", ","), (",", "."), ("'", "."), (" ", ",")]),
)
def test_number_round_trip(value, marks):
    thousands, mark = marks
    written = f"{value:,.2f}".replace(",", "T").replace(".", mark)
    assert cells.number(written.replace("T", thousands)) == value


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("2026-05-01", None, date(2026, 5, 1)),
        ("2026/5/1", None, date(2026, 5, 1)),
        ("2026年5月1日", None, date(2026, 5, 1)),
        ("20260501", None, date(2026, 5, 1)),
        ("2026-05-01T08:30:00", None, date(2026, 5, 1)),
        ("01.05.2026", "mdy", date(2026, 5, 1)),
        ("01/05/2026", "dmy", date(2026, 5, 1)),
        ("01/05/2026", "mdy", date(2026, 1, 5)),
        ("05/31/2026", "dmy", date(2026, 5, 31)),
        (datetime(2026, 5, 1, 8), None, date(2026, 5, 1)),
        (date(2026, 5, 1), None, date(2026, 5, 1)),
        (Decimal(20260501), None, date(2026, 5, 1)),
        (Decimal(46143), None, date(2026, 5, 1)),
    ],
)
def test_day(cell, order, expected):
    assert cells.day(cell, order) == expected


@pytest.mark.parametrize(
    "cell",
    ["", "x", "31.02.2026", "1.5.26", "2026-13-01", None, True, Decimal("1.5"), "=1"],
)
def test_no_day(cell):
    with pytest.raises(ValueError):
        cells.day(cell)


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@a", " =1", "\t=1", "\uff1d1"])
def test_escaped(value):
    assert cells.escaped(value) == f"'{value}"


@given(st.text())
def test_escaped_never_starts_a_formula(value):
    assert not cells.escaped(value).lstrip(" ").startswith(cells.FORMULA_STARTS)


def test_guess_takes_each_target_once_and_the_exact_name_first():
    targets = {"customer": ["customer", "客户"], "vat": ["vat"], "id": ["id"]}
    headers = ["Customer group", "客户", "", "VAT number", "paid", "Customer"]
    assert cells.guess(headers, targets) == {1: "customer", 3: "vat"}
