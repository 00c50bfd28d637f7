from odoo import models

from .crm_order_promising import PromiseOffer

ASKED = ("draft", "sent", "to approve")


class SaleOrderLine(models.Model):
    """What can be promised again of a confirmed line, which has its claims already."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line"]

    def _repromise_offers(self):
        """What can be promised now, by line.

        For confirmed lines, the trace knows: their goods are claimed already.
        """
        confirmed = self.filtered(lambda line: line.state == "sale")
        asked = (self - confirmed).filtered(lambda line: line._can_be_offered())
        offers = asked._promise_offers()
        traces = self.env["crm.order.trace"].sudo()  # own lines; access was checked
        found = traces.search([("sale_line_id", "in", confirmed.ids)])
        earliest = traces._earliest(confirmed.ids)
        for trace in found:
            line = self.browse(trace.sale_line_id.id)
            offers[line] = line._traced_offer(trace, earliest.get(line.id))
        return offers

    def _traced_offer(self, trace, date):
        """What is reserved can come today, the rest on the earliest day."""
        opened = self.product_uom_qty - self.qty_delivered
        ready = min(trace.qty_reserved, opened)
        batches = [(opened, date)]
        if date and 0 < ready < opened:
            batches = [(ready, self._promise_today()), (opened - ready, date)]
        sentence = self._traced_sentence(trace, ready, opened - ready)
        return PromiseOffer(date, batches, sentence, batches)

    def _traced_sentence(self, trace, ready, rest):
        if rest <= 0:
            return self.env._("all reserved")
        if not trace.expected_date:
            return self.env._("nobody can say when it can be had")
        cause = trace.cause_model and self.env[trace.cause_model].browse(trace.cause_id)
        cause = cause and cause.sudo().exists().display_name
        words = {"ready": f"{ready:g}", "rest": f"{rest:g}", "cause": cause}
        if trace.cause_reason == "no_supply" or not cause:
            return self.env._("%(ready)s reserved, %(rest)s not ordered yet", **words)
        return self.env._("%(ready)s reserved, %(rest)s by %(cause)s", **words)

    def _ask_earlier(self, before):
        """What was asked for in time for the day promised before, and nobody has
        confirmed, is asked for as much earlier.
        """
        shift = self.promise_date - before
        if shift.days >= 0:
            return
        line = self.sudo()  # the buyer's request, for this line only
        asked = line.move_ids.created_purchase_line_ids | line.purchase_line_ids
        old, new = (
            self._promise_time(day, self.company_id)
            for day in (before, self.promise_date)
        )
        first = self._promise_time(self._promise_today(), self.company_id)
        for request in asked:
            own = request.move_dest_ids.sale_line_id <= line
            if own and request.state in ASKED and new < request.date_planned <= old:
                request.date_planned = max(request.date_planned + shift, first)
