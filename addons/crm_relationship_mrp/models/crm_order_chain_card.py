from odoo import models


class CrmOrderChainCard(models.AbstractModel):
    """A production tells what it makes, not what it takes."""

    _inherit = "crm.order.chain.card"

    def _step_goods(self, chain, key):
        if self._moves(chain, [key]).raw_material_production_id:
            return []
        return super()._step_goods(chain, key)
