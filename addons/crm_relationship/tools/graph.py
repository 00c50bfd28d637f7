"""Paths in a directed graph whose edges are valid for a period each."""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable
from typing import NamedTuple

from .periods import ALWAYS, Period, intersection


class Edge(NamedTuple):
    """An arrow from one node to another, valid in a period."""

    source: Hashable
    target: Hashable
    period: Period = ALWAYS


def path(
    edges: Iterable[Edge],
    source: Hashable,
    target: Hashable,
    period: Period = ALWAYS,
) -> list[Hashable]:
    """Give the nodes of a shortest path that is whole on some day of the period.

    All its edges are valid on that day. No such path gives an empty list.

    >>> edges = [Edge("a", "b"), Edge("b", "c"), Edge("c", "a")]
    >>> path(edges, "a", "c")
    ['a', 'b', 'c']
    >>> path(edges, "a", "d")
    []
    """
    outgoing = defaultdict(list)
    for edge in edges:
        outgoing[edge.source].append(edge)
    queue = deque([([source], period)])
    seen = {(source, period)}
    while queue:
        nodes, valid = queue.popleft()
        if nodes[-1] == target:
            return nodes
        for edge in outgoing[nodes[-1]]:
            common = intersection(valid, edge.period)
            if common and (edge.target, common) not in seen:
                seen.add((edge.target, common))
                queue.append(([*nodes, edge.target], common))
    return []


def cycle(edges: Iterable[Edge], edge: Edge) -> list[Hashable]:
    """Give the nodes that the edge would close into a cycle, or an empty list.

    The list starts at the edge's target and ends at its source.

    >>> cycle([Edge("b", "c"), Edge("c", "a")], Edge("a", "b"))
    ['b', 'c', 'a']
    >>> cycle([Edge("b", "c")], Edge("a", "b"))
    []
    """
    return path(edges, edge.target, edge.source, edge.period)
