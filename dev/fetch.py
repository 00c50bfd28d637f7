"""Odoo 19 CE: the tree in ODOO_HOME, or Debian's package unpacked below the state
folder: without root, without touching the system's apt and without naming a mirror."""

import contextlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dev.common import (
    STATE,
    Stop,
    check_disk,
    clean_env,
    lock,
    output,
    run_logged,
    step,
)

SUITE = os.environ.get("ODOO_APT_SUITE", "sid")
# The fonts and scripts that the package links to come from a stable suite: the newer
# ones in sid dropped files that Odoo's links point at.
STABLE = os.environ.get("ODOO_APT_STABLE", "trixie")
LANGUAGES = os.environ.get("ODOO_LANGS", "zh_CN").split()
KEYRING = os.environ.get(
    "ODOO_APT_KEYRING", "/usr/share/keyrings/debian-archive-keyring.gpg"
)
PACKAGES = (
    "odoo-19 libjs-jquery libjs-jquery-form libjs-underscore fonts-inconsolata "
    "fonts-font-awesome fonts-montserrat fonts-ocr-b fonts-roboto-unhinted "
    "fonts-glyphicons-halflings"
).split()
APT, DEBS, ROOT = STATE / "apt", STATE / "debs", STATE / "root"
DIST = "usr/lib/python3/dist-packages"
NOT_TO_BE_HAD = (
    "Odoo 19 could not be fetched ({why}): check the network, or set ODOO_HOME to an "
    "Odoo 19 source tree, or ODOO_DEB to a downloaded odoo-19 package file."
)


@dataclass(frozen=True)
class Odoo:
    """Where an Odoo is: what to put on PYTHONPATH and on the addons path."""

    python_path: Path
    addons: tuple
    version: str


def ensure():
    """Return the Odoo to use, fetching it when there is none yet."""
    home = os.environ.get("ODOO_HOME")
    if home:
        return _existing(Path(home).resolve())
    if not (ROOT / ".complete").exists():
        with lock("fetch", "Waiting for another run that fetches Odoo…"):
            if not (ROOT / ".complete").exists():
                _fetch()
    return _existing(ROOT)


def _existing(home):
    for base in (home, home / DIST):
        if (base / "odoo/release.py").exists():
            addons = [base / "odoo/addons", base / "addons"]
            # the package's dist-packages/addons repeats odoo/addons
            double = (base / "odoo/addons/sale").exists()
            kept = tuple(path for path in addons[: 1 if double else 2] if path.exists())
            return Odoo(base, kept, _version(base, home))
    raise Stop(f"There is no Odoo in {home}: set ODOO_HOME to an Odoo 19 source tree.")


def _version(base, home):
    release = (base / "odoo/release.py").read_text()
    match = re.search(r"^version_info = \((\d+), ?(\d+)", release, re.M)
    if not match or match[1] != "19":
        raise Stop(f"{home} is not Odoo 19: set ODOO_HOME to an Odoo 19 source tree.")
    stamp = home / ".complete"
    return stamp.read_text().strip() if stamp.exists() else f"{match[1]}.{match[2]}"


def _fetch():
    check_disk()
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise Stop(NOT_TO_BE_HAD.format(why=f"no {tool} on this system"))
    DEBS.mkdir(parents=True, exist_ok=True)
    _download()
    step("unpacking Odoo")
    new = STATE / "root.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    _unpack(new)
    _mend(new)
    version = output(["dpkg-deb", "-f", _odoo_deb(), "Version"])
    (new / ".complete").write_text(f"odoo-19 {version}\n")
    shutil.rmtree(ROOT, ignore_errors=True)
    new.rename(ROOT)
    step(f"Odoo {version} is ready")


def _odoo_deb():
    return max(DEBS.glob("odoo-19_*.deb"), key=lambda path: path.stat().st_mtime)


def _download():
    given = os.environ.get("ODOO_DEB")
    if given:
        if not Path(given).exists():
            raise Stop(f"ODOO_DEB names {given}, which is not there.")
        shutil.copy2(given, DEBS / Path(given).name)
    done = DEBS / ".complete"
    if done.exists():
        return
    step("downloading Odoo 19 (130 MB)")
    wanted = [name for name in PACKAGES if not (given and name == "odoo-19")]
    try:
        _apt_setup()
        _find_archive(needs_odoo=not given)
        _apt("download", *wanted, cwd=DEBS)
    except Stop:
        if not given:
            raise
        step("fonts and jQuery could not be fetched: going on without them")
        return
    done.touch()


