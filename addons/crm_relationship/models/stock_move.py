from datetime import timedelta

from odoo import fields, models

from .crm_tier import DELIVERY_PRIORITIES


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "crm.order.reader"]

    priority = fields.Selection(
        selection_add=DELIVERY_PRIORITIES[2:],
        ondelete={code: "set default" for code, _label in DELIVERY_PRIORITIES[2:]},
    )

    def _get_new_picking_values(self):
        """A new transfer for a customer starts with the priority of its tier."""
        return super()._get_new_picking_values() | self._tier_priority()

    def _tier_priority(self):
        customers = (
            self.sudo().sale_line_id.order_id.partner_id
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

    def _compute_description_picking(self):
        return super(StockMove, self._with_orders())._compute_description_picking()

    def _action_synch_order(self):
        return super(StockMove, self._with_orders())._action_synch_order()

    def _assign_picking_post_process(self, new=False):
        return super(StockMove, self._with_orders())._assign_picking_post_process(new)

    def _get_source_document(self):
        return super(StockMove, self._with_orders())._get_source_document()

    def _reassign_sale_lines(self, sale_order):
        moves = self._with_orders()
        orders = sale_order.sudo(moves.env.su)
        return super(StockMove, moves)._reassign_sale_lines(orders)
