"""Make each addon's README.rst from the Markdown pieces in its readme/ folder.

The pieces use little of Markdown: headings, lists, code, bold, links and pictures.
"""

import ast
import re

from dev.common import ADDONS

PIECES = (
    ("DESCRIPTION", None),
    ("INSTALL", "Installation"),
    ("CONFIGURE", "Configuration"),
    ("USAGE", "Usage"),
    ("ROADMAP", "Known limits"),
    ("CONTRIBUTORS", "Contributors"),
)
GENERATED = ".. Generated from readme/ by bin/lint --fix: edit the pieces there.\n"
UNDERLINES = "=-~^"


def heading(text, level):
    """A title with its underline; level 0 is the document's own.

    >>> print(heading("Usage", 1))
    Usage
    -----
    """
    return f"{text}\n{UNDERLINES[min(level, 3)] * len(text)}"


def inline(text):
    """Inline markup.

    >>> inline("see `code`, [here](https://example.com) and *this*")
    'see ``code``, `here <https://example.com>`__ and *this*'
    """
    text = re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", text)
    return re.sub(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)", r"`\1 <\2>`__", text)


def convert(markdown):
    """A piece of Markdown as reStructuredText.

    >>> print(convert("## Steps\\n![A form](../static/form.png)"))
    Steps
    ~~~~~
    .. image:: static/form.png
       :alt: A form
    """
    lines, code = [], False
    for line in markdown.strip().splitlines():
        if line.startswith("```"):
            code = not code
            lines += ["::", ""] if code else []
        elif code:
            lines.append(f"    {line}".rstrip())
        elif match := re.match(r"(#+) (.*)", line):
            lines += heading(inline(match[2]), len(match[1])).splitlines()
        elif match := re.match(r"!\[(.*)\]\((?:\.\./)?(.*)\)$", line):
            lines += [f".. image:: {match[2]}", f"   :alt: {match[1]}"]
        else:
            lines.append(inline(line))
    return "\n".join(lines)


def compose(addon):
    """The whole README.rst of an addon folder, or None without readme/."""
    if not (addon / "readme").exists():
        return None
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text(encoding="utf-8"))
    parts = [GENERATED, heading(manifest["name"], 0)]
    for name, title in PIECES:
        path = addon / "readme" / f"{name}.md"
        if path.exists():
            parts += [heading(title, 1)] if title else []
            parts.append(convert(path.read_text(encoding="utf-8")))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def refresh(write):
    """Compare each README.rst with its pieces; returns those that differ."""
    stale = []
    for addon in sorted(path.parent for path in ADDONS.glob("*/__manifest__.py")):
        text, path = compose(addon), addon / "README.rst"
        if text and (not path.exists() or path.read_text(encoding="utf-8") != text):
            stale.append(path)
            if write:
                path.write_text(text, encoding="utf-8")
    return stale
