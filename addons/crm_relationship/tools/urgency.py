"""Which late line to look at first: tier × days late × value."""

from collections.abc import Sequence


def tier_weights(tiers: Sequence[int]) -> dict[int, int]:
    """Weights of tiers; a customer without a tier weighs 1, the last tier 2.

    :param tiers: ids, the best first

    >>> tier_weights([7, 8, 9])
    {7: 4, 8: 3, 9: 2}
    >>> tier_weights([])
    {}
    """
    return {tier: len(tiers) + 1 - place for place, tier in enumerate(tiers)}
