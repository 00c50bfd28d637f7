"""The .pot of an addon against what its sources and data say now, for any addon."""

import polib

from odoo.tools.misc import file_path
from odoo.tools.translate import TranslationModuleReader


class TranslationsMixin:
    """Mix into a post-install TransactionCase."""

    allow_inherited_tests_method = True  # else Odoo's loader leaves this test out
    translated_module = ""

    def test_template_is_current(self):
        name = self.translated_module
        template = polib.pofile(file_path(f"{name}/i18n/{name}.pot"))
        self.assertEqual(
            self._exported_terms(name),
            {entry.msgid for entry in template},
            f"{name}.pot is out of date: bin/i18n writes it",
        )

    def _exported_terms(self, name):
        """The terms of an addon but those of its demo data."""
        reader = TranslationModuleReader(self.env.cr, modules=[name])
        return {
            source
            for _module, _type, _name, where, source, _value, _comments in reader
            if "_demo" not in str(where)
        }
