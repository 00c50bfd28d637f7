"""`python dev COMMAND ARGS…`, called by bin/* through bootstrap.sh."""

import importlib
import signal
import sys
from pathlib import Path

# Run as a directory, Python puts dev/ itself on the path; the package's parent it is.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from dev.common import Stop, say  # noqa: E402

COMMANDS = {
    "run": "demo",
    "odoo": "server",
    "test": "testing",
    "i18n": "i18n",
    "lint": "lint",
    "bench": "scripts",
    "load": "scripts",
    "screens": "screens",
}


def main(command, *args):
    # also where a shell started us in the background, with Ctrl-C ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    module = importlib.import_module(f"dev.{COMMANDS[command]}")
    entry = getattr(module, command, module.main)
    try:
        return entry(list(args))
    except Stop as stop:
        say(str(stop), error=True)
        return 1
    except KeyboardInterrupt:
        say("Stopped.", error=True)
        return 130


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
