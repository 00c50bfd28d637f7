"""What a transfer adds to a debt beyond its order."""

import pytest
from crm_credit_tools.goods import LineQuantities, growth, share_of_kit


@pytest.mark.parametrize(
    ("line", "going", "planned", "expected"),
    [
        (LineQuantities(10, coming=10), 10, 10, 0),
        (LineQuantities(10, coming=10), 4, 10, 0),
        (LineQuantities(10, coming=10), 13, 10, 3),
        (LineQuantities(10, delivered=10, coming=None), 2, 0, 2),
        (LineQuantities(10, delivered=4, invoiced=10, coming=6), 6, 6, 0),
        (LineQuantities(10, delivered=4, invoiced=10, coming=6), 8, 6, 2),
        (LineQuantities(10, delivered=4, coming=2), 4, 2, 2),
        (LineQuantities(0), 2, 0, 2),
    ],
)
def test_growth(line, going, planned, expected):
    assert growth(line, going, planned) == expected


def test_a_kit_counts_by_its_largest_part():
    assert share_of_kit([(1.0, 4.0), (3.0, 4.0)]) == 0.75
    assert share_of_kit([(0.0, 0.0)]) == 0.0
