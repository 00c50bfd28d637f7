#!/bin/sh
# Find a Python that Odoo 19 runs on and hand over to `dev COMMAND ARGS…`.
# It is only shell because there may be no Python yet.
here=$(cd "$(dirname "$0")" && pwd)

find_python() {
    for name in ${PYTHON:-python3.12 python3.11 python3.13 python3 /usr/bin/python3}; do
        "$name" -c '
import ensurepip, sys, venv
assert (3, 11) <= sys.version_info[:2] <= (3, 13)
' 2>/dev/null && { python=$name; return 0; }
    done
    return 1
}

if ! find_python && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing python3 and python3-venv..."
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install -y --no-install-recommends python3 python3-venv; } \
        >/dev/null 2>&1
    find_python
fi
if [ -z "${python:-}" ]; then
    echo "No Python 3.11, 3.12 or 3.13 with its venv module was found:" \
        "install it (as root: apt-get install python3 python3-venv)" \
        "or name one with PYTHON=/path/to/python3." >&2
    exit 1
fi
PYTHONDONTWRITEBYTECODE=1 exec "$python" "$here" "$@"
