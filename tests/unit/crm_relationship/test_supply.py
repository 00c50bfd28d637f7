"""Pegging and dating a network of open work."""

import pytest
from crm_relationship_tools.supply import (
    BUYING,
    IN_STOCK,
    MAKING,
    PICKING,
    TO_SOURCE,
    Demand,
    Node,
    Supply,
    peg,
    solve,
)
from hypothesis import given
from hypothesis import strategies as st

TODAY = 1000
PURCHASE, MAKE = ("purchase.order", 7), ("mrp.production", 5)
PICK = ("stock.picking", 3)

quantities = st.integers(1, 20)
demands = st.lists(
    st.builds(lambda quantity, rank: (quantity, rank), quantities, st.integers(0, 3)),
    max_size=8,
)
supplies = st.lists(st.tuples(quantities, st.integers(0, 9), st.booleans()), max_size=8)


def made(rows):
    return [Demand(i, quantity, (rank,)) for i, (quantity, rank) in enumerate(rows, 1)]


def bringing(rows):
    return [Supply(100 + i, *row) for i, row in enumerate(rows)]


@given(st.integers(-5, 30), demands, supplies)
def test_nothing_is_given_twice_and_nothing_is_lost(free, wanted, coming):
    shares, left = peg(free, made(wanted), bringing(coming))
    given_ = sum(share.quantity for rows in shares.values() for share in rows)
    rest = sum(supply.quantity for supply in left)
    assert given_ + rest == pytest.approx(max(free, 0) + sum(row[0] for row in coming))
    for demand in made(wanted):
        got = sum(share.quantity for share in shares[demand.key])
        assert got <= demand.quantity + 1e-6


@given(st.integers(0, 30), demands, supplies)
def test_who_comes_first_is_served_first(free, wanted, coming):
    shares, _left = peg(free, made(wanted), bringing(coming))
    ranked = sorted(made(wanted), key=lambda demand: (demand.rank, demand.key))
    short = [
        sum(share.quantity for share in shares[demand.key]) < demand.quantity - 1e-6
        for demand in ranked
    ]
    assert short == sorted(short), "somebody got what an earlier one lacks"


@given(st.integers(0, 30), demands, supplies)
def test_what_is_sure_is_given_before_what_is_asked_for(free, wanted, coming):
    shares, left = peg(free, made(wanted), bringing(coming))
    firm = {supply.key: supply.firm for supply in bringing(coming)}
    if any(not firm.get(share.key, True) for rows in shares.values() for share in rows):
        assert not [supply for supply in left if supply.key == 0 or supply.firm]


def chain(*nodes):
    """Nodes of which each waits for the next; the first is the delivery."""
    for node, origin in zip(nodes, nodes[1:], strict=False):
        node.origins.append(origin.key)
    return {node.key: node for node in nodes}


def test_a_delivery_waits_for_the_component_of_a_component():
    nodes = chain(
        Node(1, "transfer", TODAY + 3, PICK),
        Node(2, "production", TODAY + 1, MAKE, lead=2),
        Node(3, "production", TODAY, ("mrp.production", 6), lead=1),
        Node(4, "receipt", TODAY + 30, PURCHASE),
    )
    found = solve(nodes, TODAY)[1]
    assert (found.day, found.document) == (TODAY + 33, PURCHASE)
    assert (found.depth, found.stage) == (3, MAKING)


def test_an_overdue_purchase_cannot_come_before_today():
    nodes = chain(
        Node(1, "transfer", TODAY - 2, PICK), Node(2, "receipt", TODAY - 9, PURCHASE)
    )
    found = solve(nodes, TODAY)[1]
    assert (found.day, found.reason, found.document) == (TODAY, "overdue", PURCHASE)
    assert found.stage == BUYING


def test_an_overdue_transfer_that_waits_for_nothing_is_its_own_cause():
    node = Node(1, "transfer", TODAY - 2, PICK, progress=PICKING)
    found = solve({1: node}, TODAY)[1]
    assert (found.reason, found.document, found.stage) == ("overdue", PICK, PICKING)


def test_the_unknown_comes_last():
    nodes = chain(Node(1, "transfer", TODAY, PICK))
    nodes[2] = Node(2, "receipt", TODAY + 99, PURCHASE)
    nodes[-1] = Node(-1, "shortage", None, ("product.product", 4))
    nodes[1].origins = [2, -1]
    found = solve(nodes, TODAY)[1]
    assert (found.day, found.reason, found.stage) == (None, "no_supply", TO_SOURCE)


def test_what_nobody_ordered_is_told_even_when_there_is_time():
    nodes = chain(
        Node(1, "transfer", TODAY + 9, PICK),
        Node(-1, "shortage", 0, ("product.product", 4), lead=5),
    )
    found = solve(nodes, TODAY)[1]
    assert (found.day, found.reason) == (TODAY + 9, "no_supply")


def test_circles_say_so_and_the_rest_stays_right():
    nodes = chain(Node(1, "transfer", TODAY, PICK), Node(2, "transfer", TODAY, PICK))
    nodes[2].origins = [1]
    nodes[3] = Node(3, "transfer", TODAY + 1, PICK)
    found = solve(nodes, TODAY)
    assert found[1].day is None
    assert found[1].reason == "circular"
    assert (found[3].day, found[3].stage) == (TODAY + 1, IN_STOCK)


def test_a_chain_as_long_as_a_year_needs_no_recursion():
    nodes = chain(*(Node(i, "transfer", TODAY, PICK, lead=1) for i in range(1, 5000)))
    assert solve(nodes, TODAY)[1].day == TODAY + 4999


@given(
    st.lists(
        st.tuples(st.integers(-20, 20), st.integers(0, 5), st.sets(st.integers(0, 11))),
        min_size=1,
        max_size=12,
    )
)
def test_no_node_ends_before_what_it_waits_for(rows):
    nodes = {
        i: Node(
            i,
            "transfer",
            TODAY + start,
            ("stock.picking", i),
            lead=lead,
            origins=[origin for origin in origins if origin < i],
        )
        for i, (start, lead, origins) in enumerate(rows)
    }
    outcomes = solve(nodes, TODAY)
    for key, node in nodes.items():
        ends = [outcomes[origin].day for origin in node.origins]
        starts = [TODAY, node.start, *ends]
        assert outcomes[key].day == max(starts) + node.lead
