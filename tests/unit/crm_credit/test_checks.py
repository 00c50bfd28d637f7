"""The pure checks: each kind at its boundary, exclusions, filters and batches."""

import pytest
from crm_credit_tools import checks
from crm_credit_tools.checks import Facts, RuleSpec, evaluate, judge_batch
from crm_credit_tools.gate import (
    PASS_KEY,
    WATCH_KEY,
    Before,
    GatePass,
    GrowthWatch,
    pass_in,
    watch_in,
)
from hypothesis import given
from hypothesis import strategies as st

FITS, FAILS = True, False
CASES = [
    # over_limit: exactly the limit fits; tolerances add up; no limit is never over
    ("over_limit", {}, {"exposure": 900, "to_add": 100, "limit": 1000}, FITS),
    ("over_limit", {}, {"exposure": 900, "to_add": 100.01, "limit": 1000}, FAILS),
    ("over_limit", {}, {"exposure": 900, "to_add": 100.004, "limit": 1000}, FITS),
    ("over_limit", {}, {"exposure": 0.1, "to_add": 0.2, "limit": 0.3}, FITS),
    ("over_limit", {"percent": 10}, {"to_add": 1100, "limit": 1000}, FITS),
    ("over_limit", {"percent": 10}, {"to_add": 1100.01, "limit": 1000}, FAILS),
    (
        "over_limit",
        {"percent": 10, "amount": 50},
        {"to_add": 1150, "limit": 1000},
        FITS,
    ),
    ("over_limit", {"amount": 50}, {"to_add": 1050.01, "limit": 1000}, FAILS),
    ("over_limit", {}, {"to_add": 0.01, "limit": 0}, FAILS),
    ("over_limit", {}, {"exposure": -5, "to_add": 5, "limit": 0}, FITS),
    ("over_limit", {}, {"to_add": 1e12, "limit": None}, FITS),
    ("over_limit", {}, {"to_add": 101, "limit": 100, "digits": 0}, FAILS),
    # utilisation
    ("utilisation", {"percent": 80}, {"exposure": 800, "limit": 1000}, FITS),
    ("utilisation", {"percent": 80}, {"exposure": 800.01, "limit": 1000}, FAILS),
    ("utilisation", {"percent": 80}, {"to_add": 1, "limit": 0}, FAILS),
    ("utilisation", {"percent": 80}, {"limit": 0}, FITS),
    ("utilisation", {"percent": 80}, {"exposure": -10, "limit": 0}, FITS),
    ("utilisation", {"percent": 80}, {"exposure": 9e9, "limit": None}, FITS),
    # no_line
    ("no_line", {}, {"limit": 0}, FAILS),
    ("no_line", {}, {"limit": 0.01}, FITS),
    ("no_line", {}, {"limit": None}, FITS),
    # overdue
    ("overdue_days", {"days": 30}, {"oldest_overdue": 30}, FITS),
    ("overdue_days", {"days": 30}, {"oldest_overdue": 31}, FAILS),
    ("overdue_days", {"days": 30, "grace": 5}, {"oldest_overdue": 35}, FITS),
    ("overdue_days", {"days": 30, "grace": 5}, {"oldest_overdue": 36}, FAILS),
    ("overdue_days", {"days": 0}, {"oldest_overdue": 0}, FITS),
    (
        "overdue_days",
        {"days": 30, "amount": 20},
        {"oldest_overdue": 90, "overdue": 20},
        FITS,
    ),
    (
        "overdue_days",
        {"days": 30, "amount": 20},
        {"oldest_overdue": 90, "overdue": 20.01},
        FAILS,
    ),
    ("overdue_amount", {"amount": 100}, {"overdue": 100}, FITS),
    ("overdue_amount", {"amount": 100}, {"overdue": 100.01}, FAILS),
    ("overdue_share", {"percent": 10}, {"overdue": 10, "exposure": 100}, FITS),
    ("overdue_share", {"percent": 10}, {"overdue": 10.1, "exposure": 100}, FAILS),
    ("overdue_share", {"percent": 10}, {"overdue": 0, "exposure": 0}, FITS),
    # more overdue than exposure: unallocated money outweighs the rest
    ("overdue_share", {"percent": 99}, {"overdue": 50, "exposure": -20}, FAILS),
    # the document and the debtor
    ("order_amount", {"amount": 500}, {"amount": 500}, FITS),
    ("order_amount", {"amount": 500}, {"amount": 500.01}, FAILS),
    ("average_days_late", {"days": 10}, {"average_days_late": None}, FITS),
    ("average_days_late", {"days": 10}, {"average_days_late": 10.0}, FITS),
    ("average_days_late", {"days": 10}, {"average_days_late": 10.1}, FAILS),
    ("grade", {"grade": "C"}, {"grade": "C"}, FITS),
    ("grade", {"grade": "C"}, {"grade": "D"}, FAILS),
    ("grade", {"grade": "C"}, {"grade": None}, FITS),
    ("grade", {"grade": None}, {"grade": "E"}, FITS),
    ("status_stop", {}, {"status": "watch"}, FITS),
    ("status_stop", {}, {"status": "stop"}, FAILS),
    ("review_overdue", {"days": 0}, {"review_overdue": 0}, FITS),
    ("review_overdue", {"days": 0}, {"review_overdue": 1}, FAILS),
    ("review_overdue", {"days": 7}, {"review_overdue": 7}, FITS),
    ("review_overdue", {"days": 0}, {"review_overdue": None}, FITS),
    ("payment_term", {}, {"term": 30, "agreed_term": 30}, FITS),
    ("payment_term", {}, {"term": 31, "agreed_term": 30}, FAILS),
    ("payment_term", {"days": 5}, {"term": 35, "agreed_term": 30}, FITS),
    ("payment_term", {}, {"term": 1, "agreed_term": 0}, FAILS),
    ("payment_term", {}, {"term": 90, "agreed_term": None}, FITS),
    ("discount", {}, {"discount": 5, "agreed_discount": 5}, FITS),
    ("discount", {}, {"discount": 5.01, "agreed_discount": 5}, FAILS),
    ("discount", {"percent": 2}, {"discount": 7, "agreed_discount": 5}, FITS),
    ("discount", {}, {"discount": 50, "agreed_discount": None}, FITS),
    # group_limit
    (
        "group_limit",
        {},
        {"group_exposure": 900, "to_add": 100, "group_limit": 1000},
        FITS,
    ),
    (
        "group_limit",
        {},
        {"group_exposure": 900, "to_add": 101, "group_limit": 1000},
        FAILS,
    ),
    ("group_limit", {}, {"group_exposure": 900, "to_add": 101}, FITS),
]


