from odoo import api, models
from odoo.tools import SQL


class CrmOrderBoard(models.Model):
    _inherit = "crm.order.board"

    @api.model
    def _held_condition(self):
        """The ribbon tells that credit control decides first, and nothing else."""
        held = super()._held_condition()
        return SQL("(%s OR trace.cause_kind = 'hold')", held)
