"""Find Chrome or Chromium; as root, install Debian's where there is none."""

import shutil

from dev.common import apt_install

NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
ADVICE = (
    "There is no Chrome or Chromium: install one (as root: apt-get install chromium) "
    "and put it on PATH."
)


def find(install=True):
    """The browser's path, or None."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None and install and apt_install("chromium", "fonts-noto-cjk"):
        path = shutil.which("chromium")
    return path
