"""Clients that ask Odoo for the same credit at the same moment, over HTTP."""

import http.cookiejar
import json
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor


class Client:
    """One person's browser session."""

    def __init__(self, url, database, login, password):
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
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
