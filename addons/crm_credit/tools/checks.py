"""Credit checks: which rules does a document fail, and what follows from it.

Amounts are in the currency of the credit file, tax included, days are whole days,
shares and discounts are percentages from 0 to 100. The caller gathers the `Facts` of
one document, translates each stored rule to a `RuleSpec` and gets a `Verdict`.

A rule that cannot be judged (no grade known, nothing agreed) is not failed.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

PASS = "pass"
WARN = "warn"
HOLD = "hold"
OUTCOMES = (PASS, WARN, HOLD)

BELOW_AMOUNT = "below_amount"
PAID_IN_ADVANCE = "paid_in_advance"
EXCLUSIONS = (BELOW_AMOUNT, PAID_IN_ADVANCE)

FILTERS = ("segments", "tiers", "teams", "grades")

NO_LIMIT = None


@dataclass(frozen=True)
class Facts:
    """What is known about one document and its debtor at the moment of the check.

    :param amount: of the whole document
    :param to_add: what passing it adds to the exposure
    :param exposure: without what the document would add, but with the documents
        before it in the same batch
    :param limit: None when the debtor has explicitly no limit
    :param paid: part of the amount that the customer has already paid
    :param oldest_overdue: days the oldest open item is past its due date, 0 if none
    :param agreed_term, agreed_discount: None when nothing was agreed
    :param group_exposure, group_limit: of the debtor's group; None without such limit
    :param group_rate: from the file's currency to the one that all of the group share
    :param review_overdue: days since the review was due; None when none is planned
    :param account, group: ids of the credit file and of its group, for batches
    :param digits: decimal places of the currency
    """

    account: int = 0
    group: int | None = None
    amount: float = 0.0
    to_add: float = 0.0
    exposure: float = 0.0
    limit: float | None = 0.0
    paid: float = 0.0
    overdue: float = 0.0
    oldest_overdue: int = 0
    average_days_late: float | None = None
    grade: str | None = None
    status: str = "active"
    review_overdue: int | None = None
    term: int = 0
    agreed_term: int | None = None
    discount: float = 0.0
    agreed_discount: float | None = None
    group_exposure: float = 0.0
    group_limit: float | None = None
    group_rate: float = 1.0
    segment: int | None = None
    tier: int | None = None
    team: int | None = None
    digits: int = 2

    @property
    def exposure_after(self) -> float:
        """The exposure once the document has passed."""
        return round(self.exposure + self.to_add, self.digits)

    @property
    def group_exposure_after(self) -> float:
        """The group's exposure once the document has passed."""
        return round(self.group_exposure + self.to_add, self.digits)


@dataclass(frozen=True)
class RuleSpec:
    """One rule. Which thresholds count depends on its kind; an empty filter fits all.

    >>> RuleSpec("over_limit", tiers=frozenset({1})).fits(Facts(tier=2))
    False
    """

    kind: str
    outcome: str = HOLD
    rule: int = 0
    percent: float = 0.0
    amount: float = 0.0
    days: int = 0
    grace: int = 0
    grade: str | None = None
    segments: frozenset[int] = frozenset()
    tiers: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    grades: frozenset[str] = frozenset()

    def fits(self, facts: Facts) -> bool:
        """Whether the rule is meant for this document at all."""
        filters = (
            (self.segments, facts.segment),
            (self.tiers, facts.tier),
            (self.teams, facts.team),
            (self.grades, facts.grade),
        )
        return all(not wanted or value in wanted for wanted, value in filters)


def needs(rules: Iterable[RuleSpec]) -> frozenset[str]:
    """Say what these rules look at: their kinds, and the filters that they use.

    >>> sorted(needs([RuleSpec("grade", teams=frozenset({3})), RuleSpec("overdue")]))
    ['grade', 'overdue', 'teams']
    """
    found = set()
    for rule in rules:
        found.add(rule.kind)
        found.update(name for name in FILTERS if getattr(rule, name))
    return frozenset(found)


