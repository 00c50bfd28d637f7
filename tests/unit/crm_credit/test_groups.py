"""Who belongs to which group."""

import pytest
from crm_credit_tools.groups import below, heads, members


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ([], {}),
        ([("a", "a")], {}),
        ([("a", "b")], {"a": {"a", "b"}}),
        ([("a", "b"), ("b", "c"), ("b", "d")], {"a": {"a", "b", "c", "d"}}),
        # a joint venture belongs to both groups, its owners don't share theirs
        ([("a", "c"), ("b", "c")], {"a": {"a", "c"}, "b": {"b", "c"}}),
        # two ways down count once
        ([("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")], {"a": {"a", "b", "c", "d"}}),
        # circles end
        ([("b", "a"), ("a", "b"), ("b", "c")], {"a": {"a", "b", "c"}}),
        ([("x", "a"), ("b", "a"), ("a", "b")], {"x": {"x", "a", "b"}}),
    ],
)
def test_members(parents, expected):
    assert members(parents) == expected


def test_a_member_of_two_groups_has_two_heads():
    assert heads(members([("b", "c"), ("a", "c")])) == {
        "a": ["a"],
        "b": ["b"],
        "c": ["a", "b"],
    }


def test_below_ends_in_a_circle():
    assert below([("a", "b"), ("b", "a")], "b") == {"a", "b"}
