"""The pure tiering: boundaries, ties, odd values, and customers that move."""

from bisect import bisect_right
from decimal import Decimal
from fractions import Fraction

import pytest
from crm_relationship_tools import tiering
from crm_relationship_tools.tiering import Rules, Standing, Verdict
from hypothesis import given
from hypothesis import strategies as st

amounts = st.integers(-50, 200).map(Decimal)
cut_lists = st.lists(st.integers(1, 99), unique=True, min_size=1, max_size=4).map(
    lambda cuts: [Decimal(cut) for cut in (*sorted(cuts), 100)]
)


def tiers(method, values, cuts):
    found = tiering.floors(method, sorted(values, reverse=True), cuts)
    return [tiering.tier_of(value, found) for value in values]


@pytest.mark.parametrize(
    ("method", "values", "cuts", "expected"),
    [
        # the customer that crosses the 80 % is inside it; the next one is not
        ("pareto_value", [79, 2, 19], [80, 100], [0, 1, 0]),
        ("pareto_value", [80, 15, 5], [80, 95, 100], [0, 1, 2]),
        ("pareto_value", [80, 20], [80, 100], [0, 1]),
        # equal values share a tier, even across the cut
        ("pareto_value", [50, 50], [50, 100], [0, 0]),
        ("pareto_customers", [5, 5, 5, 5, 5], [20, 100], [0] * 5),
        ("pareto_customers", [9, 8, 8, 8, 1], [40, 100], [0, 0, 0, 0, 1]),
        ("pareto_customers", [10, 9, 8, 7, 6], [20, 60, 100], [0, 1, 1, 2, 2]),
        # who brought nothing, or cost money, carries nobody
        ("pareto_value", [10, 0, -3], [99, 100], [0, 1, 1]),
        ("pareto_customers", [10, 0, 0, 0], [75, 100], [0, 1, 1, 1]),
        ("percentile", [10, 0, -4], [10, 0], [0, 1, 1]),
        ("pareto_value", [0, 0], [80, 100], [1, 1]),
        ("pareto_value", [-1], [80, 100], [1]),
        ("percentile", [0, -1], [50, 0], [1, 1]),
        # one customer is the best there is
        ("pareto_value", [7], [80, 100], [0]),
        ("pareto_customers", [7], [20, 100], [0]),
        ("percentile", [7], [95, 0], [0]),
        # the inclusive percentile interpolates: 95th of 1..101 is 96
        ("percentile", [*range(1, 102)], [95, 0], [1] * 95 + [0] * 6),
        # thresholds mean what they say, also below zero
        ("threshold", [1000, 999, -5, -6], [1000, -5, -100], [0, 1, 1, 2]),
        # nobody
        ("pareto_value", [], [80, 100], []),
        ("pareto_customers", [], [80, 100], []),
        ("percentile", [], [80, 0], []),
        ("threshold", [], [80, 0], []),
        # a tier can be empty: the first customer alone uses up both shares
        ("pareto_value", [96, 4], [50, 90, 100], [0, 2]),
    ],
)
def test_who_belongs_where(method, values, cuts, expected):
    values = [Decimal(value) for value in values]
    assert tiers(method, values, [Decimal(cut) for cut in cuts]) == expected


@pytest.mark.parametrize(
    ("method", "cuts", "problem"),
    [
        ("pareto_value", [100], ("few", 0)),
        ("pareto_value", [], ("few", 0)),
        ("pareto_value", [20, 20, 100], ("order", 1)),
        ("pareto_value", [20, 101], ("range", 1)),
        ("pareto_customers", [-1, 100], ("range", 0)),
        ("pareto_customers", [20, 99], ("rest", 1)),
        ("percentile", [80, 90, 0], ("order", 1)),
        ("percentile", [80, 5], ("rest", 1)),
        ("threshold", [10, 10], ("order", 1)),
        ("threshold", [10, -10], None),
        ("percentile", [95, 80, 0], None),
        ("pareto_customers", [5, 20, 50, 100], None),
    ],
)
def test_cuts_that_do_not_add_up(method, cuts, problem):
    assert tiering.check_cuts(method, cuts) == problem


