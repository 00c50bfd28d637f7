"""The .pot and .po files of the addons: kept tidy, merged and checked, without Odoo."""

import re
import sys
from collections import Counter

import polib

from dev.common import ADDONS, say

# Our tier Lead is a metal; a term has one translation, so Odoo's Lead must stay out.
NOT_OURS = {"model:ir.model,name:crm_relationship.model_crm_lead"}
DATES = ("POT-Creation-Date", "PO-Revision-Date")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|</?[a-z][^>]*>")


def templates():
    """The .pot of each addon that has one."""
    return sorted(ADDONS.glob("*/i18n/*.pot"))


def translations(template):
    """The .po files beside a .pot."""
    return sorted(template.parent.glob("*.po"))


def tidy(template):
    """A fresh export without what changes at each of them, and what is not ours."""
    pot = polib.pofile(template)
    for key in DATES:
        pot.metadata.pop(key, None)
    for entry in list(pot):
        entry.occurrences = [at for at in entry.occurrences if _wanted(at[0])]
        if not entry.occurrences:
            pot.remove(entry)
    pot.save()


def _wanted(place):
    """Ours to translate: not of another addon, nor of our demo data (`…_demo…`)."""
    demo = "_demo" in place and not place.startswith("code:")
    return place not in NOT_OURS and not demo


def merge(path, template):
    """Give a .po exactly the terms of its .pot, keeping the translations."""
    pot, po = polib.pofile(template), polib.pofile(path)
    po.merge(pot)
    for entry in po.obsolete_entries():
        po.remove(entry)
    for key in DATES:
        po.metadata.pop(key, None)
    place = {entry.msgid: number for number, entry in enumerate(pot)}
    po.sort(key=lambda entry: place[entry.msgid])
    po.save()


def problems(path, template):
    """What keeps a .po from being a whole and sound translation, one sentence each."""
    done = {entry.msgid: entry for entry in polib.pofile(path) if entry.translated()}
    for entry in polib.pofile(template):
        if entry.msgid not in done:
            yield f"not translated: {entry.msgid!r}"
        elif placeholders(entry.msgid) != placeholders(done[entry.msgid].msgstr):
            yield f"not the same placeholders: {entry.msgid!r}"


def placeholders(text):
    """The placeholders and tags of a term, in any order.

    >>> sorted(placeholders("<b>%(tier)s</b>: 5 %% of %s"))
    ['%%', '%(tier)s', '%s', '</b>', '<b>']
    """
    return Counter(PLACEHOLDER.findall(text))


def main():
    count = 0
    for template in templates():
        tidy(template)
        for path in translations(template):
            merge(path, template)
            for problem in problems(path, template):
                say(f"{path.relative_to(ADDONS)}: {problem}")
                count += 1
    say(f"{count} terms need a translator." if count else "All terms are translated.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
