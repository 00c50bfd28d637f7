"""What distinguishes two segments: shares, numbers, ties, unknowns, small groups."""

from math import nan

import pytest
from crm_analytics_tools.lift import compare, compare_categories, compare_numbers
from hypothesis import given
from hypothesis import strategies as st

letters = st.lists(st.sampled_from("abc"), min_size=1, max_size=15)
numbers = st.lists(st.integers(-9, 9), min_size=1, max_size=15)


def test_categories_by_hand():
    found = compare_categories("x", "aaab", "abbc", min_group=1)
    rows = [(r.value, r.count_a, r.count_b, r.lift, r.difference) for r in found]
    assert rows == [
        ("a", 3, 1, 3, 0.5),
        ("b", 1, 2, 0.5, -0.25),
        ("c", 0, 1, 0, -0.25),
    ]


@pytest.mark.parametrize(
    ("a", "b", "values"),
    [
        ("", "abc", []),
        ("abc", "", []),
        ("aab", "abc", ["b", "a"]),  # c is too rare; of a and b 1/3 - 1/3 is nothing
        (["a", None], [None, None], [None]),
    ],
)
def test_small_and_unknown(a, b, values):
    found = [row.value for row in compare_categories("x", a, b, min_group=2)]
    assert sorted(map(str, found)) == sorted(map(str, values))


def test_nobody_in_b_has_it_gives_no_lift():
    found = compare_categories("x", "ab", "bb", min_group=1)
    assert [(row.value, row.lift) for row in found] == [("a", None), ("b", 0.5)]


@pytest.mark.parametrize(
    ("a", "b", "lift", "delta"),
    [
        ([1], [1], 1, 0),
        ([5, 6], [1, 2], 5.5 / 1.5, 1),
        ([1, 2], [5, 6], 1.5 / 5.5, -1),
        # 2 is more than 1 of 2, 3 more than both: (3 - 0) / 4, the tie counts nothing
        ([2, 3], [1, 2], 2.5 / 1.5, 0.75),
        ([-1, -1], [2], None, -1),
        ([2], [0], None, 1),
        ([1e300], [-1e300], None, 1),
    ],
)
def test_numbers_by_hand(a, b, lift, delta):
    found = compare_numbers("x", a, b, min_group=1)
    assert found.delta == delta
    assert found.lift == (None if lift is None else pytest.approx(lift))


def test_numbers_known_of_too_few_are_left_out():
    assert compare_numbers("x", [1] * 4, [1] * 9) is None
    assert compare_numbers("x", [], [], min_group=0) is None
    with pytest.raises(ValueError):
        compare_numbers("x", [nan], [1.0], min_group=1)


@given(letters, letters)
def test_shares_add_up_and_swapping_turns_the_sign(a, b):
    found = compare_categories("x", a, b, min_group=1)
    assert sum(row.count_a for row in found) == len(a)
    assert sum(row.share_b for row in found) == pytest.approx(1)
    assert sum(row.difference for row in found) == pytest.approx(0)
    swapped = {r.value: r for r in compare_categories("x", b, a, min_group=1)}
    for row in found:
        assert -1 <= row.strength <= 1
        assert swapped[row.value].difference == -row.difference
    sizes = [abs(row.strength) for row in found]
    assert sizes == sorted(sizes, reverse=True)


@given(numbers, numbers, st.randoms(use_true_random=False))
def test_delta_is_the_difference_of_chances(a, b, random):
    found = compare_numbers("x", a, b, min_group=1)
    more = sum(one > two for one in a for two in b)
    less = sum(one < two for one in a for two in b)
    assert found.delta == (more - less) / (len(a) * len(b))
    assert compare_numbers("x", b, a, min_group=1).delta == -found.delta
    random.shuffle(a)
    assert compare_numbers("x", a, b, min_group=1) == found


@given(letters, letters)
def test_yes_or_no_measures_the_same_either_way(a, b):
    """Cliff's delta of 0 and 1 is the difference of shares: one order fits all."""
    shares = {row.value: row for row in compare_categories("x", a, b, min_group=1)}
    ones = [[float(value == "a") for value in side] for side in (a, b)]
    delta = compare_numbers("x", *ones, min_group=1).delta
    assert delta == pytest.approx(shares["a"].strength if "a" in shares else 0)


def test_all_characteristics_in_one_order():
    found = compare(
        {"size": ("ssssl", "lllls"), "empty": ("", "")},
        {"orders": ([9] * 5, [1] * 5), "unknown": ([], [])},
        min_group=5,
    )
    assert [row.name for row in found] == ["orders", "size", "size"]
