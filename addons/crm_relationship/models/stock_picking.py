from odoo import fields, models

from .crm_tier import DELIVERY_PRIORITIES


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "crm.tier.document.mixin"]

    priority = fields.Selection(
        selection_add=DELIVERY_PRIORITIES[2:],
        ondelete={code: "set default" for code, _label in DELIVERY_PRIORITIES[2:]},
    )