@given(values=st.lists(amounts), cuts=cut_lists)
def test_the_first_share_of_value_is_really_that_share(values, cuts):
    """Each prefix of tiers holds at least its share, and not one customer too many."""
    values.sort(reverse=True)
    found = tiering.floors("pareto_value", values, cuts)
    earning = [value for value in values if value > 0]
    for tier, cut in enumerate(cuts[:-1]):
        inside = [v for v in values if tiering.tier_of(v, found) <= tier]
        assert sum(inside) * 100 >= cut * sum(earning)
        better = [v for v in inside if v > min(inside)]
        assert not inside or sum(better) * 100 < cut * sum(earning)


@given(
    method=st.sampled_from(tiering.METHODS), values=st.lists(amounts), cuts=cut_lists
)
def test_more_value_never_means_a_worse_tier(method, values, cuts):
    if method in ("percentile", "threshold"):
        cuts = [*reversed(cuts[:-1]), Decimal(0)]
    values.sort(reverse=True)
    found = tiers(method, values, cuts)
    assert found == sorted(found)
    assert len({(v, t) for v, t in zip(values, found, strict=True)}) == len(set(values))


GOLD = Standing(value=Decimal(50), current=1, days=400, purchases=9)
FLOORS = [Decimal(100), Decimal(40), Decimal(10)]
BETWEEN = Fraction(3, 2)


@pytest.mark.parametrize(
    ("change", "rules", "expected"),
    [
        ({}, Rules(), (1, "stay")),
        ({"value": Decimal(100)}, Rules(), (0, "up")),
        ({"value": Decimal("39.99")}, Rules(), (2, "down")),
        ({"value": Decimal(100)}, Rules(hysteresis=10), (1, "hysteresis")),
        ({"value": Decimal(110)}, Rules(hysteresis=10), (0, "up")),
        ({"value": Decimal(36)}, Rules(hysteresis=10), (1, "hysteresis")),
        ({"value": Decimal("35.99")}, Rules(hysteresis=10), (2, "down")),
        # a wide band never moves a customer against its own change
        ({"value": Decimal(39)}, Rules(hysteresis=90), (1, "hysteresis")),
        ({"value": Decimal(0), "days": 89}, Rules(min_stay_days=90), (1, "min_stay")),
        ({"value": Decimal(0), "days": 90}, Rules(min_stay_days=90), (3, "down")),
        ({"value": Decimal(0)}, Rules(max_ranks=1), (2, "limited")),
        ({"value": Decimal(0)}, Rules(max_ranks=2), (3, "down")),
        ({"value": Decimal(0), "pinned": True}, Rules(), (1, "override")),
        ({"current": None}, Rules(max_ranks=1), (1, "new")),
        ({"current": None, "is_new": True}, Rules(), (None, "unconfirmed")),
        ({"is_new": True}, Rules(), (1, "stay")),
        ({"current": None, "pinned": True}, Rules(), (None, "override")),
        # a tier that is not cut: left when a person no longer decides, by value alone
        ({"current": BETWEEN}, Rules(hysteresis=90), (1, "up")),
        ({"current": BETWEEN, "value": Decimal(39)}, Rules(90), (2, "down")),
        ({"current": BETWEEN, "value": Decimal(0)}, Rules(max_ranks=1), (2, "limited")),
        ({"current": BETWEEN, "value": Decimal(100)}, Rules(0, 0, 1), (1, "limited")),
        ({"current": BETWEEN, "days": 9}, Rules(0, 10), (BETWEEN, "min_stay")),
        ({"current": BETWEEN, "pinned": True}, Rules(), (BETWEEN, "override")),
        ({"current": BETWEEN, "is_new": True}, Rules(), (1, "up")),
    ],
)
def test_how_a_customer_moves(change, rules, expected):
    assert tiering.settle(GOLD._replace(**change), FLOORS, rules) == Verdict(*expected)


@pytest.mark.parametrize(
    ("current", "rules", "expected"),
    [
        (None, Rules(), (3, "min_orders")),
        (3, Rules(), (3, "min_orders")),
        (1, Rules(), (3, "min_orders")),
        (1, Rules(max_ranks=1), (2, "limited")),
        (1, Rules(min_stay_days=500), (1, "min_stay")),
    ],
)
def test_who_buys_too_seldom_is_in_the_last_tier(current, rules, expected):
    standing = GOLD._replace(value=Decimal(999), current=current, purchases=2)
    assert tiering.settle(standing, FLOORS, rules, 3) == Verdict(*expected)


