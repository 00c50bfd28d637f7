from odoo import models
from odoo.tools import SQL


class MrpProduction(models.Model):
    _name = "mrp.production"
    _inherit = ["mrp.production", "crm.settled.source"]

    def _touched_ids(self):
        """The moves of what these make."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM stock_move WHERE production_id = ANY(%s)", self.ids)
        )
        return [id_ for (id_,) in rows]

    def _touch_before(self):
        moves = self.sudo().move_finished_ids | self.sudo().move_raw_ids
        self.env["crm.order.trace"]._touch("stock_move", moves.ids)
        return super()._touch_before()
