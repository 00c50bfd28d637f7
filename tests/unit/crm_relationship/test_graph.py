"""Cycles over relations that are valid for a time."""

from datetime import date, timedelta

import pytest
from crm_relationship_tools.graph import Edge, cycle, path
from crm_relationship_tools.periods import ALWAYS, Period
from hypothesis import given
from hypothesis import strategies as st

Y25 = Period(date(2025, 1, 1), date(2025, 12, 31))
Y26 = Period(date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("edges", "edge", "expected"),
    [
        ([], Edge("a", "b"), []),
        ([], Edge("a", "a"), ["a"]),
        ([Edge("b", "a")], Edge("a", "b"), ["b", "a"]),
        ([Edge("a", "b")], Edge("a", "b"), []),
        ([Edge("b", "c"), Edge("c", "a")], Edge("a", "b"), ["b", "c", "a"]),
        # two ways round: the shortest is told
        (
            [Edge("b", "c"), Edge("c", "d"), Edge("d", "a"), Edge("c", "a")],
            Edge("a", "b"),
            ["b", "c", "a"],
        ),
        # a cycle elsewhere is not this edge's
        ([Edge("c", "d"), Edge("d", "c"), Edge("b", "c")], Edge("a", "b"), []),
        # valid on different days
        ([Edge("b", "a", Y25)], Edge("a", "b", Y26), []),
        ([Edge("b", "a", Y25)], Edge("a", "b", Period(Y25.until)), ["b", "a"]),
        ([Edge("b", "c", Y25), Edge("c", "a", Y26)], Edge("a", "b"), []),
        # the short way is over when the long one is whole
        (
            [
                Edge("b", "c", Y25),
                Edge("b", "d", Y26),
                Edge("d", "c", Y26),
                Edge("c", "a", Y26),
            ],
            Edge("a", "b"),
            ["b", "d", "c", "a"],
        ),
    ],
)
def test_cycle(edges, edge, expected):
    assert cycle(edges, edge) == expected


@st.composite
def periods(draw):
    since = draw(st.none() | st.integers(0, 5))
    until = draw(st.none() | st.integers(since or 0, 5))
    day = date(2026, 1, 1)
    return Period(
        None if since is None else day + timedelta(since),
        None if until is None else day + timedelta(until),
    )


nodes = st.integers(0, 4)
graphs = st.lists(st.builds(Edge, nodes, nodes, periods()), max_size=8)


def reachable_on(edges, source, target, day):
    valid = [
        (edge.source, edge.target)
        for edge in edges
        if (edge.period.since or day) <= day <= (edge.period.until or day)
    ]
    found = {source}
    for _round in range(6):
        found |= {end for start, end in valid if start in found}
    return target in found


@given(graphs, nodes, nodes)
def test_a_path_is_whole_on_some_day(edges, source, target):
    days = [date(2026, 1, 1) + timedelta(day) for day in range(-1, 7)]
    expected = any(reachable_on(edges, source, target, day) for day in days)
    assert bool(path(edges, source, target)) is expected


def test_a_long_chain_is_quick():
    chain = [Edge(i, i + 1) for i in range(20_000)]
    assert len(cycle(chain[:2_000], Edge(2_000, 0))) == 2_001
    assert path(chain, 5, 4, ALWAYS) == []
