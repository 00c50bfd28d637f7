from odoo import models

from ..tools.goods import LineQuantities, growth, share_of_kit


class SaleOrderLine(models.Model):
    """Quantities and prices that say what a transfer is worth."""

    _inherit = "sale.order.line"  # pylint: disable=consider-merging-classes-inherited

    def _credit_unit(self):
        """What one unit adds to the debt, taxes included."""
        if self.product_uom_qty:
            return self.price_total / self.product_uom_qty
        return self.credit_price_unit

    def _credit_in_unit(self, move, quantity):
        return move.product_uom._compute_quantity(
            quantity, self.product_uom_id, round=False
        )

    def _credit_leaving(self, quantities):
        """Units of the line that quantities of its moves bring to the customer."""
        if all(move.product_id == self.product_id for move in quantities):
            return sum(
                self._credit_in_unit(move, quantity)
                for move, quantity in quantities.items()
            )
        return self.product_uom_qty * self._credit_share(quantities)

    def _credit_share(self, quantities):
        """The share of a kit that leaves with some of its parts."""
        whole = self.move_ids.filtered(
            lambda move: move.state != "cancel" and move._credit_leaves()
        )
        parts = [
            (
                sum(q for move, q in quantities.items() if move.product_id == product),
                sum(
                    whole.filtered(lambda m, p=product: m.product_id == p).mapped(
                        "product_uom_qty"
                    )
                ),
            )
            for product in whole.product_id
        ]
        return share_of_kit(parts)

    def _credit_growth(self, picking):
        """Units that a transfer delivers beyond what the exposure holds already."""
        going = {
            move: quantity
            for move, quantity in picking._credit_going().items()
            if move.sale_line_id == self
        }
        planned = {move: move.product_uom_qty for move in going}
        return growth(
            LineQuantities(
                ordered=self.product_uom_qty,
                delivered=self.qty_delivered,
                invoiced=self.qty_invoiced,
                coming=self._credit_coming(),
            ),
            going=self._credit_leaving(going),
            planned=self._credit_leaving(planned),
        )

    def _credit_coming(self):
        """What open moves still bring; None if there are none, or parts of a kit."""
        moves = self.move_ids.filtered(
            lambda move: (
                move.state not in ("done", "cancel") and move._credit_heads_out()
            )
        )
        if not moves or moves.product_id != self.product_id:
            return None
        return sum(self._credit_in_unit(move, move.product_uom_qty) for move in moves)
