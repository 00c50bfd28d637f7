"""What lines, securities and guarantors add up to, at the boundaries."""

import pytest
from crm_credit_tools.limits import (
    Grant,
    Guarantee,
    LimitFigures,
    counted,
    lent,
    limit_figures,
    totals,
)


@pytest.mark.parametrize(
    ("amount", "secured", "expected"),
    [
        (100.0, None, 100.0),  # an unsecured kind
        (100.0, 0.0, 0.0),  # a secured kind without a valid security
        (100.0, 99.99, 99.99),
        (100.0, 100.0, 100.0),
        (100.0, 100.01, 100.0),
    ],
)
def test_a_secured_line_counts_up_to_its_securities(amount, secured, expected):
    assert counted(Grant("a", amount, secured)) == expected


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        ([], {}),
        ([Grant("a", 1.0)], {"a": (1.0, 0.0)}),
        ([Grant("a", 1.0, 5.0)], {"a": (1.0, 1.0)}),
        (
            [Grant("a", 1.0), Grant("b", 2.0, 1.0), Grant("a", 4.0, 4.0)],
            {"a": (5.0, 4.0), "b": (1.0, 1.0)},
        ),
    ],
)
def test_lines_add_up_per_account(grants, expected):
    assert totals(grants) == expected


@pytest.mark.parametrize(
    ("guarantees", "expected"),
    [
        ([], {}),
        # the same pair on two papers, in any order, counts once with the larger
        ([Guarantee(1, "g", 50.0), Guarantee(1, "g", 80.0)], {1: 80.0}),
        ([Guarantee(1, "g", 80.0), Guarantee(1, "g", 50.0)], {1: 80.0}),
        # two guarantors of one debtor add up; one guarantor of two debtors too
        ([Guarantee(1, "g", 50.0), Guarantee(1, "h", 30.0)], {1: 80.0}),
        ([Guarantee(1, "g", 50.0), Guarantee(2, "g", 30.0)], {1: 50.0, 2: 30.0}),
    ],
)
def test_a_guarantor_lends_once(guarantees, expected):
    assert lent(guarantees) == expected


@pytest.mark.parametrize(
    ("lines", "received", "given", "limit"),
    [
        (0.0, 0.0, 0.0, 0.0),
        (100.0, 50.0, 0.0, 150.0),
        (100.0, 50.0, 150.0, 0.0),
        (100.0, 0.0, 100.01, 0.0),  # a limit is never below zero
        (100.004, 0.0, 0.0, 100.0),
    ],
)
def test_limit(lines, received, given, limit):
    figures = limit_figures(lines, 0.0, received, given, lambda x: round(x, 2))
    assert figures.limit == limit


def test_no_figures_is_no_credit():
    assert LimitFigures() == (0.0, 0.0, 0.0, 0.0, 0.0)