def _apt_setup():
    for name in ("parts", "pref", "lists/partial", "cache/archives/partial"):
        (APT / name).mkdir(parents=True, exist_ok=True)
    (APT / "status").touch()
    (APT / "apt.conf").write_text(
        f"""\
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "{APT}/parts";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "{APT}/pref";
Dir::State "{APT}";
Dir::State::Lists "{APT}/lists";
Dir::State::status "{APT}/status";
Dir::Cache "{APT}/cache";
Dir::Cache::archives "{APT}/cache/archives";
APT::Default-Release "{STABLE}";
APT::Sandbox::User "";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::Languages "none";
Acquire::PDiffs "false";
Acquire::Retries "3";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
"""
    )


def _apt(*args, **kwargs):
    run_logged(
        ["apt-get", "-c", APT / "apt.conf", "-qq", *args],
        "apt-odoo",
        NOT_TO_BE_HAD.format(why="the Debian archive gave an error"),
        **kwargs,
    )


def _archives():
    """Base addresses of the machine's own archives, as apt itself reads them."""
    if os.environ.get("ODOO_APT_URI"):
        return [os.environ["ODOO_APT_URI"]]
    try:
        listed = output(["apt-get", "--print-uris", "update"])
    except subprocess.CalledProcessError:
        return []
    found = re.findall(r"^'(.*)/dists/([^/]*)/InRelease'", listed, re.M)
    return list(dict.fromkeys(uri for uri, suite in found if "security" not in suite))


def _find_archive(needs_odoo):
    for uri in _archives():
        (APT / "parts/odoo.sources").write_text(
            f"Types: deb\nURIs: {uri}\nSuites: {STABLE} {SUITE}\n"
            f"Components: main\nSigned-By: {KEYRING}\n"
        )
        with contextlib.suppress(Stop, subprocess.CalledProcessError):
            _quiet_update()
            if not needs_odoo or _offers_odoo():
                return
    raise Stop(NOT_TO_BE_HAD.format(why="no configured Debian archive offers it"))


def _quiet_update():
    update = ["apt-get", "-c", APT / "apt.conf", "-qq"]
    output([*update, "-o", "APT::Update::Error-Mode=any", "update"])


def _offers_odoo():
    return output(["apt-cache", "-c", APT / "apt.conf", "show", "odoo-19"])


def _unpack(root):
    """1.2 GB become 0.4: no translations but the wanted ones, no second copy."""
    for deb in sorted(DEBS.glob("[!o]*.deb")):
        output(["dpkg-deb", "-x", deb, root])
    left_out = [f"./{DIST}/addons", f"./{DIST}/setup", "*/i18n/*.po"]
    _tar(root, *(f"--exclude={pattern}" for pattern in left_out))
    if LANGUAGES:
        wanted = [f"./{DIST}/odoo/addons/*/i18n/{code}.po" for code in LANGUAGES]
        wanted += [f"./{DIST}/odoo/addons/base/i18n/{code}.po" for code in LANGUAGES]
        with contextlib.suppress(subprocess.CalledProcessError):
            _tar(root, "--wildcards", *wanted)  # exit 2: a pattern matched nothing


def _tar(root, *args):
    env = clean_env()
    source = subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(_odoo_deb())],
        stdout=subprocess.PIPE,
        env=env,
    )
    with source:
        output(["tar", "-x", "-C", root, *args], stdin=source.stdout, env=env)


def _mend(root):
    """Add the asset that Debian removed, point absolute links into our own root."""
    # Only the call background's blur, loaded lazily; but without the file each
    # backend bundle carries an error and every browser test fails.
    lib = root / DIST / "odoo/addons/mail/static/lib/selfie_segmentation"
    stub = lib / "selfie_segmentation.js"
    if not stub.exists():
        lib.mkdir(parents=True, exist_ok=True)
        stub.write_text("/* not shipped by Debian */\n")
    for folder, dirs, files in os.walk(root):
        for name in (*dirs, *files):
            path = Path(folder, name)
            target = os.readlink(path) if path.is_symlink() else ""
            inside = Path(f"{root}{target}")
            if target.startswith("/") and inside.exists():
                path.unlink()
                path.symlink_to(os.path.relpath(inside, path.parent))
