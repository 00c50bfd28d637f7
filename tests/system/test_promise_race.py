"""Real workers confirm what several salespeople have promised of one last piece.

CRM_RACES is the number of races of each kind (5 unless told).
"""

import os

import pytest
from tests.system import race

RACES = int(os.environ.get("CRM_RACES", "5"))
CHECKS = "promise_race_checks"
WORKERS = 4


@pytest.fixture(scope="module")
def promised(installed):
    with installed("crm_relationship", "promise") as name:
        yield name


@pytest.mark.parametrize("kind", ["stock", "supply"])
def test_the_last_piece_is_promised_once(env, promised, kind):
    asked = f"prepare(env, {kind!r}, {RACES}, {WORKERS})"
    races = race.shell(env, promised, CHECKS, asked)
    with race.server(env, promised, WORKERS) as (url, log):
        clients = [
            race.Client(url, promised, f"promise seller {number}")
            for number in range(WORKERS)
        ]
        _seconds, errors = race.run(clients, races)
    assert len(errors) == RACES * (WORKERS - 1)
    assert all("cannot be promised" in error for error in errors), errors[:2]
    assert "maximum number of tries" not in log.read_text()
    found = race.shell(env, promised, CHECKS, f"verify(env, {kind!r}, {WORKERS})")
    assert found == [RACES, 0]
