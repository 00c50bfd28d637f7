"""Groups of legal entities that parent companies hold together."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import NamedTuple


class GroupFigures(NamedTuple):
    """The group limit that binds an account, in the head's currency."""

    head_account_id: int
    limit: float
    exposure: float


def _closure(start: Hashable, steps: dict[Hashable, set[Hashable]]) -> set[Hashable]:
    seen = {start}
    frontier = [start]
    while frontier:
        ahead = steps.get(frontier.pop(), set()) - seen
        seen |= ahead
        frontier.extend(ahead)
    return seen


def members(
    parents: Iterable[tuple[Hashable, Hashable]],
) -> dict[Hashable, set[Hashable]]:
    """Give {head: everyone below it and itself} from (parent, subsidiary) pairs.

    A head has no parent. In a circle, which only a mistake can make, nobody is
    without a parent: then the first by order is the head.

    >>> {h: sorted(m) for h, m in members([("a", "b"), ("b", "c"), ("x", "c")]).items()}
    {'a': ['a', 'b', 'c'], 'x': ['c', 'x']}
    >>> {h: sorted(m) for h, m in members([("a", "b"), ("b", "a")]).items()}
    {'a': ['a', 'b']}
    >>> members([])
    {}
    """
    down: dict[Hashable, set[Hashable]] = defaultdict(set)
    children = set()
    for parent, child in parents:
        if parent != child:
            down[parent].add(child)
            children.add(child)
    groups = {head: _closure(head, down) for head in sorted(set(down) - children)}
    for node in sorted(set(down) - set().union(*groups.values())):
        if not any(node in group for group in groups.values()):
            groups[node] = _closure(node, down)
    return groups


def below(
    parents: Iterable[tuple[Hashable, Hashable]], node: Hashable
) -> set[Hashable]:
    """Give the node and everyone below it.

    >>> sorted(below([("a", "b"), ("b", "c"), ("x", "c")], "b"))
    ['b', 'c']
    >>> below([], "a")
    {'a'}
    """
    down: dict[Hashable, set[Hashable]] = defaultdict(set)
    for parent, child in parents:
        down[parent].add(child)
    return _closure(node, down)


def heads(groups: dict[Hashable, set[Hashable]]) -> dict[Hashable, list[Hashable]]:
    """Turn {head: members} round: {member: its heads, sorted}.

    >>> heads({"a": {"a", "b"}, "x": {"x", "b"}})["b"]
    ['a', 'x']
    """
    found: dict[Hashable, list[Hashable]] = defaultdict(list)
    for head in sorted(groups):
        for member in groups[head]:
            found[member].append(head)
    return dict(found)
