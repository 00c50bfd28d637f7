from odoo import api, fields, models
from odoo.tools import SQL

from ..crm_credit_hold import WAITING

HOLD = ("hold", "Credit hold")
ON_DELETE = {"hold": "set null"}


class CrmOrderTrace(models.Model):
    """Lines that credit control keeps, whatever their goods do."""

    _inherit = "crm.order.trace"

    cause_kind = fields.Selection(selection_add=[HOLD], ondelete=ON_DELETE)
    cause_reason = fields.Selection(selection_add=[HOLD], ondelete=ON_DELETE)
    late_kind = fields.Selection(selection_add=[HOLD], ondelete=ON_DELETE)
    late_reason = fields.Selection(selection_add=[HOLD], ondelete=ON_DELETE)

    @api.model
    def _addons(self):
        return super()._addons() | {"crm_credit"}

    @api.model
    def _sources(self):
        sources = super()._sources()
        sources["sale.order"].fields.add("credit_state")
        return sources

    @api.model
    def _blocks(self, line_ids):
        rows = self.env.execute_query(
            SQL(
                """SELECT line.id, hold.id FROM sale_order_line line
                JOIN crm_credit_hold hold ON hold.order_id = line.order_id
                WHERE line.id = ANY(%(ids)s) AND hold.state IN %(waiting)s
                UNION ALL SELECT move.sale_line_id, hold.id FROM stock_move move
                JOIN crm_credit_hold hold ON hold.picking_id = move.picking_id
                WHERE move.sale_line_id = ANY(%(ids)s)
                AND move.state NOT IN ('done', 'cancel') AND hold.state IN %(waiting)s
                ORDER BY 2 DESC""",
                ids=line_ids,
                waiting=WAITING,
            )
        )
        holds = {line: (("crm.credit.hold", id_), "hold", "hold") for line, id_ in rows}
        return super()._blocks(line_ids) | holds

    @api.model
    def _traced_states(self):
        """An order that waits for its confirmation has a trace, too."""
        return SQL(
            """(%s OR document.state IN ('draft', 'sent')
            AND document.credit_state = 'held')""",
            super()._traced_states(),
        )
