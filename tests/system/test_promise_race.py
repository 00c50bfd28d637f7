"""Real workers confirm what several salespeople have promised of one last piece.

CRM_RACES is the number of races of each kind (5 unless told).
"""

import json
import os

import pytest
from dev import databases
from dev.common import TOP
from tests.system import credit_race
from tests.system.test_credit_race import server

RACES = int(os.environ.get("CRM_RACES", "5"))
CHECKS = "from tests.system import promise_race_checks as checks"
WORKERS = 4


@pytest.fixture(scope="module")
def promised(env, template):
    name = f"test_promise_{os.getpid()}"
    databases.copy(env, template, name)
    args = ["-d", name, "-i", "crm_relationship", "--with-demo"]
    databases.run_odoo(env, "test-promise", "The addon could not be installed", *args)
    yield name
    databases.drop(env, name)


def shell(env, database, call):
    code = [f"import json, sys; sys.path.insert(0, {str(TOP)!r})", CHECKS]
    code += [f"print('@@' + json.dumps({call}), flush=True)", ""]
    return json.loads(env.shell(database, "\n".join(code)).split("@@")[1])


@pytest.mark.parametrize("kind", ["stock", "supply"])
def test_the_last_piece_is_promised_once(env, promised, kind):
    races = shell(env, promised, f"checks.prepare(env, {kind!r}, {RACES}, {WORKERS})")
    with server(env, promised, WORKERS) as (url, log):
        clients = [
            credit_race.Client(
                url, promised, f"promise seller {number}", "race-race-race"
            )
            for number in range(WORKERS)
        ]
        _seconds, errors = credit_race.run(clients, races)
    assert len(errors) == RACES * (WORKERS - 1)
    assert all("cannot be promised" in error for error in errors), errors[:2]
    assert "maximum number of tries" not in log.read_text()
    assert shell(env, promised, f"checks.verify(env, {kind!r}, {WORKERS})") == [
        RACES,
        0,
    ]
