"""A headless browser, driven through the Chrome DevTools protocol."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from dev import browser
from dev.common import Stop

FLAGS = (
    "--headless --no-sandbox --disable-gpu --hide-scrollbars --mute-audio "
    "--no-first-run --disable-dev-shm-usage --force-device-scale-factor=1 "
    "--remote-debugging-port=0 --lang=en-US"
).split()


class Browser:
    """One page of a headless Chrome; use it as a context manager."""

    def __enter__(self):
        path = browser.find()
        if not path:
            raise Stop(browser.ADVICE)
        self.profile = tempfile.mkdtemp(prefix="crm-browser-")
        cmd = [path, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(cmd, **quiet)
        self.number = 0
        self.socket = self._connect()
        self.send("Page.enable")
        self.send("Network.enable")
        return self

    def __exit__(self, *_error):
        self.socket.close()
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _connect(self):
        import websocket  # in the virtual environment, not where bin/* starts

        port_file = Path(self.profile, "DevToolsActivePort")
        for _attempt in range(300):
            if port_file.exists() and port_file.read_text().count("\n"):
                break
            time.sleep(0.1)
        else:
            raise Stop(f"{browser.find()} does not start: try it with --headless.")
        port = port_file.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=10) as got:
            pages = [page for page in json.load(got) if page["type"] == "page"]
        return websocket.create_connection(
            pages[0]["webSocketDebuggerUrl"], suppress_origin=True, timeout=120
        )

    def send(self, method, **params):
        """Send one command and return its result."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise Stop(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def run(self, code):
        """Evaluate JavaScript; a promise is waited for."""
        answer = self.send(
            "Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise Stop(details.get("exception", details).get("description", code))
        return answer["result"].get("value")

    def wait_for(self, code, seconds=60):
        """Wait until the expression is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.run(f"Boolean({code})"):
                return
            time.sleep(0.1)
        raise Stop(f"The page did not come to: {code}")

    def resize(self, width, height):
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def picture(self, path):
        data = self.send("Page.captureScreenshot", format="png")["data"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))
