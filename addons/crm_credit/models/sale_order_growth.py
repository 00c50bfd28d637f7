from odoo import fields, models

from ..tools.gate import WATCH_KEY, GrowthWatch, pass_in, watch_in


class SaleOrder(models.Model):
    """Growth of a confirmed order: saved, but held until credit control accepts it.

    A call that may change amounts runs under a watch; whatever its lines would start
    (deliveries, purchases) waits until the call has been judged as a whole.
    """

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    def _credit_watch(self):
        """A watch over the confirmed orders here, None if there is nothing to watch."""
        rules = self.env["crm.credit.rule"]
        orders = self.filtered(
            lambda order: (
                order.state == "sale"
                and rules._ids_at(order.company_id.id, "growth")
                and not order._credit_being_created()
            )
        )
        watch = watch_in(self.env.context)
        if not orders or (watch and watch.covers(orders.ids)):
            return None
        return GrowthWatch(
            {
                order.id: (
                    order.credit_amount_accepted
                    if order.credit_state == "held"
                    else order.amount_total,
                    order.partner_invoice_id.commercial_partner_id.id,
                )
                for order in orders.sudo()
            }
        )

    def _credit_being_created(self):
        gate_pass = pass_in(self.env.context)
        return (
            gate_pass
            and gate_pass.creating
            and self.create_date >= fields.Datetime.to_datetime(self.env.cr.now())
        )

    def _credit_watched(self, watch):
        return self.with_context(**{WATCH_KEY: watch})

    def _credit_judge_growth(self, watch):
        """Judge what a call has changed; start what may start."""
        orders = self.sudo().browse(watch.before).exists()
        grown = orders.filtered(lambda order: order._credit_has_grown(watch))
        for order in grown - grown.filtered(lambda o: o.credit_state == "held"):
            order._credit_store(
                {"credit_amount_accepted": order._credit_base_of_growth(watch)}
            )
        grown.with_env(self.env)._credit_check("growth")
        for order in orders - grown:
            if order.credit_state == "held":
                order._credit_growth_gone()
        lines = self.env["sale.order.line"]
        for kind, ids, args in watch.waiting:
            waiting = lines.browse(ids).exists()
            waiting.filtered(
                lambda line: line.order_id.sudo().credit_state != "held"
            )._credit_start_kind(kind, args)

    def _credit_has_grown(self, watch):
        before, debtor = watch.before[self.id]
        if self.state != "sale":
            return False
        return (
            self.partner_invoice_id.commercial_partner_id.id != debtor
            or self.currency_id.compare_amounts(self.amount_total, before) > 0
        )

    def _credit_base_of_growth(self, watch):
        before, debtor = watch.before[self.id]
        return (
            before
            if self.partner_invoice_id.commercial_partner_id.id == debtor
            else 0.0
        )

    def _credit_growth_gone(self):
        """The held change was taken back: nothing waits any more."""
        self.env["crm.credit.hold"]._pass(self, "growth")
        self._credit_store({"credit_state": "clear"})
        self._credit_on_pass("growth")
        self.with_user(self.env.user).order_line._credit_start()
