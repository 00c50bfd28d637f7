"""Where a line is and when it comes."""

import pytest
from crm_relationship_tools.order_trace import Line, LineMove, blocked, trace_line
from crm_relationship_tools.supply import BUYING, IN_STOCK, PICKING, Outcome

TODAY = 1000
ORDER, PICK = ("sale.order", 1), ("stock.picking", 2)
PURCHASE = ("purchase.order", 3)


def ready(day, stage=IN_STOCK, document=PICK, reason="planned"):
    return Outcome(day, document, reason, "transfer", 0, stage)


def line(*moves, **facts):
    return Line(
        1,
        ORDER,
        **{"ordered": 10.0, "moved": bool(moves), "promise": TODAY + 5} | facts,
        moves={move.key: move for move in moves},
    )


def test_the_last_piece_decides_and_the_least_advanced_stage_shows():
    here, coming = LineMove(1, 8, 6.0, reserved=6.0), LineMove(2, 8, 4.0)
    outcomes = {1: ready(TODAY + 1), 2: ready(TODAY + 9, BUYING, PURCHASE)}
    found = trace_line(line(here, coming), outcomes, TODAY)
    assert (found.expected, found.late, found.cause) == (TODAY + 9, 4, PURCHASE)
    assert (found.stage, found.reserved) == ("buying", 6.0)


def test_a_kit_is_as_complete_as_its_scarcest_component():
    seats = LineMove(1, 8, 10.0, reserved=10.0)
    legs = LineMove(2, 9, 40.0, reserved=12.0)
    outcomes = {1: ready(TODAY), 2: ready(TODAY)}
    assert trace_line(line(seats, legs), outcomes, TODAY).reserved == pytest.approx(3.0)


def test_steps_of_one_delivery_are_counted_once():
    pick = LineMove(1, 8, 10.0, reserved=7.0)
    ship = LineMove(2, 8, 10.0, before=[1])
    found = trace_line(line(pick, ship), {1: ready(TODAY), 2: ready(TODAY)}, TODAY)
    assert (found.reserved, found.picked) == (7.0, 0.0)


def test_what_is_picked_shows():
    ship = LineMove(2, 8, 10.0, reserved=10.0, picked=10.0)
    found = trace_line(line(ship), {2: ready(TODAY, PICKING)}, TODAY)
    assert (found.stage, found.picked) == ("picking", 10.0)


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({"delivered": 10.0}, "delivered"),
        ({"delivered": 10.0, "invoiced": 10.0}, "invoiced"),
        ({"delivered": 10.0, "invoiced": 10.0, "paid": 1.0}, "paid"),
        ({"delivered": 4.0, "invoiced": 4.0, "moved": True}, "invoiced"),
        ({"delivered": 4.0, "invoiced": 4.0, "paid": 0.4, "moved": True}, "paid"),
        ({"delivered": 0.0, "moved": True}, "cancelled"),
    ],
)
def test_the_end_of_a_line(facts, stage):
    assert trace_line(line(**facts), {}, TODAY).stage == stage


def test_a_finished_line_was_late_by_the_day_it_left():
    found = trace_line(line(delivered=10.0, left=TODAY + 7), {}, TODAY + 30)
    assert (found.expected, found.late, found.is_late) == (TODAY + 7, 2, True)


def test_goods_without_a_transfer_never_come():
    found = trace_line(line(), {}, TODAY + 8)
    assert (found.expected, found.reason, found.late) == (None, "no_supply", 3)
    assert found.is_late


def test_a_service_is_due_when_promised():
    found = trace_line(line(planned=False), {}, TODAY)
    assert (found.stage, found.expected, found.is_late) == ("to_do", TODAY + 5, False)
    late = trace_line(line(planned=False), {}, TODAY + 9)
    assert (late.expected, late.late, late.reason) == (TODAY + 9, 4, "overdue")


def test_a_line_without_promise_is_never_late():
    move = LineMove(1, 8, 10.0)
    found = trace_line(line(move, promise=None), {1: ready(TODAY + 99)}, TODAY)
    assert (found.late, found.is_late) == (0, False)


def test_a_stop_is_the_cause_until_the_line_is_finished():
    stop = {1: (("crm.credit.hold", 4), "hold", "hold")}
    move = LineMove(1, 8, 10.0, reserved=10.0)
    found = {1: trace_line(line(move), {1: ready(TODAY)}, TODAY)}
    assert blocked(found, stop)[1].cause == ("crm.credit.hold", 4)
    done = {1: trace_line(line(delivered=10.0), {}, TODAY)}
    assert blocked(done, stop)[1].cause is None


def test_moves_that_wait_for_each_other_are_not_forgotten():
    one, two = LineMove(1, 8, 5.0, before=[2]), LineMove(2, 8, 5.0, before=[1])
    itself, fine = LineMove(3, 8, 1.0, before=[3]), LineMove(4, 8, 4.0, reserved=4.0)
    circle = Outcome(None, PICK, "circular", "transfer", 0, IN_STOCK)
    for moves in ((one, two), (itself,), (fine, one, two), (fine, itself)):
        outcomes = {move.key: circle for move in moves} | {4: ready(TODAY)}
        found = trace_line(line(*moves), outcomes, TODAY)
        assert (found.expected, found.reason, found.is_late) == (None, "circular", True)
