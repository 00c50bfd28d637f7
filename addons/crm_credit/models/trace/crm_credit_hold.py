from odoo import api, models


class CrmCreditHold(models.Model):
    """Its lines' traces follow a hold."""

    _inherit = "crm.credit.hold"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        holds._touch_traces()
        return holds

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._touch_traces()
        return result

    def unlink(self):
        self._touch_traces()
        return super().unlink()

    def _touch_traces(self):
        holds, trace = self.sudo(), self.env["crm.order.trace"]
        trace._touch("order", holds.order_id.ids)
        trace._touch("stock_move", holds.picking_id.move_ids.ids)
