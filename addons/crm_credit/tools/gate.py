"""What opens a credit gate inside the server, and what waits behind one.

Both travel in the context of a call. They are recognised by their class, so that no
client can send one: whatever comes over the wire is text, a number, a list or a dict.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

PASS_KEY = "credit_pass"
WATCH_KEY = "credit_watch"


@dataclass(frozen=True)
class GatePass:
    """These records of one model were judged at this checkpoint already.

    :param creating: also the records that the call is about to create
    """

    model: str
    checkpoint: str
    ids: frozenset[int] = frozenset()
    creating: bool = False

    def opens(self, model: str, checkpoint: str, record_id: int) -> bool:
        """Whether the pass names the record."""
        asked = (model, checkpoint)
        return asked == (self.model, self.checkpoint) and record_id in self.ids


def pass_in(context: Mapping) -> GatePass | None:
    """The pass of a call, if it is a real one.

    >>> pass_in({PASS_KEY: True}) is None
    True
    """
    found = context.get(PASS_KEY)
    return found if isinstance(found, GatePass) else None


class Before(NamedTuple):
    """A confirmed order before a call.

    :param accepted: the amount that credit control has accepted
    :param total: its amount
    :param debtor: who owes it
    :param term: days of its payment term
    """

    accepted: float
    total: float
    debtor: int
    term: int


@dataclass(eq=False)
class GrowthWatch:
    """Confirmed orders that a call is changing, as they were before it.

    :param before: by order
    :param waiting: what the changed lines would start once the growth has passed
    """

    before: dict[int, Before]
    waiting: list[tuple[str, tuple[int, ...], tuple]] = field(default_factory=list)

    def covers(self, ids: Iterable[int]) -> bool:
        """Whether every order is watched already."""
        return self.before.keys() >= set(ids)

    def later(self, method: str, ids: Collection[int], *args: object) -> None:
        """Remember to call `method` on the lines when the growth has passed."""
        self.waiting.append((method, tuple(ids), args))


def watch_in(context: Mapping) -> GrowthWatch | None:
    """The watch of a call, if it is a real one.

    >>> watch_in({WATCH_KEY: {"before": {}}}) is None
    True
    """
    found = context.get(WATCH_KEY)
    return found if isinstance(found, GrowthWatch) else None


def without_pass(answer: object) -> object:
    """What a client gets: an action whose context names no pass and no watch.

    >>> action = {"context": {PASS_KEY: GatePass("m", "c"), "a": 1}, "list": [1]}
    >>> without_pass(action)
    {'context': {'a': 1}, 'list': [1]}
    """
    if isinstance(answer, list):
        return [without_pass(item) for item in answer]
    if not isinstance(answer, Mapping):
        return answer
    own = (PASS_KEY, WATCH_KEY)
    return {key: without_pass(value) for key, value in answer.items() if key not in own}
