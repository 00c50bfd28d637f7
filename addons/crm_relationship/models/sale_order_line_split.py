from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    """A line whose parts are promised for different days becomes several lines."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line"]

    def _split_promise(self, parts, reason=None):
        """Split the line into one for each (quantity, date); the first keeps the line.

        The quantities are what is still to be delivered, in the line's unit. Open
        transfers go with their line.
        """
        self.ensure_one()
        self._check_split(parts)
        for _quantity, date in parts:
            self._check_promise(date)
        opened = self.product_uom_qty - self.qty_delivered
        lines = self
        for quantity, _date in parts[1:]:
            lines += self._copy_for(quantity)
        self._place_after(lines[1:])
        kept = self.qty_delivered + parts[0][0]
        shares = [quantity / opened for quantity, _date in parts]
        self.sudo()._share_moves(lines[1:], shares[1:])
        self._keep_quantity(kept)
        for line, (_quantity, date) in zip(lines, parts, strict=True):
            line._promise(date, "split", reason)
        return lines

    def _check_split(self, parts):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        opened = self.product_uom_qty - self.qty_delivered
        total = sum(quantity for quantity, _date in parts)
        wrong = any(quantity <= 0 for quantity, _date in parts)
        if wrong or float_compare(total, opened, precision_digits=digits):
            raise UserError(
                self.env._(
                    "The parts of %(line)s add up to %(total)s, but %(open)s are to be "
                    "delivered; each part must be more than nothing.",
                    line=self._promise_name(),
                    total=f"{total:g}",
                    open=f"{opened:g}",
                )
            )
        if self.qty_invoiced > self.qty_delivered + parts[0][0]:
            raise UserError(
                self.env._(
                    "%(line)s is invoiced for %(quantity)s already; keep at least as "
                    "much in the first part.",
                    line=self._promise_name(),
                    quantity=f"{self.qty_invoiced:g}",
                )
            )

    def _copy_for(self, quantity):
        """A line like this one for part of it, that orders nothing anew."""
        values = self.copy_data(
            {
                "order_id": self.order_id.id,
                "product_uom_qty": quantity,
                "price_unit": self.price_unit,
                "technical_price_unit": self.technical_price_unit,
                "discount": self.discount,
                "sequence": self.sequence,
            }
        )[0]
        return self.with_context(skip_procurement=True).create(values)

    def _place_after(self, lines):
        """Show these lines below this one."""
        others = (self.order_id.order_line - lines).sorted("sequence")
        position = others.ids.index(self.id) + 1
        for sequence, line in enumerate(
            others[:position] + lines + others[position:], start=1
        ):
            if line.sequence != sequence:
                line.sequence = sequence

    def _keep_quantity(self, quantity):
        """Reduce this line; the other lines have the rest, at the same price."""
        self.with_context(skip_procurement=True).write(
            {
                "product_uom_qty": quantity,
                "price_unit": self.price_unit,
                "technical_price_unit": self.technical_price_unit,
                "discount": self.discount,
            }
        )

    def _share_moves(self, lines, shares):
        """Give each of the lines its share of every open transfer of this line."""
        moves = self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel", "draft")
        )
        for move in moves:
            total = move.product_qty
            for line, share in zip(lines, shares, strict=True):
                values = move._split(move.product_id.uom_id.round(total * share))
                for row in values:
                    row["sale_line_id"] = line.id
                self.env["stock.move"].create(values)._action_confirm(merge=False)
