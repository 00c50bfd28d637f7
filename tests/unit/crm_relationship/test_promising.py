"""What can be promised: in stock, on its way, bought, made, and in which parts."""

import pytest
from crm_relationship_tools.promising import (
    Batch,
    Calendar,
    Market,
    Source,
    Wish,
    best_split,
    earliest,
    held_back,
    made_of_themselves,
    whole,
)
from hypothesis import given
from hypothesis import strategies as st

TODAY = 701  # a Monday: 1 January of the year 1 was one, and 700 days are 100 weeks
MONDAY_TO_FRIDAY = Calendar(frozenset({0, 1, 2, 3, 4, 7, 8, 9, 10, 11}))
DESK, LEG, SCREW = (1, 1), (2, 1), (3, 1)


def offer(quantity, left=(), sources=None, **wish):
    market = Market({DESK: left}, sources or {}, TODAY)
    return market.offer(Wish(DESK, quantity, **wish))


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [(701, 0, 701), (701, 5, 708), (705, 1, 708), (706, 0, 708), (706, 1, 709)],
)
def test_open_days(day, count, expected):
    assert MONDAY_TO_FRIDAY.after(day, count) == expected


def test_a_closed_day_is_skipped_and_no_open_day_is_no_loop():
    closed = MONDAY_TO_FRIDAY._replace(closed=frozenset({701, 702}))
    assert closed.after(701, 1) == 704
    assert Calendar(frozenset()).next_open(701) == 701


def test_two_weeks_alternate():
    only_second = Calendar(frozenset({7}))
    assert only_second.next_open(701) == 708
    assert only_second.next_open(709) == 722


@pytest.mark.parametrize(
    ("left", "quantity", "day", "batches"),
    [
        ([(0, 5, 0)], 5, 701, [(5, 701)]),
        ([(0, 5, 0)], 6, None, [(5, 701), (1, None)]),
        ([(0, 2, 0), (7, 4, 710)], 6, 710, [(2, 701), (4, 710)]),
        ([(0, 2, 0), (7, 4, 690)], 6, 701, [(6, 701)]),  # overdue: not before today
        ([(8, 1, 705), (7, 4, 710)], 2, 710, [(1, 705), (1, 710)]),
        ([], 2, None, [(2, None)]),
    ],
)
def test_stock_and_supply(left, quantity, day, batches):
    found = offer(quantity, left)
    assert (found.day, found.batches) == (day, [Batch(*row) for row in batches])


def test_buying_takes_the_companys_and_the_suppliers_days():
    source = Source("buy", days=5, prepare=2, name="Wood Corner")
    found = offer(1, sources={DESK: source}, calendar=MONDAY_TO_FRIDAY)
    assert found.day == 708  # ordered Wednesday, there on Monday
    assert found.pieces[0].name == "Wood Corner"
    closed = source.calendar._replace(closed=frozenset({708, 709}))
    source.calendar = closed
    assert offer(1, sources={DESK: source}).day == 710


def test_shipping_and_the_customers_time():
    assert offer(1, [(0, 1, 0)], ship=5, calendar=MONDAY_TO_FRIDAY).day == 708
    assert offer(1, [(0, 1, 0)], ship=1, lead=4).day == 705


def test_to_order_leaves_the_stock_alone():
    source = Source("buy", days=3, on_order=True)
    assert offer(1, [(0, 9, 0)], {DESK: source}).day == 704
    assert offer(1, [(0, 9, 0)], source=source).day == 704


def test_what_is_made_waits_for_its_last_part():
    sources = {
        DESK: Source("make", days=2, parts=[(LEG, 4)]),
        LEG: Source("make", days=1, parts=[(SCREW, 2)]),
        SCREW: Source("buy", days=6, name="Bolts"),
    }
    market = Market({LEG: [(0, 4, 0)], SCREW: [(5, 8, 704)]}, sources, TODAY)
    first, second, third = (market.offer(Wish(DESK, 1)) for _n in range(3))
    assert first.day == 703 and first.pieces[0].because is None
    assert second.day == 707  # screws on day 704, legs a day later, desk two days later
    last = second.pieces[0].because.because
    assert (last.group, last.key, last.day) == (SCREW, 5, 704)
    assert third.day == 710 and third.pieces[0].because.because.kind == "buy"


def test_parts_that_nobody_sells_and_goods_made_of_themselves_have_no_date():
    sources = {DESK: Source("make", parts=[(LEG, 1)]), LEG: Source("none")}
    assert offer(1, sources=sources).day is None
    sources[LEG] = Source("make", parts=[(DESK, 1)])
    assert offer(1, sources=sources).day is None


