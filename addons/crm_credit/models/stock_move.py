from odoo import api, models
from odoo.exceptions import UserError

from ..tools.gate import PASS_KEY, GatePass, pass_in


class StockMove(models.Model):
    """The last defence: whatever way goods leave, a held transfer ships nothing."""

    _inherit = "stock.move"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves.filtered(lambda move: move.state == "done")._credit_refuse_held()
        return moves

    def write(self, vals):
        if vals.get("state") == "done":
            self.filtered(lambda move: move.state != "done")._credit_refuse_held()
        return super().write(vals)

    def _action_done(self, cancel_backorder=False):
        todo = self.filtered(lambda move: move.state not in ("done", "cancel"))
        opened = todo._credit_refuse_held()
        moves = self._credit_opened(opened)
        return super(StockMove, moves)._action_done(cancel_backorder=cancel_backorder)

    def _action_assign(self, force_qty=False):
        """What is on hold reserves nothing, whoever asks."""
        going = self.filtered(lambda move: not move._credit_is_held())
        return super(StockMove, going)._action_assign(force_qty=force_qty)

    def _credit_refuse_held(self):
        """Raise if goods of a held transfer would leave; else the transfers judged."""
        leaving = self.sudo().filtered(lambda move: move._credit_leaves())
        pickings = leaving.picking_id.with_env(self.env)
        held = pickings - pickings._credit_gate()
        orders = (leaving - pickings.sudo().move_ids).sale_line_id.order_id.filtered(
            lambda order: order.credit_state == "held"
        )
        if held or orders:
            raise UserError(
                self.env._(
                    "%(documents)s: credit control decides first. Until then no goods "
                    "leave.",
                    documents=", ".join([*held.mapped("name"), *orders.mapped("name")]),
                )
            )
        return pickings

    def _credit_opened(self, pickings):
        known = pass_in(self.env.context)
        new = pickings.filtered(
            lambda p: not known or not known.opens(p._name, "transfer", p.id)
        )
        if not new:
            return self
        gate_pass = GatePass(pickings._name, "transfer", frozenset(pickings.ids))
        return self.with_context(**{PASS_KEY: gate_pass})

    def _credit_leaves(self):
        """Whether the goods leave to somebody who will owe for them."""
        return self.location_dest_id._is_outgoing() and not self.scrap_id

    def _credit_heads_out(self):
        """Also the earlier steps of such a delivery."""
        return (self.location_final_id or self.location_dest_id)._is_outgoing()

    def _credit_is_held(self):
        move = self.sudo()
        if move.picking_id.credit_state == "held":
            return True
        order = move.sale_line_id.order_id
        return order.credit_state == "held" and move._credit_heads_out()

    def _credit_reserve(self):
        """Reserve what would be reserved by now had it not been held."""
        waiting = self.filtered(
            lambda move: (
                move.state in ("confirmed", "waiting", "partially_available")
                and move._should_assign_at_confirm()
            )
        )
        waiting._action_assign()

    def _credit_going(self):
        """What leaves if the move is done as it stands, in the move's unit."""
        if self.state == "draft" and self.product_uom.is_zero(self.quantity):
            return self.product_uom_qty
        return self._get_picked_quantity()

    def _credit_unit(self, currency):
        """Price with taxes of goods that no order line sells, in the move's unit."""
        order = self.picking_id.sale_id
        product = self.product_id.with_company(self.company_id)
        day = self.picking_id._credit_today()
        partner = order.partner_id or self.picking_id.partner_id
        pricelist = (
            order.pricelist_id
            or partner.with_company(self.company_id).property_product_pricelist
        )
        price = pricelist._get_product_price(
            product, 1.0, currency=currency, uom=self.product_uom, date=day
        )
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        taxes = order.fiscal_position_id.map_tax(taxes)
        return taxes.compute_all(price, currency, 1.0, product, partner)[
            "total_included"
        ]
