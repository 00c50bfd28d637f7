from datetime import timedelta

from odoo import fields, models

from .crm_tier import DELIVERY_PRIORITIES


class StockMove(models.Model):
    _inherit = "stock.move"

    priority = fields.Selection(
        selection_add=DELIVERY_PRIORITIES[2:],
        ondelete={code: "set default" for code, _label in DELIVERY_PRIORITIES[2:]},
    )

    def _get_new_picking_values(self):
        """A new transfer for a customer starts with the priority of its tier."""
        return super()._get_new_picking_values() | self._tier_priority()

    def _tier_priority(self):
        customers = (
            self.sale_line_id.order_id.partner_id
            or self.filtered(
                lambda move: move.location_dest_id.usage == "customer"
            ).partner_id
        )
        tiers = customers.sudo().with_company(self.company_id[:1]).mapped("tier_id")
        priority = max(tiers.mapped("delivery_priority"), default="0")
        return {"priority": priority} if priority > "0" else {}

    def _compute_reservation_date(self):
        """Higher priorities are reserved as early as core reserves urgent ones."""
        res = super()._compute_reservation_date()
        for move in self:
            kind = move.picking_type_id
            if (
                move.priority > "1"
                and kind.reservation_method == "by_date"
                and move.state
                in ("draft", "confirmed", "waiting", "partially_available")
            ):
                days = timedelta(days=kind.reservation_days_before_priority)
                move.reservation_date = fields.Date.to_date(move.date) - days
        return res
