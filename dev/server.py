"""Odoo's environment: interpreter, database server and configuration in one.

`environment("demo")` is what bin/run and bin/odoo use, `environment("test")` what the
tests use: a cluster that does not wait for the disk, with its own filestore.
"""

import configparser
import contextlib
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from dev import fetch, python_env
from dev.common import ADDONS, STATE, TOP, Stop, clean_env, free_port
from dev.postgres import Cluster, Server, binaries


@dataclass(frozen=True)
class Environment:
    """All that is needed to start an Odoo process."""

    odoo: fetch.Odoo
    python: Path
    server: Server
    data: Path
    conf: Path

    def command(self, *args):
        return [str(self.python), "-P", "-m", "odoo", *map(str, args)]

    def variables(self):
        return clean_env(
            ODOO_RC=self.conf,
            PYTHONPATH=self.odoo.python_path,
            PYTHONUNBUFFERED=1,
            PATH=f"{self.server.bin}:{os.environ['PATH']}",
        )

    def filestore(self, database):
        return self.data / "filestore" / database

    def shell(self, database, code):
        """Run Python code in `odoo shell`, where `env` is the superuser's."""
        ports = ["--no-http", "--log-level=error"]
        done = subprocess.run(
            self.command("shell", "-d", database, *ports),
            input=code,
            env=self.variables(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode or "Traceback (most recent call last)" in done.stderr:
            raise Stop(f"Code in Odoo's shell failed:\n{done.stderr[-2000:]}")
        return done.stdout


def prepare(tests=False):
    """Odoo and its Python environment, both fetched at once where they are missing."""
    with ThreadPoolExecutor(2) as pool:
        odoo = pool.submit(fetch.ensure)
        python = pool.submit(python_env.ensure_odoo, tests)
        return odoo.result(), python.result()


@contextlib.contextmanager
def environment(kind, tests=False):
    """Everything prepared and the database server running; kind: demo or test."""
    odoo, python = prepare(tests=tests or kind == "test")
    external = given_server() if kind == "demo" else None
    with contextlib.ExitStack() as stack:
        if external:
            server = external
            _check_connection(server)
        else:
            cluster = Cluster("pg" if kind == "demo" else "pg-test", kind == "demo")
            server = stack.enter_context(cluster.running())
        data = STATE / ("data" if kind == "demo" else "test-data")
        env = Environment(odoo, python, server, data, STATE / f"{kind}.conf")
        write_conf(env)
        yield env


def given_server():
    """The PostgreSQL that the environment or odoo.conf names, if any."""
    conf = configparser.RawConfigParser()
    conf.read(TOP / "odoo.conf")

    def setting(name, default=""):
        variable = {"db_host": "PGHOST", "db_port": "PGPORT", "db_user": "PGUSER"}
        names = (f"CRM_{name.upper()}", variable.get(name, "PGPASSWORD"))
        found = next((os.environ[key] for key in names if os.environ.get(key)), None)
        found = found or conf.get("options", name, fallback="")
        return default if found in ("", "False") else found

    host = setting("db_host")
    if not host:
        return None
    port, user = setting("db_port", "5432"), setting("db_user", "odoo")
    return Server(host, port, user, setting("db_password"), binaries())


def _check_connection(server):
    try:
        server.sql("SELECT 1")
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip() or "no answer").splitlines()[-1]
        raise Stop(
            f"The PostgreSQL at {server.host} cannot be used ({reason}): correct "
            "PGHOST, PGPORT, PGUSER and PGPASSWORD, or db_… in odoo.conf, or leave "
            "them empty for the embedded one."
        ) from None


def write_conf(env):
    server = env.server
    paths = ",".join(str(path) for path in (*env.odoo.addons, ADDONS))
    options = {
        "addons_path": paths,
        "data_dir": env.data,
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "db_password": server.password,
        "http_interface": "127.0.0.1",
        "max_cron_threads": "1" if env.conf.stem == "demo" else "0",
        "unaccent": "True",
    }
    lines = [f"{name} = {value}" for name, value in options.items() if value]
    head = "# Written by bin/run; the one to edit is odoo.conf.\n[options]"
    env.data.mkdir(parents=True, exist_ok=True)
    handle = os.open(env.conf, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write("\n".join([head, *lines, ""]))


def forward(cmd, variables):
    """Run a child in the foreground: Ctrl-C is the child's; returns its exit code."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(
            cmd,
            env=variables,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        signal.signal(signal.SIGTERM, lambda *_args: child.terminate())
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def odoo(args):
    """bin/odoo: Odoo's own command line; its server takes a free port unless told."""
    kind = "test" if os.environ.get("CRM_ENV") == "test" else "demo"
    with environment(kind) as env:
        if args[:1] == ["shell"] and not any("http" in arg for arg in args):
            args = [*args, "--no-http", "--log-level=warn"]
        elif args and "--help" not in args and _needs_port(args):
            port = free_port()
            args = [*args, f"--http-port={port}"]
        return forward(env.command(*args), env.variables())


def _needs_port(args):
    serving = args[0] == "server" or args[0].startswith("-")
    return serving and not any(arg.startswith(("--http-port", "-p")) for arg in args)


main = odoo
