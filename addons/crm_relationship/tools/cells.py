"""What a cell of somebody else's spreadsheet means, and how to write one safely."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

Cell = str | Decimal | date | bool | None

POINT, COMMA = ".", ","
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
CURRENCY_SIGNS = "€$£¥￥₹₽₺₩₫元"
MAX_DIGITS = 15  # as many as a spreadsheet keeps
EXCEL_EPOCH = date(1899, 12, 30)
EXCEL_DAYS = range(18_264, 73_051)  # 1950 to 2099
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

GROUPED = re.compile(r"\d{1,3}(?:([ '.,])\d{2,3})*")
YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")


def text(cell: Cell) -> str:
    """Give the cell as the text that a person sees in it.

    >>> text(Decimal("4711.0")), text(date(2026, 5, 1)), text(None)
    ('4711', '2026-05-01', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        whole = cell == cell.to_integral_value()
        return format(cell.to_integral_value() if whole else cell.normalize(), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return str(cell)


def escaped(value: str) -> str:
    """Make text that no spreadsheet program takes for a formula.

    >>> escaped("=1+1"), escaped("ACME")
    ("'=1+1", 'ACME')
    """
    return f"'{value}" if value.lstrip(" ").startswith(FORMULA_STARTS) else value


# ------------------------------------------------------------------------ numbers


def number(cell: Cell, mark: str | None = None) -> Decimal:
    """Read an amount as people write it.

    `mark` is the decimal mark where the text alone does not tell: 1.234 or 1,234.

    :raise ValueError: it is no number, or has more digits than a spreadsheet keeps

    >>> number("1.234,56"), number("1,234.56"), number("(1'234.50) €")
    (Decimal('1234.56'), Decimal('1234.56'), Decimal('-1234.50'))
    >>> number("1.234", mark=","), number("1.234", mark=".")
    (Decimal('1234'), Decimal('1.234'))
    """
    if isinstance(cell, Decimal) and cell.is_finite():
        if abs(cell) >= 10**MAX_DIGITS:
            raise ValueError(cell)
        return cell
    if not isinstance(cell, str):
        raise ValueError(cell)
    body, negative = _number_body(cell)
    mark = decimal_mark([cell]) or mark or POINT
    whole, _mark, fraction = body.partition(mark)
    group = GROUPED.fullmatch(whole)
    if not (whole.isdigit() or (group and _evenly_grouped(whole))):
        raise ValueError(cell)
    digits = re.sub(r"\D", "", whole)
    if (fraction and not fraction.isdigit()) or len(digits) > MAX_DIGITS:
        raise ValueError(cell)
    value = Decimal(f"{digits}.{fraction or 0}") if fraction else Decimal(digits)
    return -value if negative else value


def decimal_mark(cells: Iterable[Cell]) -> str | None:
    """Find the decimal mark that the texts of a column tell; None if none does.

    >>> decimal_mark(["1.000", "12,5"]), decimal_mark(["1.000"])
    (',', None)
    """
    for cell in cells:
        if isinstance(cell, str) and (mark := _mark_of(_number_body(cell)[0])):
            return mark
    return None


def _mark_of(body: str) -> str | None:
    points, commas = body.count(POINT), body.count(COMMA)
    if points and commas:
        return max(POINT, COMMA, key=body.rfind)
    if points + commas == 0:
        return None
    mark, other = (POINT, COMMA) if points else (COMMA, POINT)
    if points + commas > 1:
        return other
    whole, _mark, fraction = body.partition(mark)
    if len(fraction) == 3 and whole.isdigit() and len(whole) <= 3 and int(whole):
        return None
    return mark


def _number_body(cell: str) -> tuple[str, bool]:
    """Strip currency signs and the sign; say whether it is negative."""
    plain = unicodedata.normalize("NFKC", cell).replace("’", "'").replace("−", "-")
    plain = plain.strip(f" {CURRENCY_SIGNS}")
    negative = (plain.startswith("(") and plain.endswith(")")) or plain.endswith("-")
    if plain.startswith("-"):
        negative = not negative
    return plain.strip(f" ()+-{CURRENCY_SIGNS}"), negative


def _evenly_grouped(whole: str) -> bool:
    """Tell 1.234.567 from 12.34.5: one kind of separator, the last group of three."""
    parts = re.split(r"\D", whole)
    return len(set(re.findall(r"\D", whole))) == 1 and len(parts[-1]) == 3


# -------------------------------------------------------------------------- dates


def day(cell: Cell, order: str | None = None) -> date:
    """Read a date; `order` decides where the text alone does not: 03/04/2026.

    :raise ValueError: it is no date, or has a year of two digits

    >>> day("31.12.2026"), day("03/04/2026", order="mdy"), day(Decimal(46023))
    (datetime.date(2026, 12, 31), datetime.date(2026, 3, 4), datetime.date(2026, 1, 1))
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, Decimal):
        return _day_of_number(cell)
    if not isinstance(cell, str):
        raise ValueError(cell)
    plain = re.sub(r"[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?$", "", cell.strip())
    plain = unicodedata.normalize("NFKC", plain)
    if found := YEAR_FIRST.fullmatch(plain) or COMPACT.fullmatch(plain):
        return date(*map(int, found.groups()))
    if found := YEAR_LAST.fullmatch(plain):
        first, _mark, second, year = found.groups()
        order = date_order([plain]) or order or DAY_FIRST
        if order == MONTH_FIRST:
            first, second = second, first
        return date(int(year), int(second), int(first))
    raise ValueError(cell)


def date_order(cells: Iterable[Cell]) -> str | None:
    """Find whether the day or the month comes first; None if no text tells.

    >>> date_order(["03/04/2026", "12/31/2026"]), date_order(["3.4.2026"])
    ('mdy', 'dmy')
    """
    for cell in cells:
        found = YEAR_LAST.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if not found:
            continue
        first, mark, second = int(found[1]), found[2], int(found[3])
        if mark == "." or first > 12:
            return DAY_FIRST
        if second > 12:
            return MONTH_FIRST
    return None


def _day_of_number(value: Decimal) -> date:
    """Read 20261231, or the number behind a date cell that lost its format."""
    if value == value.to_integral_value() and value in EXCEL_DAYS:
        return EXCEL_EPOCH + timedelta(days=int(value))
    if found := COMPACT.fullmatch(text(value)):
        return date(*map(int, found.groups()))
    raise ValueError(value)


# ------------------------------------------------------------------------ headers


def key(label: object) -> str:
    """Reduce a label or a code to what counts when two are compared.

    >>> key("  Crédit-Limit (EUR) "), key("客户 名称")
    ('creditlimiteur', '客户名称')
    """
    plain = unicodedata.normalize("NFKD", str(label)).casefold()
    return "".join(char for char in plain if char.isalnum())


def guess(headers: list[str], targets: Mapping[str, Iterable[str]]) -> dict[int, str]:
    """Map columns to targets by their headers; each target is taken once.

    A header that is one of the target's names wins over one that only contains it.

    >>> guess(["VAT no.", "Credit limit EUR"], {"amount": ["credit limit"], "vat": ["VAT"]})
    {1: 'amount', 0: 'vat'}
    """  # noqa: E501
    columns = {index: key(header) for index, header in enumerate(headers)}
    names = {code: [key(name) for name in given] for code, given in targets.items()}
    found: dict[int, str] = {}
    for fits in (_same, _contains):
        for code, keys in names.items():
            if code in found.values():
                continue
            free = (i for i, header in columns.items() if i not in found and header)
            index = next((i for i in free if fits(columns[i], keys)), None)
            if index is not None:
                found[index] = code
    return found


def _same(header: str, names: list[str]) -> bool:
    return header in names


def _contains(header: str, names: list[str]) -> bool:
    return any(
        name and (len(name) > 2 or not name.isascii()) and name in header
        for name in names
    )
