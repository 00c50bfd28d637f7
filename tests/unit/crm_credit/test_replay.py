"""What would have waited, until when."""

from datetime import date

from crm_credit_tools.checks import Facts, RuleSpec
from crm_credit_tools.replay import Moment, Replayed, Summary, cleared_on, summary

D1, D2, D3 = (date(2026, 5, day) for day in (1, 2, 3))
LIMIT = RuleSpec("over_limit")
OVERDUE = RuleSpec("overdue_days", days=10)


def test_the_first_day_counts_in_whatever_order_they_come():
    facts = Facts(amount=100, to_add=100, limit=500)
    moments = [Moment(D3, 0), Moment(D1, 401), Moment(D2, 400)]
    assert cleared_on(facts, [LIMIT], moments) == D2


def test_every_rule_must_let_it_pass():
    facts = Facts(amount=100, to_add=100, limit=500)
    moments = [Moment(D1, 0, 50, 11), Moment(D2, 450, 0, 0), Moment(D3, 300, 50, 10)]
    assert cleared_on(facts, [LIMIT, OVERDUE], moments) == D3


def test_a_warning_is_no_hold_and_nothing_may_ever_clear():
    facts = Facts(amount=100, to_add=100, limit=0)
    assert cleared_on(facts, [LIMIT], [Moment(D1), Moment(D2)]) is None
    assert cleared_on(facts, [LIMIT], []) is None
    assert cleared_on(facts, [RuleSpec("over_limit", "warn")], [Moment(D2)]) == D2


def test_summary_of_nothing():
    assert summary([]) == Summary()
    assert summary([Replayed("hold", 5.0, 3, D1), Replayed("hold", 7.0, 4)]) == Summary(
        orders=2, held=2, amount=12.0, still=1, days=3.5, warned=0
    )
