"""The bridge adds up, whatever customers bought."""

from decimal import Decimal

import pytest
from crm_analytics_tools import growth
from hypothesis import given
from hypothesis import strategies as st

CENTS = st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents) / 100)
CUSTOMERS = st.lists(st.tuples(CENTS, CENTS, st.booleans()))


@given(CUSTOMERS)
def test_the_bridge_adds_up_to_the_cent(customers):
    bars = growth.bridge(
        sum((before for _now, before, _early in customers), Decimal(0)),
        [
            (growth.kind(now, before, earlier=early), now - before)
            for now, before, early in customers
        ],
    )
    assert bars[-1].end == sum((now for now, *_rest in customers), Decimal(0))
    assert sum(bar.amount for bar in bars[:-1]) == bars[-1].amount


@given(CENTS, CENTS, st.booleans())
def test_what_adds_grows_and_what_takes_away_shrinks(now, before, early):
    kind = growth.kind(now, before, earlier=early)
    assert (kind in {"new", "won_back", "grown"}) == (now > before)
    assert (kind in {"shrunk", "lost"}) == (now < before)
    assert (kind is None) == (now == before == 0)


def test_a_change_without_a_kind_is_an_error():
    with pytest.raises(ValueError, match="steady"):
        growth.bridge(Decimal(0), [("steady", Decimal(1))])
