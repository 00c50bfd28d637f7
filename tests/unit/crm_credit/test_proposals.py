"""The limit that a history speaks for."""

import pytest
from crm_credit_tools.proposals import History, Policy, propose, rounded
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("history", "limit", "basis"),
    [
        (History(), 0, "none"),
        (History(peak=500, billing=100), 0, "none"),
        (History(peak=1000, billing=600, months=12), 1200, "peak"),
        (History(peak=1000, billing=601, months=12), 1200, "billing"),
        (History(peak=-50, billing=-10, months=12), 0, "peak"),
        (History(peak=1000, days_late=5.0, months=12), 1200, "peak"),
        (History(peak=1000, days_late=5.1, months=12), 1100, "peak"),
        (History(peak=1000, days_late=15.0, months=12), 1100, "peak"),
        (History(peak=1000, days_late=30.0, months=12), 840, "peak"),
        (History(peak=1000, days_late=60.0, months=12), 480, "peak"),
        (History(peak=1000, days_late=60.1, months=12), 0, "peak"),
        (History(peak=1000, months=0), 600, "peak"),
        (History(peak=1000, months=3), 900, "peak"),
        (History(peak=1000, months=6), 1200, "peak"),
    ],
)
def test_propose(history, limit, basis):
    proposal = propose(history)
    assert (proposal.limit, proposal.basis) == (limit, basis)


def test_the_policy_is_the_companys():
    history = History(peak=1000, billing=1000, months=12)
    assert propose(history, Policy(headroom=0, cover_months=0)).limit == 1000
    assert propose(history, Policy(headroom=0, cover_months=3)).limit == 3000


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(0, 0), (0.99, 0), (1, 1), (9.5, 10), (10.5, 11), (99.4, 99), (99.5, 100),
     (1049, 1000), (1050, 1100), (12_499, 12_000), (987_654, 990_000)],
)  # fmt: skip
def test_rounded(amount, expected):
    assert rounded(amount) == expected


@given(st.floats(0, 1e12), st.floats(0, 1e12), st.floats(0, 400))
def test_later_payment_never_raises_the_limit(peak, billing, days):
    def limit(late):
        return propose(History(peak, billing, late, 0.0, 24)).limit

    assert limit(days + 1) <= limit(days)
    assert abs(limit(0.0) - max(peak * 1.2, billing * 2)) <= max(
        0.051 * max(peak * 1.2, billing * 2), 1
    )
