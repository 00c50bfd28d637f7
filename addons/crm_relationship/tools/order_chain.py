"""The picture of a chain of documents: who comes before whom, and where each is drawn.

Documents stand in columns, from the left to the right as the goods go; an edge that
passes a column gets a thin slot there, so that it never runs through a document.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from .supply import Node

SLOT = 0.3  # height of an edge that passes, in heights of a document
SWEEPS = 4  # that put the documents of a column near their neighbours

Key = Hashable
Edge = tuple[Key, Key]


class Picture(NamedTuple):
    """Where everything is drawn; a document is one column wide and one row high.

    :ivar places: column and upper edge, by document
    :ivar paths: what each edge passes on its way: (column, middle) each
    """

    places: dict[Key, tuple[int, float]]
    paths: dict[Edge, list[tuple[int, float]]]
    columns: int
    rows: float


def in_order(keys: Iterable[Key], edges: Iterable[Edge]) -> list[Key]:
    """Sort so that edges point forward; those that close a circle point back.

    >>> in_order("abc", [("c", "b"), ("b", "a")])
    ['c', 'b', 'a']
    >>> in_order("ab", [("a", "b"), ("b", "a")])
    ['b', 'a']
    """
    after = defaultdict(list)
    for source, target in edges:
        after[source].append(target)
    done: dict[Key, None] = {}
    seen = set()
    for root in reversed(list(keys)):
        stack = [(root, iter(after[root]))] if root not in seen else []
        seen.add(root)
        while stack:
            key, targets = stack[-1]
            target = next((target for target in targets if target not in seen), None)
            if target is None:
                done[key] = None
                stack.pop()
            else:
                seen.add(target)
                stack.append((target, iter(after[target])))
    return list(reversed(done))


def needed_by(
    nodes: dict[int, Node], finals: Iterable[int], day: int
) -> dict[int, int]:
    """The latest day for each piece of work that still brings the finals in time.

    >>> buy = Node(1, "receipt", 120, ("purchase.order", 7))
    >>> ship = Node(2, "transfer", 110, ("stock.picking", 8), lead=3, origins=[1])
    >>> needed_by({1: buy, 2: ship}, [2], 115)
    {2: 115, 1: 112}
    """
    edges = [(key, origin) for key, node in nodes.items() for origin in node.origins]
    needed = {key: day for key in finals if key in nodes}
    for key in in_order(nodes, edges):
        if key not in needed:
            continue
        for origin in nodes[key].origins:
            latest = needed[key] - nodes[key].lead
            if origin in nodes:
                needed[origin] = min(needed.get(origin, latest), latest)
    return needed


def behind(starts: Iterable[Key], edges: Iterable[Edge]) -> set[Key]:
    """These and all that the edges lead to from them.

    >>> sorted(behind("b", [("a", "b"), ("b", "c"), ("c", "d")]))
    ['b', 'c', 'd']
    """
    after = defaultdict(list)
    for source, target in edges:
        after[source].append(target)
    found, todo = set(), list(starts)
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo.extend(after[key])
    return found


def arrange(least: dict[Key, int], edges: Iterable[Edge]) -> Picture:
    """Place documents so that each stands left of those that it leads to.

    :param least: by document, at least so many columns stay free on its right

    >>> picture = arrange({"buy": 0, "stock": 0, "ship": 0}, [("buy", "ship")])
    >>> picture.places["buy"], picture.places["ship"], picture.columns
    ((0, 0.5), (1, 1.0), 2)
    """
    edges = [(source, target) for source, target in edges if source != target]
    order = in_order(least, edges)
    position = {key: index for index, key in enumerate(order)}
    edges = [edge for edge in edges if position[edge[0]] < position[edge[1]]]
    columns = _columns(order, least, edges)
    chains = {edge: _chain(edge, columns) for edge in edges}
    layers, links = _layers(order, columns, chains)
    for layer in _sweeps(layers, links):
        layer.sort(key=links.middle)
        links.number(layer)
    tops, rows = _tops(layers)
    paths = {
        edge: [(slot[1], tops[slot] + SLOT / 2) for slot in chain[1:-1]]
        for edge, chain in chains.items()
    }
    places = {key: (columns[key], tops[key]) for key in order}
    return Picture(places, paths, len(layers), rows)


def _columns(
    order: list[Key], least: dict[Key, int], edges: list[Edge]
) -> dict[Key, int]:
    after = defaultdict(list)
    for source, target in edges:
        after[source].append(target)
    free: dict[Key, int] = {}
    for key in reversed(order):
        free[key] = max([least[key], *(free[target] + 1 for target in after[key])])
    widest = max(free.values(), default=0)
    return {key: widest - count for key, count in free.items()}


class _Slot(NamedTuple):
    edge: Edge
    column: int


def _chain(edge: Edge, columns: dict[Key, int]) -> list[Key]:
    source, target = edge
    passed = range(columns[source] + 1, columns[target])
    return [source, *(_Slot(edge, column) for column in passed), target]


class _Links:
    """Neighbours of everything in a column, and how far from the top it is."""

    def __init__(self) -> None:
        self.neighbours = defaultdict(list)
        self.height = {}

    def number(self, layer: list[Key]) -> None:
        for index, key in enumerate(layer):
            self.height[key] = (index + 0.5) / len(layer)

    def middle(self, key: Key) -> float:
        near = [self.height[other] for other in self.neighbours[key]]
        return sum(near) / len(near) if near else self.height[key]


def _layers(
    order: list[Key], columns: dict[Key, int], chains: dict[Edge, list[Key]]
) -> tuple[list[list[Key]], _Links]:
    layers = [[] for _column in range(max(columns.values(), default=-1) + 1)]
    for key in order:
        layers[columns[key]].append(key)
    links = _Links()
    for chain in chains.values():
        for slot in chain[1:-1]:
            layers[slot.column].append(slot)
        for left, right in zip(chain, chain[1:], strict=False):
            links.neighbours[left].append(right)
            links.neighbours[right].append(left)
    for layer in layers:
        links.number(layer)
    return layers, links


def _sweeps(layers: list[list[Key]], links: _Links) -> Iterator[list[Key]]:
    for number in range(SWEEPS if links.neighbours else 0):
        yield from reversed(layers) if number % 2 == 0 else layers


def _tops(layers: list[list[Key]]) -> tuple[dict[Key, float], float]:
    """The upper edge of everything; each column stands in the middle."""

    def height(key: Key) -> float:
        return SLOT if isinstance(key, _Slot) else 1.0

    rows = max((sum(map(height, layer)) for layer in layers), default=0.0)
    tops = {}
    for layer in layers:
        top = (rows - sum(map(height, layer))) / 2
        for key in layer:
            tops[key] = round(top, 2)
            top += height(key)
    return tops, round(rows, 2)