@pytest.mark.parametrize(("kind", "rule", "facts", "fits"), CASES)
def test_boundaries(kind, rule, facts, fits):
    verdict = evaluate(Facts(**facts), [RuleSpec(kind, **rule)])
    assert [failure.kind for failure in verdict.failures] == ([] if fits else [kind])
    assert verdict.held is not fits


def test_every_kind_has_a_case():
    assert {case[0] for case in CASES} | set(checks.EXCLUSIONS) == set(checks.KINDS)


@pytest.mark.parametrize(
    ("kind", "rule", "facts", "passes"),
    [
        ("below_amount", {"amount": 100}, {"amount": 99.99}, True),
        ("below_amount", {"amount": 100}, {"amount": 100}, False),
        ("paid_in_advance", {}, {"amount": 100, "paid": 100}, True),
        ("paid_in_advance", {}, {"amount": 100, "paid": 99.99}, False),
        ("paid_in_advance", {"percent": 30}, {"amount": 100, "paid": 30}, True),
        ("paid_in_advance", {"percent": 30}, {"amount": 100, "paid": 29}, False),
        ("paid_in_advance", {}, {"amount": 0, "paid": 0}, False),
    ],
)
def test_exclusions_come_first(kind, rule, facts, passes):
    stop = RuleSpec("status_stop", rule=1)
    exclusion = RuleSpec(kind, "pass", rule=2, **rule)
    verdict = evaluate(Facts(status="stop", **facts), [stop, exclusion])
    assert verdict.held is not passes
    assert verdict.excluded_by == (2 if passes else None)


