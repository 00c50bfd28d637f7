"""The commands in bin/: what they say when something is missing, and that they work."""

import http.cookiejar
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest
from dev.common import STATE, TOP, free_port


def _run(command, *args, **variables):
    cmd = [str(TOP / "bin" / command), *args]
    env = {**os.environ, **{key: str(value) for key, value in variables.items()}}
    return subprocess.run(cmd, env=env, capture_output=True, text=True, cwd="/")


def _assert_sentence(done, *words):
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.endswith((".", ")")), done.stderr
    for word in words:
        assert word in last


@pytest.fixture(scope="module")
def home(env):
    """A state folder of its own that uses the Odoo and the packages we have."""
    # root's PostgreSQL belongs to nobody, who may not enter pytest's own folders
    folder = Path(tempfile.mkdtemp(prefix="crm-home-", dir="/var/tmp"))
    folder.chmod(0o755)
    (folder / "venv").symlink_to(STATE / "venv")
    yield {"CRM_HOME": folder, "ODOO_HOME": env.odoo.python_path}
    shutil.rmtree(folder)


def test_a_port_in_use():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        _assert_sentence(_run("run", "--port", str(port)), str(port), "--port")


def test_no_python(tmp_path):
    for tool in ("dirname", "id", "sh"):
        found = subprocess.check_output(["which", tool], text=True).strip()
        (tmp_path / tool).symlink_to(found)
    done = _run("run", PATH=tmp_path, PYTHON="no-such-python")
    _assert_sentence(done, "Python 3.11", "apt-get install")


def test_no_odoo_at_odoo_home(home, tmp_path):
    _assert_sentence(
        _run("run", "--prepare", **{**home, "ODOO_HOME": tmp_path}), "ODOO_HOME"
    )


def test_no_archive_with_odoo(home):
    nowhere = {**home, "ODOO_HOME": "", "ODOO_APT_URI": "file:///no/such/archive"}
    _assert_sentence(_run("run", "--prepare", **nowhere), "ODOO_HOME", "ODOO_DEB")


def test_a_server_that_does_not_answer(home):
    nowhere = {**home, "PGHOST": "127.0.0.1", "PGPORT": str(free_port())}
    _assert_sentence(_run("run", "--prepare", **nowhere), "PGHOST")


def test_an_unknown_addon():
    _assert_sentence(_run("test", "odoo", "crm_nothing"), "crm_nothing")


def test_the_demo_is_made_once_and_served(home):
    assert _run("run", "--prepare", **home).returncode == 0
    started = time.monotonic()
    again = _run("run", "--prepare", **home)
    assert again.returncode == 0, again.stderr
    assert "making" not in again.stdout and "updating" not in again.stdout
    assert time.monotonic() - started < 60  # 3 s on an idle machine

    language = "print(env['res.lang']._lang_get('zh_CN').active)"
    shell = subprocess.run(
        [TOP / "bin/odoo", "shell", "-d", "demo"],
        input=language,
        env={**os.environ, **{key: str(value) for key, value in home.items()}},
        capture_output=True,
        text=True,
    )
    assert "True" in shell.stdout, shell.stderr
    _check_serving(home)


def _check_serving(home):
    port = free_port()
    env = {**os.environ, **{key: str(value) for key, value in home.items()}}
    cmd = [TOP / "bin/run", "--port", str(port)]
    with subprocess.Popen(cmd, env=env, stdout=subprocess.PIPE, text=True) as child:
        try:
            said = ""
            while "Ctrl-C" not in said:
                line = child.stdout.readline()
                assert line, said
                said += line
            assert f"http://localhost:{port}" in said
            assert _login(port) == "admin"
        finally:
            child.send_signal(signal.SIGINT)
        assert child.wait(30) == 0
    assert not (home["CRM_HOME"] / "pg/data/postmaster.pid").exists()


def _login(port):
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(jar)
    params = {"db": "demo", "login": "admin", "password": "admin"}
    request = urllib.request.Request(
        f"http://localhost:{port}/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "params": params}).encode(),
        {"Content-Type": "application/json"},
    )
    with opener.open(request, timeout=60) as answer:
        return json.load(answer)["result"]["username"]
