from odoo import fields, models

from .crm_tier import DELIVERY_PRIORITIES


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "crm.order.reader", "crm.tier.document.mixin"]

    priority = fields.Selection(
        selection_add=DELIVERY_PRIORITIES[2:],
        ondelete={code: "set default" for code, _label in DELIVERY_PRIORITIES[2:]},
    )

    def _action_done(self):
        """What is delivered beyond the order becomes a line of it."""
        if not self._reads_orders():
            self.check_access("write")
            self.move_ids.check_access("write")
        return super(StockPicking, self._with_orders())._action_done()

    def _portal_tracking(self):
        """The carrier's reference of a shipment and the page that follows it; carriers
        come with other addons.
        """
        return "", ""
