"""Real workers confirm, grow and release orders of one debtor at the same moment.

CRM_RACES is the number of races of each kind (5 unless told): 34 make 204.
"""

import json
import os
import subprocess
from contextlib import contextmanager

import pytest
from dev import databases, demo
from dev.common import LOGS, TOP, free_port
from tests.system import credit_race

RACES = int(os.environ.get("CRM_RACES", "5"))
CHECKS = "from tests.system import credit_race_checks as checks"


@pytest.fixture(scope="module")
def credit(env, template):
    name = f"test_race_{os.getpid()}"
    databases.copy(env, template, name)
    args = ["-d", name, "-i", "crm_credit", "--with-demo"]
    databases.run_odoo(env, "test-race", "The addon could not be installed", *args)
    yield name
    databases.drop(env, name)


def shell(env, database, call):
    code = [f"import json, sys; sys.path.insert(0, {str(TOP)!r})", CHECKS]
    code += [f"print('@@' + json.dumps({call}), flush=True)", ""]
    return json.loads(env.shell(database, "\n".join(code)).split("@@")[1])


@contextmanager
def server(env, database, workers):
    """Odoo with so many processes; what it logs is part of the proof."""
    port = free_port()
    args = [f"--http-port={port}", f"--gevent-port={port + 3}"]
    args += [
        f"--workers={workers}",
        "--max-cron-threads=0",
        f"--db-filter=^{database}$",
    ]
    log = LOGS / "test-race-server.log"
    with log.open("wb") as out:
        child = subprocess.Popen(
            env.command("server", "-d", database, *args),
            env=env.variables(),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        credit_race.wait_for(f"{url}/web/login", child)
        yield url, log
    finally:
        demo.stop(child)


@pytest.mark.parametrize("workers", [2, 8])
@pytest.mark.parametrize("kind", ["confirm", "growth", "release"])
def test_race(env, credit, kind, workers):
    races = shell(env, credit, f"checks.prepare(env, {kind!r}, {RACES}, {workers})")
    logins = [f"race seller {number}" for number in range(workers)]
    if kind == "release":
        logins[0] = "race controller"
    with server(env, credit, workers) as (url, log):
        clients = [
            credit_race.Client(url, credit, login, "race-race-race") for login in logins
        ]
        _seconds, errors = credit_race.run(clients, races)
    assert not errors
    assert "maximum number of tries" not in log.read_text()
    found = shell(env, credit, f"checks.verify(env, {kind!r}, {workers})")
    assert found == [RACES, 0, 0, 0], "races, overspent, lost, wrong exposures"
