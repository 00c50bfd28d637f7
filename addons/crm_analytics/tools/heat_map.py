"""A table of sums whose largest rows are shown, and the others as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

OTHERS = -1  # the key of the column of the columns that are not shown


@dataclass(frozen=True)
class HeatMap:
    """What to draw: as many values in each row as there are columns.

    :ivar columns: keys of the columns
    :ivar rows: keys of the rows that are shown, the largest first
    :ivar cells: the values of each of these rows; None where there is nothing
    :ivar others: the sums of the rows that are not shown; None if all are
    :ivar hidden: how many these are
    :ivar total: the sums of all rows
    """

    columns: list
    rows: list
    cells: list[list[float | None]]
    others: list[float | None] | None
    hidden: int
    total: list[float | None]


def heat_map(
    sums: Mapping[tuple[Hashable, Hashable], float],
    top: int,
    columns: Sequence[Hashable] | None = None,
    top_columns: int | None = None,
) -> HeatMap:
    """Order the rows of sums by row and column, by the size of their cells.

    Rows are large if their cells are, whatever their sign: a product that is sold and
    credited again is no small one.

    :param sums: value by (row, column)
    :param top: so many rows at most are shown
    :param columns: those to show, in this order; otherwise the largest, largest first
    :param top_columns: so many of these at most, and `OTHERS` after them

    >>> sums = {("a", 1): 5, ("b", 1): -9, ("b", 2): 3, ("c", 2): 1}
    >>> found = heat_map(sums, 2, (1, 2))
    >>> found.rows, found.cells
    (['b', 'a'], [[-9, 3], [5, None]])
    >>> found.others, found.hidden, found.total
    ([None, 1], 1, [-4, 4])
    >>> heat_map({("a", 1): 5, ("a", 2): 1, ("a", 3): 2}, 2, top_columns=1).cells
    [[5, 3]]
    """
    if columns is None:
        columns, sums = _largest_columns(sums, top_columns)
    place = {key: number for number, key in enumerate(columns)}
    shown = {key: value for key, value in sums.items() if key[1] in place}
    rows = _largest(shown, 0)
    table: dict = {row: [None] * len(place) for row in rows}
    for (row, column), value in shown.items():
        table[row][place[column]] = value
    cells, rest = [table[row] for row in rows[:top]], [table[row] for row in rows[top:]]
    others = _added(rest, len(place)) if rest else None
    total = _added(list(table.values()), len(place))
    return HeatMap(list(columns), rows[:top], cells, others, len(rest), total)


def _largest_columns(
    sums: Mapping[tuple, float], most: int | None
) -> tuple[list, Mapping[tuple, float]]:
    """The largest columns, `OTHERS` after them, and the sums of these."""
    columns = _largest(sums, 1)
    if most is None or len(columns) <= most:
        return columns, sums
    columns = columns[:most]
    return [*columns, OTHERS], _merged(sums, set(columns))


def _merged(sums: Mapping[tuple, float], columns: set) -> dict:
    """The sums with all other columns as one."""
    found: dict = {}
    for (row, column), value in sums.items():
        key = (row, column if column in columns else OTHERS)
        found[key] = found.get(key, 0) + value
    return found


def _largest(sums: Mapping[tuple, float], part: int) -> list:
    """The rows (0) or columns (1), those with the largest cells first."""
    size: dict = {}
    for key, value in sums.items():
        size[key[part]] = size.get(key[part], 0) + abs(value)
    return sorted(size, key=lambda key: (-size[key], str(key)))


def _added(rows: Sequence[Sequence[float | None]], width: int) -> list[float | None]:
    """Sums of columns; None where all are."""
    found: list[float | None] = [None] * width
    for row in rows:
        for number, value in enumerate(row):
            if value is not None:
                found[number] = (found[number] or 0) + value
    return found
