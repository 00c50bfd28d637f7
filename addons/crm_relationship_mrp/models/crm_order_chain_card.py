from odoo import models


class CrmOrderChainCard(models.AbstractModel):
    """A production tells what it makes, not what it takes."""

    _inherit = "crm.order.chain.card"

    def _step_goods(self, key):
        move = self.env["stock.move"].sudo().browse(key if key > 0 else [])
        return [] if move.raw_material_production_id else super()._step_goods(key)
