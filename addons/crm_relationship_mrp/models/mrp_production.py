from odoo import api, models
from odoo.tools import SQL


class MrpProduction(models.Model):
    _name = "mrp.production"
    _inherit = ["mrp.production", "crm.order.trace.source"]

    @api.model
    def _trace_source_fields(self):
        return super()._trace_source_fields() | {"date_finished", "date_start", "state"}

    def _trace_touch(self):
        rows = self.env.execute_query(
            SQL("SELECT id FROM stock_move WHERE production_id = ANY(%s)", self.ids)
        )
        self.env["crm.order.trace"]._touch("move", [id_ for (id_,) in rows])

    def _trace_touch_before(self):
        moves = self.sudo().move_finished_ids | self.sudo().move_raw_ids
        self.env["crm.order.trace"]._touch("move", moves.ids)
