from odoo import fields, models

from ..tools.gate import WATCH_KEY, Before, GrowthWatch, pass_in, watch_in


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
            {order.id: order._credit_before() for order in orders.sudo()}
        )

    def _credit_before(self):
        held = self.credit_state == "held"
        return Before(
            accepted=self.credit_amount_accepted if held else self.amount_total,
            total=self.amount_total,
            debtor=self.partner_invoice_id.commercial_partner_id.id,
            term=self._credit_term_days(),
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

    def _credit_after_lines(self, watch):
        if watch:
            self._credit_judge_growth(watch)
        self.exists()._credit_sync_holds()

    def _credit_judge_growth(self, watch):
        """Judge what a call has changed; start what may start."""
        orders = self.sudo().browse(watch.before).exists()
        grown = orders.filtered(lambda order: order._credit_has_grown(watch))
        for order in grown:
            order._credit_leave_growth_out(watch)
        grown.with_env(self.env)._credit_check("growth")
        for order in orders - grown:
            order._credit_clear_if_shrunk(watch)
        for kind, ids, args in watch.waiting:
            lines = self.env["sale.order.line"].browse(ids).exists()
            lines.filtered(
                lambda line: line.order_id.sudo().credit_state != "held"
            )._credit_start_kind(kind, args)

    def _credit_has_grown(self, watch):
        """More money, later, or from somebody else than what was accepted."""
        before, now = watch.before[self.id], self._credit_before()
        if self.state != "sale" or now[1:] == before[1:]:
            return False
        compare = self.currency_id.compare_amounts
        return (
            compare(now.total, before.accepted) > 0
            or now.debtor != before.debtor
            or now.term > before.term
            or (self.credit_state == "held" and not self._credit_holds_amount(watch))
        )

    def _credit_holds_amount(self, watch):
        """Whether the order is held for its amount, not for its term."""
        before = watch.before[self.id]
        return self.currency_id.compare_amounts(before.total, before.accepted) > 0

    def _credit_leave_growth_out(self, watch):
        """Until the check has passed, only what it accepted before is exposure."""
        before = watch.before[self.id]
        same = self.partner_invoice_id.commercial_partner_id.id == before.debtor
        accepted = before.accepted if same else 0.0
        self._credit_store({"credit_state": "held", "credit_amount_accepted": accepted})

    def _credit_clear_if_shrunk(self, watch):
        """A held change that was taken back waits no longer."""
        before = watch.before[self.id]
        if self.credit_state != "held" or self.amount_total == before.total:
            return
        self.env["crm.credit.hold"]._pass(self, "growth")
        self._credit_store({"credit_state": "clear"})
        self._credit_on_pass("growth")
        self.order_line._credit_start()

    def _credit_sync_holds(self):
        """A quotation that waits changes: its hold shows what would be released."""
        waiting = self.sudo().filtered(
            lambda order: order.credit_state == "held" and order.state != "sale"
        )
        if waiting:
            self.env["crm.credit.hold"]._sync(waiting)
