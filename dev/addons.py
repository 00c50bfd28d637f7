"""What the manifests in addons/ say."""

import ast

from dev.common import ADDONS, Stop


def manifests():
    """{name: manifest} of our addons, those that others depend on first."""
    found = {
        path.parent.name: ast.literal_eval(path.read_text(encoding="utf-8"))
        for path in sorted(ADDONS.glob("*/__manifest__.py"))
    }
    ordered = {}

    def add(name):
        for dependency in found[name]["depends"]:
            if dependency in found and dependency not in ordered:
                add(dependency)
        ordered[name] = found[name]

    for name in found:
        add(name)
    return ordered


def applications():
    """The three addons; glue installs itself beside them."""
    return [name for name, data in manifests().items() if not data.get("auto_install")]


def glue():
    return [name for name, data in manifests().items() if data.get("auto_install")]


def dependencies():
    """Odoo's own modules that our applications stand on."""
    ours = manifests()
    needed = {name for app in applications() for name in ours[app]["depends"]}
    return sorted(needed - set(ours))


def closure(name):
    """An addon of ours with those of ours below it."""
    ours = manifests()
    below = [part for part in ours[name]["depends"] if part in ours]
    return sorted({name}.union(*(closure(part) for part in below)))


def chosen(given):
    """Check the addons named on a command line; none named means all."""
    known = list(manifests())
    unknown = [name for name in given if name.partition(":")[0] not in known]
    if unknown:
        raise Stop(f"There is no addon {unknown[0]}; there are {', '.join(known)}.")
    return given or known
