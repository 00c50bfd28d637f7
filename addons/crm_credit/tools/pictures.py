"""Where the parts of a credit picture lie, in percent of its width.

Amounts and days come in, shares from 0 to 100 go out; whoever draws them needs no
arithmetic.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

WATCHED = 0.8  # of the limit
YEAR = timedelta(days=365)
SEASON = timedelta(days=90)
MOST_TICKS = 8
LATE_SCALE = 30.0  # days that fill a bar, unless a month was later still

Step = tuple[str, float]


def tone(limit: float | None, used: float) -> str:
    """Say how a debtor stands: fine, near the limit, or over it.

    >>> [tone(100, used) for used in (79, 80, 100, 101)]
    ['success', 'warning', 'warning', 'danger']
    >>> tone(None, 5), tone(0, 0), tone(0, 1)
    ('success', 'success', 'danger')
    """
    if limit is None or used <= 0:
        return "success"
    if used > limit:
        return "danger"
    return "warning" if used >= WATCHED * limit else "success"


def gauge(limit: float | None, used: float, held: float = 0.0) -> dict[str, float]:
    """Lay out a bar of what is used, then what is held, against the limit.

    >>> gauge(100, 50, 25)
    {'used': 50.0, 'held': 25.0, 'limit': 100.0}
    >>> gauge(100, 150, 50)
    {'used': 75.0, 'held': 25.0, 'limit': 50.0}
    >>> gauge(None, 30, 10)
    {'used': 75.0, 'held': 25.0, 'limit': 100.0}
    >>> gauge(0, 0)
    {'used': 0.0, 'held': 0.0, 'limit': 100.0}
    """
    used, held = max(used, 0.0), max(held, 0.0)
    whole = max(limit or 0.0, used + held)
    if not whole:
        return {"used": 0.0, "held": 0.0, "limit": 100.0}
    end = whole if limit is None else limit
    return {
        "used": _share(used, whole),
        "held": _share(held, whole),
        "limit": _share(end, whole),
    }


def waterfall(
    steps: Iterable[Step], totals: Iterable[tuple[str, Iterable[Step]]] = ()
) -> list[dict]:
    """Lay out floating bars: each starts where the one before ends.

    :param totals: (code, further steps): a bar from zero with the sum so far, and
        what follows after it

    >>> bars = waterfall([("due", 60), ("paid", -20)], [("exposure", [])])
    >>> [(bar["code"], bar["left"], bar["width"]) for bar in bars]
    [('due', 0.0, 100.0), ('paid', 66.7, 33.3), ('exposure', 0.0, 66.7)]
    >>> waterfall([]), [bar["width"] for bar in waterfall([("paid", -5)])]
    ([], [100.0])
    """
    spans = []
    running = 0.0
    for code, amount in steps:
        spans.append((code, "step", amount, running, running + amount))
        running += amount
    for code, more in totals:
        spans.append((code, "total", running, 0.0, running))
        for next_code, amount in more:
            spans.append((next_code, "step", amount, running, running + amount))
            running += amount
    return _placed(spans)


def _placed(spans: Sequence[tuple[str, str, float, float, float]]) -> list[dict]:
    ends = [0.0, *(end for span in spans for end in span[3:])]
    lowest = min(ends)
    whole = max(ends) - lowest
    return [
        {
            "code": code,
            "kind": kind,
            "amount": amount,
            "left": _share(min(start, end) - lowest, whole),
            "width": _share(abs(end - start), whole),
        }
        for code, kind, amount, start, end in spans
    ]


def time_axis(spans: Sequence[tuple[date, date | None]], today: date) -> dict:
    """Choose the days that a picture of these periods shows.

    At most a year back and two years ahead: what goes on longer is cut off.

    >>> axis = time_axis([(date(2026, 5, 1), date(2026, 9, 30))], date(2026, 6, 1))
    >>> axis["first"], axis["last"], axis["today"]
    (datetime.date(2026, 3, 3), datetime.date(2026, 9, 30), 42.7)
    >>> [tick["day"].month for tick in axis["ticks"]]
    [4, 5, 6, 7, 8, 9]
    """
    starts = [first for first, _last in spans]
    ends = [last or today + YEAR for _first, last in spans]
    first = max(min([*starts, today - SEASON]), today - YEAR)
    last = min(max([*ends, today + SEASON]), today + 2 * YEAR)
    whole = (last - first).days
    return {
        "first": first,
        "last": last,
        "today": _share((today - first).days, whole),
        "ticks": [
            {"day": day, "left": _share((day - first).days, whole)}
            for day in _months(first, last)
        ],
    }


def time_bar(span: tuple[date, date | None], axis: dict) -> dict:
    """Lay out one period on the axis; an open end goes to the edge.

    >>> axis = {"first": date(2026, 1, 1), "last": date(2026, 1, 11)}
    >>> time_bar((date(2025, 12, 1), date(2026, 1, 5)), axis)
    {'left': 0.0, 'width': 50.0, 'open': False}
    >>> time_bar((date(2026, 1, 6), None), axis)
    {'left': 50.0, 'width': 50.0, 'open': True}
    """
    first, last = axis["first"], axis["last"]
    whole = (last - first).days
    start = min(max(span[0], first), last)
    # the last day of a period belongs to it
    end = min(max((span[1] or last) + timedelta(days=1), start), last)
    left = _share((start - first).days, whole)
    width = _share((end - start).days, whole)
    return {"left": left, "width": width, "open": span[1] is None or span[1] > last}


def strip(
    months: Iterable[tuple[date, float | None, float]], limit: float | None
) -> dict:
    """Lay out the months of a debtor: how late it paid, how much it owed at most.

    :param months: (first day, average days late or None, highest balance)
    :param limit: what the balances are a share of; None where nothing limits them
    :return: heights, and the height of the limit itself unless it has none

    >>> laid = strip([(date(2026, 3, 1), 15, 500), (date(2026, 4, 1), None, 0)], 400)
    >>> [(month["late"], month["used"], month["ratio"]) for month in laid["months"]]
    [(50.0, 100.0, 1.25), (0.0, 0.0, 0.0)]
    >>> laid["limit"], strip([(date(2026, 3, 1), 60, 5)], 0)["limit"]
    (80.0, None)
    >>> strip([(date(2026, 3, 1), None, 0)], 400)["months"]
    []
    """
    months = list(months)
    if not any(days is not None or peak for _day, days, peak in months):
        return {"months": [], "limit": None}
    latest = max([LATE_SCALE, *(days or 0.0 for _day, days, _peak in months)])
    highest = max([limit or 0.0, *(peak for _day, _days, peak in months)])
    return {
        "limit": _share(limit, highest) if limit else None,
        "months": [
            {
                "month": day,
                "days": days,
                "peak": peak,
                "ratio": peak / limit if limit else None,
                "late": _share(days or 0.0, latest),
                "used": _share(peak, highest),
            }
            for day, days, peak in months
        ],
    }


def _months(first: date, last: date) -> list[date]:
    """Firsts of months between two days, as many as can be read."""
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    step = next(n for n in (1, 2, 3, 6, 12) if len(months) <= n * MOST_TICKS)
    return [
        date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0
    ]


def _share(part: float, whole: float) -> float:
    return round(100.0 * part / whole, 1) if whole else 0.0
