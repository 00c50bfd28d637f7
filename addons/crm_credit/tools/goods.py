"""What a transfer of goods adds to a debt that the order alone does not explain.

Quantities are in the unit of the order line. `coming` is what the line's open moves
still bring to the customer, None when there are none or when parts of a kit move.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class LineQuantities:
    """An order line before a transfer."""

    ordered: float
    delivered: float = 0.0
    invoiced: float = 0.0
    coming: float | None = None

    @property
    def owed(self) -> float:
        """Units in the exposure that no invoice shows: delivered, or still to come.

        >>> LineQuantities(ordered=10, delivered=4, invoiced=1).owed
        9
        >>> LineQuantities(ordered=10, delivered=4, coming=2).owed
        6.0
        """
        waiting = max(self.ordered - max(self.delivered, self.invoiced), 0)
        if self.coming is not None:
            waiting = min(waiting, self.coming)
        return max(self.delivered - self.invoiced, 0) + waiting

    def after(self, going: float, planned: float) -> "LineQuantities":
        """The line once `going` units have left where `planned` were to leave."""
        coming = self.coming
        if coming is not None:
            coming = max(coming - min(going, planned), 0)
        delivered = self.delivered + going
        return LineQuantities(self.ordered, delivered, self.invoiced, coming)


def growth(line: LineQuantities, going: float, planned: float) -> float:
    """Units that a transfer adds to the exposure beyond what it holds already.

    >>> growth(LineQuantities(ordered=10, coming=10), going=10, planned=10)
    0.0
    >>> growth(LineQuantities(ordered=10, coming=10), going=13, planned=10)
    3.0
    >>> growth(LineQuantities(ordered=0), going=2, planned=0)
    2.0
    """
    return max(line.after(going, planned).owed - line.owed, 0)


def share_of_kit(parts: list[tuple[float, float]]) -> float:
    """How much of a kit line leaves with some of its parts: the largest share counts.

    :param parts: of each part, the quantity that leaves and that of the whole line

    >>> share_of_kit([(2.0, 4.0), (0.0, 1.0)])
    0.5
    >>> share_of_kit([])
    0.0
    """
    return max((going / whole for going, whole in parts if whole > 0), default=0.0)
