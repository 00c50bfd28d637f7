"""Real workers confirm, grow and release orders of one debtor at the same moment.

CRM_RACES is the number of races of each kind (5 unless told): 34 make 204.
"""

import os

import pytest
from tests.system import race

RACES = int(os.environ.get("CRM_RACES", "5"))
CHECKS = "credit_race_checks"


@pytest.fixture(scope="module")
def credit(installed):
    with installed("crm_credit", "race") as name:
        yield name


@pytest.mark.parametrize("workers", [2, 8])
@pytest.mark.parametrize("kind", ["confirm", "growth", "release"])
def test_race(env, credit, kind, workers):
    asked = f"prepare(env, {kind!r}, {RACES}, {workers})"
    races = race.shell(env, credit, CHECKS, asked)
    logins = [f"race seller {number}" for number in range(workers)]
    if kind == "release":
        logins[0] = "race controller"
    with race.server(env, credit, workers) as (url, log):
        clients = [race.Client(url, credit, login) for login in logins]
        _seconds, errors = race.run(clients, races)
    assert not errors
    assert "maximum number of tries" not in log.read_text()
    found = race.shell(env, credit, CHECKS, f"verify(env, {kind!r}, {workers})")
    assert found == [RACES, 0, 0, 0], "races, overspent, lost, wrong exposures"