def test_nobody_reaches_a_floor_that_nobody_set():
    floors = [tiering.UNREACHABLE]
    dropping = Standing(value=Decimal(0), current=0, days=9)
    assert tiering.settle(dropping, floors, Rules(hysteresis=Decimal(5))).tier == 1


def play(values, rules, start=1):
    """Tiers of one customer over the periods of 90 days, and its causes."""
    tier, days, story = start, 400, []
    for value in values:
        verdict = tiering.settle(
            Standing(Decimal(value), tier, days), [Decimal(100)], rules
        )
        days = 90 if verdict.tier != tier else days + 90
        tier = verdict.tier
        story.append(verdict)
    return story


def test_hysteresis_over_ten_periods_stops_flapping():
    around = [104, 96, 103, 97, 101, 99, 102, 98, 104, 96]
    free = [verdict.tier for verdict in play(around, Rules())]
    calm = [verdict.tier for verdict in play(around, Rules(hysteresis=5))]
    assert free == [0, 1] * 5
    assert calm == [1] * 10


def test_hysteresis_lets_a_lasting_change_through_once():
    rising = [80, 90, 99, 101, 104, 106, 104, 99, 96, 94]
    story = play(rising, Rules(hysteresis=5))
    assert [verdict.tier for verdict in story] == [1] * 5 + [0] * 4 + [1]
    assert [verdict.cause for verdict in story][3:6] == ["hysteresis"] * 2 + ["up"]
    assert story[-1].cause == "down"


def test_a_minimum_stay_holds_over_ten_periods():
    story = play([200, 10] * 5, Rules(min_stay_days=270))
    assert [verdict.tier for verdict in story] == [0, 0, 0, 1, 1, 1, 0, 0, 0, 1]


def test_a_run_over_all_customers_keeps_their_order():
    standings = [Standing(Decimal(v)) for v in (500, 50, 5)]
    floors, verdicts = tiering.evaluate("threshold", standings, FLOORS, Rules())
    assert floors == FLOORS[:-1]
    assert [verdict.tier for verdict in verdicts] == [0, 1, 2]


def test_who_gets_no_tier_by_value_does_not_count_in_the_shares():
    standings = [
        Standing(Decimal(900), purchases=1),
        Standing(Decimal(800), purchases=5, is_new=True),
        Standing(Decimal(9), purchases=2),
        Standing(Decimal(1), purchases=2),
    ]
    cuts = [Decimal(80), Decimal(100)]
    floors, verdicts = tiering.evaluate("pareto_value", standings, cuts, Rules(), 2)
    assert floors == [9]
    assert verdicts == [
        Verdict(1, "min_orders"),
        Verdict(None, "unconfirmed"),
        Verdict(0, "new"),
        Verdict(1, "new"),
    ]


def test_a_run_over_nobody():
    assert tiering.evaluate("pareto_value", [], [80, 100], Rules()) == (
        [tiering.UNREACHABLE],
        [],
    )


@given(
    standing=st.builds(
        Standing,
        value=amounts,
        current=st.sampled_from([None, 0, 1, BETWEEN, 2, 3]),
        days=st.integers(-1, 4),
        purchases=st.integers(0, 3),
        is_new=st.booleans(),
        pinned=st.booleans(),
    ),
    floors=st.lists(
        amounts | st.just(tiering.UNREACHABLE), unique=True, min_size=3, max_size=3
    ).map(lambda found: sorted(found, reverse=True)),
    rules=st.builds(
        Rules,
        hysteresis=st.integers(0, 99).map(Decimal),
        min_stay_days=st.integers(0, 3),
        max_ranks=st.integers(0, 2),
    ),
    min_purchases=st.integers(0, 2),
)
def test_a_verdict_looked_up_is_the_verdict_given(
    standing, floors, rules, min_purchases
):
    currents = [None, 0, 1, BETWEEN, 2, 3]
    table = tiering.tabulate(floors, currents, rules, min_purchases)
    kind = bisect_right(table.bounds, standing.value)
    kind = kind * len(currents) + currents.index(standing.current)
    for flag in (
        standing.days < rules.min_stay_days,
        standing.purchases < min_purchases,
        standing.is_new,
        standing.pinned,
    ):
        kind = kind * 2 + flag
    assert table.verdicts[kind] == tiering.settle(
        standing, floors, rules, min_purchases
    )
