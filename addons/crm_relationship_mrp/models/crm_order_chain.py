from odoo import api, models


class CrmOrderChain(models.AbstractModel):
    """Goods that are made come from their production, and that from its components."""

    _inherit = "crm.order.chain"

    @api.model
    def _moves_behind(self, move):
        components = move.production_id.move_raw_ids
        return super()._moves_behind(move) | self._live(components)

    @api.model
    def _move_documents(self, move):
        production = move.production_id or move.raw_material_production_id
        if production:
            return [("mrp.production", production.id)]
        return super()._move_documents(move)
