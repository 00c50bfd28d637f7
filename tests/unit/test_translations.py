"""Every translation that ships is whole: no term left out, no placeholder lost."""

import doctest
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from dev import catalogs
from dev.common import ADDONS

LANGUAGES = ("zh_CN",)
TEMPLATES = {path.stem: path for path in catalogs.templates()}


def test_every_addon_has_a_template():
    assert set(TEMPLATES) == {
        path.parent.name for path in ADDONS.glob("*/__manifest__.py")
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("addon", TEMPLATES)
def test_translation_is_whole(addon, language):
    template = TEMPLATES[addon]
    assert not list(catalogs.problems(template.with_name(f"{language}.po"), template))


@pytest.mark.parametrize(
    ("term", "translation", "sound"),
    [
        ("%(a)s of %(b)s", "%(b)s 中的 %(a)s", True),
        ("%(a)s of %(b)s", "%(a)s", False),
        ("5 %% of %s", "%s 的 5 %%", True),
        ("5 %% of %s", "%s 的 5 %", False),
        ("<b>Tier</b>", "<b>等级</b>", True),
        ("<b>Tier</b>", "<b>等级<b>", False),
        ("Tier", "", False),
    ],
)
def test_problems_are_found(tmp_path, term, translation, sound):
    template, path = tmp_path / "a.pot", tmp_path / "zh_CN.po"
    _catalog(template, term, "")
    _catalog(path, term, translation)
    assert (not list(catalogs.problems(path, template))) is sound


def test_doctests():
    assert doctest.testmod(catalogs) == (0, 1)


def _catalog(path, term, translation):
    catalog = catalogs.polib.POFile()
    catalog.append(catalogs.polib.POEntry(msgid=term, msgstr=translation))
    catalog.save(str(path))


def test_merge_keeps_what_is_translated_and_drops_what_is_gone(tmp_path):
    template, path = tmp_path / "a.pot", tmp_path / "zh_CN.po"
    _catalog(template, "Tier", "")
    _catalog(path, "Tier", "客户等级")
    po = catalogs.polib.pofile(str(path))
    po.append(catalogs.polib.POEntry(msgid="Gone", msgstr="没了"))
    po.save()
    catalogs.merge(path, template)
    assert [(e.msgid, e.msgstr) for e in catalogs.polib.pofile(str(path))] == [
        ("Tier", "客户等级")
    ]


def test_tidy_leaves_out_demo_data(tmp_path):
    template = tmp_path / "a.pot"
    pot = catalogs.polib.POFile()
    for term, place in (
        ("Steel Shelf", "model:product.template,name:a.shelf_demo_product_template"),
        ("Tier", "model:ir.model,name:a.model_crm_tier"),
        ("Tell", "code:addons/a/models/the_demo_day.py"),
    ):
        pot.append(catalogs.polib.POEntry(msgid=term, occurrences=[(place, "")]))
    pot.save(str(template))
    catalogs.tidy(template)
    terms = [entry.msgid for entry in catalogs.polib.pofile(str(template))]
    assert terms == ["Tier", "Tell"]
