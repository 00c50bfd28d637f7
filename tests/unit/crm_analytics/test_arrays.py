"""Groups of equal rows, also where their codes are looked up or would overflow."""

import doctest

import numpy as np
import pytest
from crm_analytics_tools import _arrays
from hypothesis import given
from hypothesis import strategies as st

small, large = st.integers(-5, 5), st.integers(-(2**62), 2**62)
rows = st.lists(st.tuples(small | large, small, st.floats(-3, 3)), max_size=30)


def test_doctests():
    assert doctest.testmod(_arrays).failed == 0


@given(rows)
def test_groups_are_sorted_and_hold_equal_rows(rows):
    kinds = (np.int64, np.int64, np.float64)
    columns = [np.array([r[i] for r in rows], dtype=kinds[i]) for i in range(3)]
    found = _arrays.equal_rows(*columns)
    keys = list(zip(*(column[found.first] for column in columns), strict=True))
    assert keys == sorted(set(rows))
    assert [keys[code] for code in found.code] == rows
    assert found.size.tolist() == [rows.count(key) for key in keys]


def test_codes_do_not_overflow():
    columns = [np.arange(2000) * 1e9 for _n in range(7)]  # 2000 ** 7 > 2 ** 63
    found = _arrays.equal_rows(*columns)
    assert found.code.tolist() == list(range(2000))


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1, 1e200, 1e307])
def test_correlation_at_any_scale(scale):
    one = np.array([1.0, 2.0, 3.0, 4.0]) * scale
    assert _arrays.pearson(one, [2.0, 1.0, 4.0, 3.0]) == pytest.approx(0.6, abs=1e-3)