def test_what_must_be_made_of_itself():
    def found(desk, leg, **vals):
        sources = {(*DESK, ()): Source(desk, parts=[(LEG, 1)], **vals)}
        sources[*LEG, ()] = Source(leg, parts=[(DESK, 1)], **vals)
        return made_of_themselves(sources)

    assert found("kit", "kit") == {DESK, LEG}
    assert found("make", "make", on_order=True) == {DESK, LEG}
    assert found("make", "make") == set()
    assert found("kit", "make") == set(), "it may be in stock"


def test_a_kit_goes_when_its_parts_are_there():
    sources = {DESK: Source("kit", parts=[(LEG, 2), (SCREW, 1)])}
    left = {LEG: [(0, 4, 0), (6, 6, 720)], SCREW: [(0, 3, 0), (7, 9, 710)]}
    found = Market(left, sources, TODAY).offer(Wish(DESK, 5))
    assert found.batches == [Batch(2, 701), Batch(3, 720)]
    assert found.pieces[1].because.group == LEG
    assert offer(1, sources={DESK: Source("kit")}).day is None


def test_what_is_kept_for_others_is_said():
    source = {DESK: Source("buy", days=9)}
    found = offer(9, [(0, 10, 0)], source, keep=2)
    assert found.batches == [Batch(8, 701), Batch(1, 710)] and found.kept == 1
    assert offer(8, [(0, 10, 0)], source, keep=2).kept == 0
    assert offer(1, [(0, 1, 0)], source, keep=2).kept == 1


@pytest.mark.parametrize(
    ("batches", "expected"),
    [
        ([(3, 1), (2, 9)], [(3, 1), (2, 9)]),
        ([(1, 1), (50, 2), (49, 30)], [(51, 2), (49, 30)]),
        ([(50, 1), (1, 29), (49, 30)], [(50, 1), (50, 30)]),
        ([(3, 1), (2, 5), (1, None)], [(3, 1), (2, 5), (1, None)]),
        ([], []),
    ],
)
def test_best_split(batches, expected):
    assert best_split([Batch(*row) for row in batches]) == [Batch(*r) for r in expected]


@pytest.mark.parametrize(
    ("batches", "factor", "step", "expected"),
    [
        ([(30, 1), (18, 9)], 1 / 12, 1, [(2, 1), (2, 9)]),
        ([(5, 1), (7, 9)], 1 / 12, 1, [(1, 9)]),
        ([(1, 1), (2, 9)], 0.5, 0.01, [(0.5, 1), (1, 9)]),
        ([(1, 1), (2, 9)], 0.5, 1, [(1.5, 9)]),
    ],
)
def test_whole(batches, factor, step, expected):
    found = whole([Batch(*row) for row in batches], factor, step)
    assert [(pytest.approx(q), day) for q, day in expected] == found


@pytest.mark.parametrize(
    ("on_hand", "shares", "kept"),
    [(10, [20], 2), (9, [20], 1), (0, [20], 0), (-4, [20], 0), (5, [], 0)],
)
def test_held_back(on_hand, shares, kept):
    assert held_back(on_hand, shares, 1) == kept


def test_earliest():
    batches = [(3, 5), (2, 9), (1, None)]
    assert [earliest(batches, n) for n in (1, 3, 3.5, 5, 6, 7)] == [
        *(5, 5, 9, 9, None, None)
    ]


supplies = st.lists(st.tuples(st.integers(1, 9), st.integers(690, 740)), max_size=5)


@given(st.integers(0, 9), supplies, st.lists(st.integers(1, 12), max_size=5))
def test_nothing_is_promised_twice_and_every_wish_is_answered(stock, rows, wanted):
    rows = sorted(rows, key=lambda row: row[1])
    left = [(0, stock, 0), *((n, *row) for n, row in enumerate(rows, 1))]
    market = Market({DESK: left}, {DESK: Source("buy", days=50)}, TODAY)
    given_out = {}
    for quantity in wanted:
        found = market.offer(Wish(DESK, quantity))
        assert sum(batch.quantity for batch in found.batches) == pytest.approx(quantity)
        assert found.day == max(batch.day for batch in found.batches)
        for piece in found.pieces:
            if piece.kind in ("stock", "supply"):
                given_out[piece.key] = given_out.get(piece.key, 0) + piece.quantity
    there = {key: quantity for key, quantity, _day in left}
    assert all(count <= there[key] + 1e-6 for key, count in given_out.items())
    bought = sum(wanted) > sum(there.values())
    assert bought or sum(given_out.values()) == pytest.approx(sum(wanted))
