"""Pairs against counting by hand, rules at their limits, suggestions with a reason."""

from collections import Counter, defaultdict
from itertools import permutations

import pytest
from crm_analytics_tools import baskets
from crm_analytics_tools.baskets import Rule, min_count, pairs, rules, suggest
from hypothesis import given
from hypothesis import strategies as st

# ten orders: bread (1) in 6, butter (2) in 5, both in 4; salt (3) in 1 with bread
ORDERS = [(n, 1) for n in range(6)] + [(n, 2) for n in range(2, 7)] + [(0, 3)]
ORDERS += [(n, 9) for n in range(7, 10)]


def columns(rows):
    return [row[0] for row in rows], [row[1] for row in rows]


def test_by_hand():
    found = pairs(*columns(ORDERS))
    assert found.orders == 10 and found.products.tolist() == [1, 2, 3, 9]
    assert found.counts.tolist() == [
        [6, 4, 1, 0],
        [4, 5, 0, 0],
        [1, 0, 1, 0],
        [0, 0, 0, 3],
    ]
    best = rules(found, min_pair=1)
    # lift: salt and bread 1 x 10 / (1 x 6); bread and butter 4 x 10 / (6 x 5)
    assert [(r.product, r.also, r.count) for r in best] == [
        *[(1, 3, 1), (3, 1, 1), (1, 2, 4), (2, 1, 4)]
    ]
    assert best[2] == Rule(1, 2, 4, 0.4, 4 / 6, 4 / 3)


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        ({"min_pair": 1}, 4),
        ({"min_pair": 2}, 2),
        ({"min_pair": 4}, 2),
        ({"min_pair": 5}, 0),
        ({"min_pair": 0}, 4),  # a pair that never was is no rule
        ({"min_pair": 1, "min_confidence": 0.8}, 2),  # 4 of 5, and 1 of 1
        ({"min_pair": 1, "min_confidence": 0.81}, 1),
        ({"min_pair": 1, "min_lift": 1.4}, 2),
        ({"min_pair": 1, "most": 3}, 3),
    ],
)
def test_limits(limits, kept):
    assert len(rules(pairs(*columns(ORDERS)), **limits)) == kept


@pytest.mark.parametrize(
    ("share", "orders", "count"),
    [
        (0, 100, 1),
        (0.01, 0, 1),
        (0.01, 100, 1),
        (0.01, 101, 2),
        (0.07, 100, 7),  # as floats 0.07 x 100 is more than 7
        (0.29, 100, 29),
        (1, 5, 5),
    ],
)
def test_a_share_becomes_a_whole_count(share, orders, count):
    assert min_count(share, orders) == count


@pytest.mark.parametrize("rows", [[], [(1, 1)], [(1, 1), (2, 2)], [(1, 1), (1, 1)]])
def test_nothing_is_bought_together(rows):
    found = pairs(*columns(rows))
    assert rules(found, min_pair=1) == []
    assert suggest([1], rules(found)) == []


def test_products_that_sell_too_seldom_are_left_out_and_counted():
    found = pairs(*columns(ORDERS), min_orders=5)
    assert (found.products.tolist(), found.left_out, found.orders) == ([1, 2], 2, 10)
    found = pairs(*columns(ORDERS), max_products=1)
    assert (found.products.tolist(), found.left_out) == ([1], 3)
    found = pairs(*columns(ORDERS), min_orders=99)
    assert (found.counts.shape, found.left_out) == ((0, 0), 4)
    assert rules(found) == []


def test_columns_must_fit():
    with pytest.raises(ValueError):
        pairs([1], [1, 2])


rows = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 7)), max_size=60)


@pytest.fixture(scope="module")
def small_blocks():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(baskets, "BLOCK", 5)
        yield


@given(rows)
def test_counting_by_hand(small_blocks, rows):
    held = defaultdict(set)
    for order, product in rows:
        held[order].add(product)
    single = Counter(product for found in held.values() for product in found)
    both = Counter(pair for found in held.values() for pair in permutations(found, 2))
    found = rules(pairs(*columns(rows)), min_pair=1)
    assert {(rule.product, rule.also): rule.count for rule in found} == both
    for rule in found:
        support = rule.count / len(held)
        assert rule.support == pytest.approx(support)
        assert rule.confidence == pytest.approx(rule.count / single[rule.product])
        chance = single[rule.also] / len(held)
        assert rule.lift == pytest.approx(rule.confidence / chance)
        assert 0 < rule.support <= rule.confidence <= 1


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    found = rules(pairs(*columns(rows)))
    random.shuffle(rows)
    assert rules(pairs(*columns(rows))) == found


def test_suggestions():
    known = [
        Rule(1, 5, 9, 0.1, 0.5, 2.0),
        Rule(2, 5, 9, 0.1, 0.7, 1.5),
        Rule(1, 6, 9, 0.1, 0.6, 3.0),
        Rule(1, 2, 9, 0.1, 0.9, 3.0),  # is in the basket
        Rule(3, 7, 9, 0.1, 0.9, 3.0),  # its reason is not
        Rule(2, 8, 9, 0.1, 0.1, 3.0),
    ]
    found = suggest([1, 2], known, most=2)
    assert [(offer.product, offer.reason.product) for offer in found] == [
        *[(5, 2), (6, 1)]
    ]
    assert suggest([1, 2], reversed(known), most=2) == found
    assert suggest([], known) == suggest([1], []) == []
