"""bin/run: the database `demo`, made once, kept in step with addons/, and served."""

import argparse
import subprocess
import time
import urllib.error
import urllib.request

from dev import addons, databases
from dev.common import (
    ADDONS,
    LOGS,
    Stop,
    lock,
    port_is_free,
    say,
    step,
    tail,
    tree_digest,
)
from dev.server import environment

DATABASE = "demo"
# Offered in the preferences; --load-language would make it everybody's language.
CHINESE = """
env["res.lang"]._activate_lang("zh_CN")
installed = env["ir.module.module"].search([("state", "=", "installed")])
installed._update_translations(["zh_CN"])
"""
PEOPLE = """
SELECT DISTINCT u.login, p.name FROM res_users u
  JOIN res_partner p ON p.id = u.partner_id
  JOIN ir_model_data d ON d.model = 'res.users' AND d.res_id = u.id
 WHERE u.active AND d.module IN ({modules}) ORDER BY 1
"""


def main(args):
    options = _parse(args)
    _check_port(options)
    with environment("demo") as env:
        with lock("demo", "Waiting for another run that prepares the demo database…"):
            ensure_database(env)
        if options.prepare:
            step("ready: bin/run serves it")
            return 0
        return _serve(env, options.port)


def _parse(args):
    parser = argparse.ArgumentParser("bin/run", description=__doc__)
    parser.add_argument("--port", type=_port, default=8069)
    parser.add_argument("--prepare", action="store_true", help="stop before serving")
    return parser.parse_args(args)


def _port(text):
    if text.isdigit() and 1024 <= int(text) < 65530:
        return int(text)
    raise argparse.ArgumentTypeError("a port is a number from 1024 to 65529")


def _check_port(options):
    if not options.prepare and not port_is_free(options.port):
        raise Stop(
            f"Port {options.port} is in use: stop the program that listens there, "
            f"or start with bin/run --port {options.port + 1}."
        )


def ensure_database(env):
    """Make the demo database, or update it when addons/ has changed since."""
    want = f"{tree_digest(ADDONS)} {env.odoo.version}"
    if not databases.exists(env, DATABASE):
        step("making the database demo, once, with its demo data (3 to 4 minutes)")
        databases.build(env, DATABASE, addons.applications(), CHINESE)
    else:
        have = _stamp(env)
        if have == want:
            return
        step("updating the database demo to the changed addons")
        ours = ",".join(addons.applications())
        same_odoo = have.partition(" ")[2] == env.odoo.version
        update = ours if same_odoo else "all"
        args = ["-d", DATABASE, "-i", ours, "-u", update, "--with-demo"]
        databases.run_odoo(
            env,
            "update-demo",
            "The database demo could not be updated: mend the addon, or make demo anew "
            "with bin/odoo db drop demo and bin/run",
            *args,
        )
    env.server.sql(f"COMMENT ON DATABASE {DATABASE} IS '{want}'")


def _stamp(env):
    return env.server.sql(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        f"WHERE datname = '{DATABASE}'"
    )


def people(env):
    """[(login, name)] of the people in our demo data."""
    modules = ", ".join(f"'{name}'" for name in addons.manifests())
    rows = env.server.sql(PEOPLE.format(modules=modules), DATABASE)
    return [line.split("|", 1) for line in rows.splitlines()]


def start(env, database, port, log):
    """Start a server in the background; returns once its pages answer."""
    LOGS.mkdir(parents=True, exist_ok=True)
    ports = [f"--http-port={port}", f"--gevent-port={port + 3}"]
    only = [f"--db-filter=^{database}$", "--no-database-list"]
    with (LOGS / f"{log}.log").open("wb") as out:
        child = subprocess.Popen(
            env.command("server", "-d", database, *ports, *only),
            env=env.variables(),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and child.poll() is None:
        if _answers(f"http://127.0.0.1:{port}/web/login"):
            return child
        time.sleep(0.2)
    stop(child)
    path = LOGS / f"{log}.log"
    raise Stop(f"Odoo does not start, see {path}:\n{tail(path)}")


def _answers(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def stop(child):
    child.terminate()
    try:
        child.wait(20)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _serve(env, port):
    child = start(env, DATABASE, port, "odoo")
    step("Odoo answers")
    say(f"\n  http://localhost:{port}   login admin, password admin\n")
    rows = people(env)
    if rows:
        say("  People of the demo (the password is the login):")
        width = max(len(login) for login, _name in rows)
        for login, name in rows:
            say(f"    {login:{width}}  {name}")
    log = LOGS / "odoo.log"
    say(f"\n  Log: {log}\n  Stop with Ctrl-C.\n")
    try:
        code = child.wait()
    except KeyboardInterrupt:
        say("Stopping…")
        stop(child)
        return 0
    raise Stop(f"Odoo ended with code {code}, see {log}:\n{tail(log)}")