def test_the_gravest_outcome_with_every_failure():
    rules = [
        RuleSpec("utilisation", "warn", rule=1, percent=80),
        RuleSpec("over_limit", "hold", rule=2),
        RuleSpec("overdue_days", "warn", rule=3, days=30),
    ]
    facts = Facts(exposure=1200, limit=1000, oldest_overdue=43)
    verdict = evaluate(facts, rules)
    assert verdict.outcome == "hold"
    assert [failure.rule for failure in verdict.failures] == [1, 2, 3]
    assert verdict.failures[1].excess == 200
    assert evaluate(facts, rules[::2]).outcome == "warn"
    assert evaluate(facts, []) == checks.Verdict()


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        ({}, True),
        ({"tiers": {1}}, True),
        ({"tiers": {2}}, False),
        ({"tiers": {1}, "teams": {9}}, False),
        ({"segments": {5}}, False),
        ({"grades": {"D", "E"}}, True),
    ],
)
def test_filters(filters, fits):
    rule = RuleSpec("no_line", **{key: frozenset(val) for key, val in filters.items()})
    facts = Facts(tier=1, team=3, segment=None, grade="D")
    assert bool(evaluate(facts, [rule]).failures) is fits


def test_a_batch_over_files_of_one_group():
    rules = [RuleSpec("over_limit"), RuleSpec("group_limit")]
    orders = [
        Facts(
            account=account, group=7, to_add=add, amount=add, limit=500, group_limit=800
        )
        for account, add in ((1, 400), (2, 450), (2, 300), (1, 100))
    ]
    verdicts = judge_batch((order, rules) for order in orders)
    assert [verdict.outcome for verdict in verdicts] == ["pass", "hold", "pass", "pass"]


amounts = st.integers(0, 100_000).map(lambda cents: cents / 100)


@given(st.lists(amounts, max_size=12), amounts)
def test_a_batch_never_goes_over_the_limit(batch, limit):
    rules = [RuleSpec("over_limit")]
    orders = [Facts(to_add=add, limit=limit) for add in batch]
    verdicts = judge_batch((order, rules) for order in orders)
    passed = [
        add for add, verdict in zip(batch, verdicts, strict=True) if not verdict.held
    ]
    left = round(limit - sum(passed), 2)
    assert left >= 0
    held = [add for add, verdict in zip(batch, verdicts, strict=True) if verdict.held]
    # what was held did not fit then, and fits even less now
    assert all(round(add - left, 2) > 0 for add in held)


@pytest.mark.parametrize("sent", [True, 1, "x", {"ids": [1]}, [1], None])
def test_no_value_of_a_client_is_a_pass(sent):
    assert pass_in({PASS_KEY: sent}) is None
    assert watch_in({WATCH_KEY: sent}) is None


def test_a_pass_names_what_it_opens():
    gate_pass = pass_in({PASS_KEY: GatePass("sale.order", "order", frozenset({1}))})
    assert gate_pass.opens("sale.order", "order", 1)
    assert not gate_pass.opens("sale.order", "order", 2)
    assert not gate_pass.opens("sale.order", "growth", 1)
    assert not gate_pass.opens("stock.picking", "order", 1)


def test_a_watch_covers_its_orders():
    watch = GrowthWatch({1: Before(0, 0, 0, 0), 2: Before(0, 0, 0, 0)})
    assert watch.covers([1, 2])
    assert not watch.covers([1, 3])
    watch.later("stock", [5, 6], {5: 1.0})
    assert watch.waiting == [("stock", (5, 6), ({5: 1.0},))]
