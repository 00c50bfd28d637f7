from odoo import api, models

from ..tools.gate import WATCH_KEY, watch_in


class SaleOrderLine(models.Model):
    """Lines of a confirmed order start nothing that credit control has not accepted."""

    _inherit = "sale.order.line"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        orders = self._credit_orders_of(vals_list)
        watch = orders._credit_watch()
        lines = super(SaleOrderLine, self._credit_watched(watch)).create(vals_list)
        orders._credit_after_lines(watch)
        return lines.with_env(self.env)

    def write(self, vals):
        orders = self.order_id
        watch = orders._credit_watch()
        res = super(SaleOrderLine, self._credit_watched(watch)).write(vals)
        orders._credit_after_lines(watch)
        return res

    def unlink(self):
        orders = self.order_id
        watch = orders._credit_watch()
        res = super(SaleOrderLine, self._credit_watched(watch)).unlink()
        orders._credit_after_lines(watch)
        return res

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        going = self._credit_split_start("stock", previous_product_uom_qty)
        return super(SaleOrderLine, going)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )

    def _purchase_service_generation(self):
        going = self._credit_split_start("purchase")
        return super(SaleOrderLine, going)._purchase_service_generation()

    def _purchase_increase_ordered_qty(self, new_qty, origin_values):
        going = self._credit_split_start("purchase_more", new_qty, origin_values)
        return super(SaleOrderLine, going)._purchase_increase_ordered_qty(
            new_qty, origin_values
        )

    def _credit_watched(self, watch):
        return self.with_context(**{WATCH_KEY: watch}) if watch else self

    def _credit_orders_of(self, vals_list):
        default = self.env.context.get("default_order_id")
        ids = {vals.get("order_id", default) for vals in vals_list}
        return self.env["sale.order"].browse(sorted(id_ for id_ in ids if id_))

    def _credit_split_start(self, kind, *args):
        """The lines that may start now; those under a watch are kept for later."""
        watch = watch_in(self.env.context)
        previous = args[0] if kind == "stock" else False
        waiting = self._credit_starters().filtered(
            lambda line: line._credit_must_wait(watch, kind, previous)
        )
        watched = waiting.filtered(
            lambda line: watch and line.order_id.id in watch.before
        )
        if watched:
            watch.later(kind, watched.ids, *args)
        return self - waiting

    def _credit_starters(self):
        """Leave out what starts nothing: sections, notes, down payments."""
        return self.filtered(lambda line: line.product_id and line.product_uom_id)

    def _credit_must_wait(self, watch, kind, previous):
        order = self.order_id.sudo()
        if order.state != "sale":
            rules = self.env["crm.credit.rule"]._ids_at(order.company_id.id, "order")
            return bool(rules)
        held = order.credit_state == "held"
        if not held and not (watch and order.id in watch.before):
            return False
        return kind != "stock" or self._credit_needs_more(previous)

    def _credit_needs_more(self, previous):
        """Whether the line asks for more than its moves bring; less may go at once."""
        self.ensure_one()
        started = self._get_qty_procurement(previous)
        return self.product_uom_id.compare(self.product_uom_qty, started) > 0

    def _credit_start_kind(self, kind, args):
        if not self:
            return
        if kind == "stock":
            self._action_launch_stock_rule(previous_product_uom_qty=args[0])
        elif kind == "purchase":
            self.sudo()._purchase_service_generation()
        else:
            self.sudo()._purchase_increase_ordered_qty(*args)

    def _credit_start(self):
        """Start what held lines have not started."""
        self._action_launch_stock_rule()
        bought = self.sudo().filtered("purchase_line_ids")
        (self.sudo() - bought)._purchase_service_generation()
        for line in bought:
            quantity = line._credit_purchased()
            if line.product_uom_id.compare(line.product_uom_qty, quantity) > 0:
                line._purchase_increase_ordered_qty(
                    line.product_uom_qty, {line.id: quantity}
                )

    def _credit_purchased(self):
        """What was bought for a service line, in the line's unit."""
        return sum(
            bought.product_uom_id._compute_quantity(
                bought.product_qty, self.product_uom_id
            )
            for bought in self.purchase_line_ids
            if bought.order_id.state != "cancel"
        )
