"""The examples in the loader's pure modules hold."""

import doctest

import pytest
from dev.loader import dataset, online_retail


@pytest.mark.parametrize("module", [dataset, online_retail])
def test_doctests(module):
    failed, attempted = doctest.testmod(module)
    assert attempted
    assert not failed