@dataclass(frozen=True)
class Failure:
    """A failed rule with its figures.

    :param actual: what was found
    :param allowed: what the rule allows, tolerance included
    :param base: what `allowed` starts from (the limit, the agreed term), if it differs
    """

    rule: int
    kind: str
    outcome: str
    actual: float | str | None = None
    allowed: float | str | None = None
    base: float | None = None

    @property
    def excess(self) -> float:
        """How much the finding is over what is allowed before any tolerance."""
        start = self.allowed if self.base is None else self.base
        if isinstance(self.actual, str) or isinstance(start, str):
            return 0.0
        return (self.actual or 0.0) - (start or 0.0)


@dataclass(frozen=True)
class Verdict:
    """What follows: gravest outcome, every failed rule, and the exclusion if any."""

    outcome: str = PASS
    failures: tuple[Failure, ...] = ()
    excluded_by: int | None = None

    @property
    def held(self) -> bool:
        """Whether the document must wait."""
        return self.outcome == HOLD


Figures = tuple[float | str | None, float | str | None, float | None]


def evaluate(facts: Facts, rules: Iterable[RuleSpec]) -> Verdict:
    """Judge one document: exclusions first, then every other rule in its order.

    >>> limit = RuleSpec("over_limit", rule=1)
    >>> facts = Facts(exposure=900, to_add=200, limit=1000, amount=200)
    >>> evaluate(facts, [limit]).failures[0].excess
    100
    >>> evaluate(facts, [limit, RuleSpec("below_amount", rule=2, amount=250)]).outcome
    'pass'
    """
    fitting = [rule for rule in rules if rule.fits(facts)]
    for rule in fitting:
        if rule.kind in EXCLUSIONS and _EXCLUDE[rule.kind](facts, rule):
            return Verdict(excluded_by=rule.rule)
    failures = tuple(
        Failure(rule.rule, rule.kind, rule.outcome, *figures)
        for rule in fitting
        if rule.kind in _FAIL and (figures := _FAIL[rule.kind](facts, rule)) is not None
    )
    outcomes = {failure.outcome for failure in failures}
    gravest = max(outcomes, key=OUTCOMES.index, default=PASS)
    return Verdict(gravest, failures)


def judge_batch(
    batch: Iterable[tuple[Facts, Iterable[RuleSpec]]],
) -> list[Verdict]:
    """Judge documents in order; each that passes weighs on the next of its debtor.

    The exposure of every `Facts` is the one before the batch.

    >>> rules = [RuleSpec("over_limit")]
    >>> orders = [Facts(to_add=add, limit=1000) for add in (600, 600, 400)]
    >>> [verdict.outcome for verdict in judge_batch((o, rules) for o in orders)]
    ['pass', 'hold', 'pass']
    """
    verdicts = []
    files: Counter[int] = Counter()
    groups: Counter[int | None] = Counter()
    for facts, rules in batch:
        now = replace(
            facts,
            exposure=facts.exposure + files[facts.account],
            group_exposure=facts.group_exposure
            + groups[facts.group] / facts.group_rate,
        )
        verdict = evaluate(now, rules)
        verdicts.append(verdict)
        if not verdict.held:
            files[facts.account] += facts.to_add
            groups[facts.group] += facts.to_add * facts.group_rate
    return verdicts


def _below_amount(facts: Facts, rule: RuleSpec) -> bool:
    return round(facts.amount - rule.amount, facts.digits) < 0


def _paid_in_advance(facts: Facts, rule: RuleSpec) -> bool:
    needed = facts.amount * (rule.percent or 100) / 100
    return round(facts.paid - needed, facts.digits) >= 0 and facts.amount > 0


def _more(actual: float, allowed: float, digits: int = 6) -> bool:
    return round(actual - allowed, digits) > 0


def _fail_limit(
    after: float, limit: float | None, facts: Facts, rule: RuleSpec
) -> Figures | None:
    if limit is NO_LIMIT:
        return None
    allowed = round(limit * (1 + rule.percent / 100) + rule.amount, facts.digits)
    return (after, allowed, limit) if _more(after, allowed, facts.digits) else None


