"""Paths, messages and child processes that every command shares."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
STATE = Path(os.environ.get("CRM_HOME") or TOP / ".odoo").resolve()
ADDONS = TOP / "addons"
LOGS = STATE / "log"
IS_ROOT = os.geteuid() == 0
NEEDED_GB = 3
START = time.monotonic()


class Stop(Exception):
    """Ends the command with one sentence that says what to do."""


def say(message, error=False):
    print(message, file=sys.stderr if error else sys.stdout, flush=True)


def step(message):
    """Say how far a longer preparation is."""
    say(f"[{time.monotonic() - START:4.0f} s] {message}")


def clean_env(**extra):
    """The environment of children: libpq's and Odoo's own variables would win over
    the configuration file, a foreign PYTHONPATH over ours."""
    unwanted = ("PG", "ODOO_", "PYTHONPATH", "PYTHONHOME")
    env = {k: v for k, v in os.environ.items() if not k.startswith(unwanted)}
    return {**env, "LC_ALL": "C.UTF-8", **{k: str(v) for k, v in extra.items()}}


def tail(path, lines=15):
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    kept = [line for line in text.splitlines() if "is ignored: it is" not in line]
    return "\n".join(kept[-lines:])


def run_logged(cmd, log, failure, **kwargs):
    """Run quietly with the output in a log; its end is shown only upon failure."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    kwargs.setdefault("env", clean_env())
    with path.open("wb") as out:
        done = subprocess.run(
            [str(part) for part in cmd],
            stdin=kwargs.pop("stdin", subprocess.DEVNULL),
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
            **kwargs,
        )
    if done.returncode:
        say(tail(path), error=True)
        raise Stop(f"{failure} (all of it in {path})")


def output(cmd, **kwargs):
    """What a command prints, stripped; raises CalledProcessError."""
    kwargs.setdefault("env", clean_env())
    kwargs.setdefault("stderr", subprocess.DEVNULL)
    done = subprocess.run(
        [str(part) for part in cmd],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        **kwargs,
    )
    return done.stdout.strip()


@contextlib.contextmanager
def lock(name, waiting=None):
    """One process at a time; `waiting` is said when another holds the lock."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / f"{name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if waiting:
                say(waiting)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def check_disk():
    STATE.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(STATE).free / 1024**3
    if free < NEEDED_GB:
        raise Stop(
            f"Only {free:.1f} GB are free below {STATE}: make {NEEDED_GB} GB free, "
            "or set CRM_HOME to a folder on a larger disk."
        )


def port_is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def digest(*parts):
    """A short key of strings and of files' contents."""
    key = hashlib.sha256()
    for part in parts:
        key.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        key.update(b"\0")
    return key.hexdigest()[:12]


def tree_digest(root):
    """A key of a folder's contents, leaving out what Python writes there."""
    files = sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    return digest(
        *(part for path in files for part in (str(path.relative_to(root)), path))
    )


def apt_install(*packages):
    """Install Debian packages where that is possible; tells whether it was done."""
    if not (IS_ROOT and shutil.which("apt-get")):
        return False
    step(f"installing {' '.join(packages)}")
    env = clean_env(DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages]
    with contextlib.suppress(Stop):
        run_logged(["apt-get", "-qq", "update"], "apt-update", "", env=env)
    with contextlib.suppress(Stop):
        failure = f"{' '.join(packages)} could not be installed"
        run_logged(install, "apt-install", failure, env=env)
        return True
    return False
