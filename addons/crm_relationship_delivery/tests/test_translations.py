from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_relationship.tests.common_translations import TranslationsMixin


@tagged("post_install", "-at_install")
class TestTranslations(TranslationsMixin, TransactionCase):
    translated_module = "crm_relationship_delivery"
