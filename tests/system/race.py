"""Clients that ask Odoo for the same thing at the same moment, over HTTP."""

import http.cookiejar
import json
import subprocess
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from dev import demo
from dev.common import LOGS, TOP, free_port
from tests.system.race_people import PASSWORD


class Client:
    """One person's browser session."""

    def __init__(self, url, database, login):
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": PASSWORD},
        )

    def call(self, model, method, *args):
        """Call a method as the web client does; returns (seconds, error or None)."""
        start = time.monotonic()
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        answer = self._post(f"/web/dataset/call_kw/{model}/{method}", params)
        return time.monotonic() - start, answer.get("error")

    def _post(self, path, params):
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        request = urllib.request.Request(
            self.url + path, body.encode(), {"Content-Type": "application/json"}
        )
        with self.opener.open(request, timeout=180) as answer:
            return json.load(answer)


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
        wait_for(f"{url}/web/login", child)
        yield url, log
    finally:
        demo.stop(child)


def shell(env, database, module, call):
    """What a function of this module answers in Odoo's shell."""
    code = [
        f"import json, sys; sys.path.insert(0, {str(TOP)!r})",
        f"from tests.system import {module} as checks",
        f"print('@@' + json.dumps(checks.{call}), flush=True)",
        "",
    ]
    return json.loads(env.shell(database, "\n".join(code)).split("@@")[1])


def wait_for(url, process, seconds=180):
    """Until the server answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except OSError:
            time.sleep(0.3)
    raise TimeoutError(f"{url} does not answer")


def run(clients, races):
    """Every race at once for its clients; returns the seconds and the errors."""
    seconds, errors = [], []
    with ThreadPoolExecutor(len(clients)) as pool:
        for calls in races:
            barrier = threading.Barrier(len(calls))

            def go(client, call, barrier=barrier):
                barrier.wait(60)
                return client.call(*call)

            for took, error in pool.map(go, clients, calls):
                seconds.append(took)
                if error:
                    errors.append(error["data"]["message"])
    return seconds, errors
