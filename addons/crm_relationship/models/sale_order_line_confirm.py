from odoo import api, models
from odoo.exceptions import UserError

from ..tools.promising import made_of_themselves
from .sale_order_line_promise import PROMISING


class SaleOrderLine(models.Model):
    """What was accepted on a quotation is kept when it is confirmed.

    Every way to confirm orders the goods in `_action_launch_stock_rule`. There, and
    before a salesperson confirms, the claims on the goods are taken one transaction
    after the other (`crm.order.claim`), so that of two salespeople who promised the
    same piece the second is told.
    """

    _name = "sale.order.line"
    _inherit = ["sale.order.line"]

    def _action_launch_stock_rule(self, **kwargs):
        lines = self.filtered(
            lambda line: line.state == "sale" and not line.display_type
        )
        lines._claim_goods()
        lines._keep_promises()
        try:
            return super()._action_launch_stock_rule(**kwargs)
        except RecursionError as error:
            goods = lines.product_id.filtered(lambda product: product.type == "consu")
            raise UserError(lines._circle_sentence(goods)) from error

    def _circle_sentence(self, goods):
        """Core follows routes and bills of materials that lead in a circle for ever."""
        return self.env._(
            "%(order)s cannot be confirmed: what brings one of its products is to be "
            "brought by the product itself. Ask who looks after the routes and bills "
            "of materials of %(products)s to end the circle.",
            order=", ".join(self.order_id.mapped("name")),
            products=", ".join(goods.mapped("display_name")),
        )

    def _claim_goods(self):
        """Let other confirmations of the same goods wait, and see ours."""
        goods = self.filtered(lambda line: line.product_id.type == "consu")
        if not goods:
            return
        keys = {
            (line.product_id.id, line.warehouse_id.id, tuple(line.route_ids.ids))
            for line in goods
            if line.warehouse_id
        }
        sources = self.env["crm.order.promising"].sudo()._all_sources(keys)
        circle = {product for product, _place in made_of_themselves(sources)}
        if circle:
            products = self.env["product.product"].browse(circle)
            raise UserError(self._circle_sentence(products))
        groups = {key[:2] for key, row in sources.items() if row.kind != "free"}
        self.env["crm.order.claim"].sudo()._take(groups)

    def _keep_promises(self):
        """Write the history of what was accepted; what cannot be kept gets the earliest
        date, and the salesperson is told.
        """
        new = self.filtered(
            lambda line: all(move.state == "cancel" for move in line.move_ids)
        )
        broken = new._broken_promises()
        last = self.env["crm.order.promise"].sudo()._last_dates(new.ids)
        new = new.filtered(
            lambda line: line.promise_date and line.promise_date != last.get(line.id)
        )
        for line, offer in broken.items():
            line._lower_promise(offer)
        kept = new.filtered(lambda line: line not in broken)
        for reason, lines in kept.sudo().grouped("promise_reason").items():
            self.env["crm.order.promise"].sudo()._note(
                [
                    (line.id, line.order_id.id, None, line.promise_date)
                    for line in lines
                ],
                "confirmed",
                reason or None,
            )

    def _broken_promises(self):
        """Offers of the accepted lines that can no longer be kept, by line.

        All these lines are confirmed together; those that were promised come first.
        """
        goods = self.filtered(lambda line: line._wants_goods())
        promised = goods.filtered("promise_date")
        if not promised:
            return {}
        offers = (promised | goods)._promise_offers(basket="confirmed")
        return {
            line: offers[line]
            for line in promised
            if not line.sudo().promise_reason
            and (not offers[line].date or offers[line].date > line.promise_date)
        }

    def _lower_promise(self, offer):
        before, date = self.promise_date, offer.date or self.promise_date
        sentence = self._broken_sentence(offer)
        self.with_context(promising=PROMISING).write({"promise_date": date})
        self.env["crm.order.promise"].sudo()._note(
            [(self.id, self.order_id.id, before, date)], "confirmed", sentence
        )
        order = self.order_id.sudo()  # a customer who signs may not write activities
        order.activity_schedule(
            "mail.mail_activity_data_warning",
            note=sentence,
            user_id=order.user_id.id or self.env.ref("base.user_admin").id,
        )

    def _broken_sentence(self, offer):
        values = {
            "line": self._promise_name(),
            "date": self._promise_day(self.promise_date),
            "why": offer.sentence,
        }
        if not offer.date:
            return self.env._(
                "%(line)s cannot be promised for %(date)s any more: %(why)s.", **values
            )
        return self.env._(
            "%(line)s cannot be promised for %(date)s any more, but for %(earliest)s: "
            "%(why)s.",
            earliest=self._promise_day(offer.date),
            **values,
        )

    @api.model
    def _refuse_broken(self, broken):
        """Tell a salesperson what to do before the order can be confirmed."""
        told = [line._broken_sentence(offer) for line, offer in broken.items()]
        advice = self.env._(
            "Accept what is offered now, or promise the date again with a reason."
        )
        orders = {line.order_id.name for line in broken}
        raise UserError("\n".join([", ".join(sorted(orders)), *told, advice]))
