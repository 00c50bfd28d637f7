from odoo import SUPERUSER_ID, api

from odoo.addons.crm_credit.hooks import price_unordered_lines


def migrate(cr, version):
    """The price that such lines add to the debt is new."""
    price_unordered_lines(api.Environment(cr, SUPERUSER_ID, {}))