def _over_limit(facts: Facts, rule: RuleSpec) -> Figures | None:
    return _fail_limit(facts.exposure_after, facts.limit, facts, rule)


def _group_limit(facts: Facts, rule: RuleSpec) -> Figures | None:
    return _fail_limit(facts.group_exposure_after, facts.group_limit, facts, rule)


def _utilisation(facts: Facts, rule: RuleSpec) -> Figures | None:
    if facts.limit is NO_LIMIT or facts.exposure_after <= 0:
        return None
    share = 100 * facts.exposure_after / facts.limit if facts.limit > 0 else 999.0
    return (share, rule.percent, None) if _more(share, rule.percent) else None


def _no_line(facts: Facts, rule: RuleSpec) -> Figures | None:
    return (
        (0.0, None, None) if facts.limit is not NO_LIMIT and not facts.limit else None
    )


def _overdue_days(facts: Facts, rule: RuleSpec) -> Figures | None:
    allowed = rule.days + rule.grace
    petty = rule.amount and not _more(facts.overdue, rule.amount, facts.digits)
    if petty or facts.oldest_overdue <= allowed:
        return None
    return facts.oldest_overdue, allowed, None


def _overdue_amount(facts: Facts, rule: RuleSpec) -> Figures | None:
    if _more(facts.overdue, rule.amount, facts.digits):
        return facts.overdue, rule.amount, None
    return None


def _overdue_share(facts: Facts, rule: RuleSpec) -> Figures | None:
    if facts.overdue <= 0:
        return None
    share = 100 * facts.overdue / max(facts.exposure, facts.overdue)
    return (share, rule.percent, None) if _more(share, rule.percent) else None


def _order_amount(facts: Facts, rule: RuleSpec) -> Figures | None:
    if _more(facts.amount, rule.amount, facts.digits):
        return facts.amount, rule.amount, None
    return None


def _average_days_late(facts: Facts, rule: RuleSpec) -> Figures | None:
    late = facts.average_days_late
    return (late, rule.days, None) if late is not None and late > rule.days else None


def _grade(facts: Facts, rule: RuleSpec) -> Figures | None:
    if facts.grade and rule.grade and facts.grade > rule.grade:
        return facts.grade, rule.grade, None
    return None


def _status_stop(facts: Facts, rule: RuleSpec) -> Figures | None:
    return (facts.status, None, None) if facts.status == "stop" else None


def _review_overdue(facts: Facts, rule: RuleSpec) -> Figures | None:
    days = facts.review_overdue
    return (days, rule.days, None) if days is not None and days > rule.days else None


def _payment_term(facts: Facts, rule: RuleSpec) -> Figures | None:
    if facts.agreed_term is None or facts.term <= facts.agreed_term + rule.days:
        return None
    return facts.term, facts.agreed_term + rule.days, facts.agreed_term


def _discount(facts: Facts, rule: RuleSpec) -> Figures | None:
    if facts.agreed_discount is None:
        return None
    allowed = facts.agreed_discount + rule.percent
    if not _more(facts.discount, allowed):
        return None
    return facts.discount, allowed, facts.agreed_discount


_EXCLUDE: dict[str, Callable[[Facts, RuleSpec], bool]] = {
    BELOW_AMOUNT: _below_amount,
    PAID_IN_ADVANCE: _paid_in_advance,
}
_FAIL: dict[str, Callable[[Facts, RuleSpec], Figures | None]] = {
    "over_limit": _over_limit,
    "utilisation": _utilisation,
    "no_line": _no_line,
    "overdue_days": _overdue_days,
    "overdue_amount": _overdue_amount,
    "overdue_share": _overdue_share,
    "order_amount": _order_amount,
    "average_days_late": _average_days_late,
    "grade": _grade,
    "status_stop": _status_stop,
    "review_overdue": _review_overdue,
    "payment_term": _payment_term,
    "discount": _discount,
    "group_limit": _group_limit,
}
KINDS = (*_FAIL, *EXCLUSIONS)
