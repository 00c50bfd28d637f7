from collections import Counter

from odoo import models

from ..tools.checks import HOLD, Failure, Verdict


class StockPicking(models.Model):
    """What a credit check asks of a transfer, and what follows from a release."""

    _inherit = "stock.picking"  # pylint: disable=consider-merging-classes-inherited

    def _credit_orders(self):
        return self.move_ids.sale_line_id.order_id

    def _credit_partner(self):
        """Who will owe: the order's debtor, or else who receives the goods."""
        orders = self._credit_orders()
        if orders:
            # orders[0] would be read without those of the other transfers
            return next(iter(orders))._credit_partner()
        supplied = self.location_id.usage == "supplier"
        return self.env["res.partner"] if supplied else self.partner_id

    def _credit_currency(self):
        currencies = self._credit_orders().currency_id
        return currencies if len(currencies) == 1 else self.company_id.currency_id

    def _credit_amount(self):
        """The whole transfer, with what is done above the demand."""
        going = self._credit_going()
        return self._credit_value(
            {
                move: max(move.product_uom_qty, going.get(move, 0.0))
                if move.state != "done"
                else move.quantity
                for move in self.move_ids
                if move.state != "cancel" and move._credit_leaves()
            }
        )

    def _credit_amount_to_add(self, checkpoint):
        """Goods added to the transfer and done above what the order counts already."""
        amount = 0.0
        extra, by_line = {}, Counter()
        for move, quantity in self._credit_going().items():
            if move.sale_line_id:
                by_line[move.sale_line_id] += 1
            else:
                extra[move] = quantity
        for line in by_line:
            amount += self._credit_converted(
                line.order_id, line._credit_growth(self) * line._credit_unit()
            )
        return amount + self._credit_value(extra)

    def _credit_term_days(self):
        orders = self._credit_orders()
        return max((order._credit_term_days() for order in orders), default=0)

    def _credit_promise_date(self):
        return self.scheduled_date and self.scheduled_date.date()

    def _credit_team(self):
        return self._credit_orders()[:1].team_id

    def _credit_salesperson(self):
        return self._credit_orders()[:1].user_id or super()._credit_salesperson()

    def _credit_paid(self):
        """Money for an order counts for each of its transfers as far as it goes."""
        orders = self._credit_orders()
        left = sum(
            self._credit_converted(
                order, order.amount_paid - order._credit_delivered_value()
            )
            for order in orders
        )
        return max(left, 0.0)

    # Quantities and values

    def _credit_going(self):
        """What leaves if the transfer is validated as it stands, by move."""
        self.ensure_one()
        moves = self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and move._credit_leaves()
        )
        chosen = moves.filtered("picked") or moves
        chosen = chosen.with_prefetch(self.move_ids._prefetch_ids)
        return {move: move._credit_going() for move in chosen}

    def _credit_value(self, quantities):
        """Value of quantities of moves in the transfer's currency, taxes included."""
        amount = 0.0
        of_line = {}
        for move, quantity in quantities.items():
            if move.sale_line_id:
                of_line.setdefault(move.sale_line_id, {})[move] = quantity
            else:
                amount += quantity * move._credit_unit(self._credit_currency())
        for line, moves in of_line.items():
            value = line._credit_leaving(moves) * line._credit_unit()
            amount += self._credit_converted(line.order_id, value)
        return self._credit_currency().round(amount)

    def _credit_value_of(self, order):
        """What this transfer ships of an order, in the order's currency."""
        of_line = {}
        for move, quantity in self._credit_going().items():
            if move.sale_line_id.order_id == order:
                of_line.setdefault(move.sale_line_id, {})[move] = quantity
        return order.currency_id.round(
            sum(
                line._credit_leaving(moves) * line._credit_unit()
                for line, moves in of_line.items()
            )
        )

    def _credit_converted(self, order, amount):
        currency = self._credit_currency()
        if not amount or order.currency_id == currency:
            return amount
        return order.currency_id._convert(
            amount, currency, self.company_id, self._credit_today()
        )

    # The check

    def _credit_asked(self, checkpoint):
        """Goods to a debtor; also where an order may only ship up to an amount."""
        leaving = self.filtered(
            lambda picking: (
                any(move._credit_leaves() for move in picking.move_ids)
                and picking.sudo()._credit_partner()
            )
        )
        capped = self.env["sale.order"].union(*leaving.sudo()._credit_caps())
        return super(StockPicking, leaving)._credit_asked(
            checkpoint
        ) | leaving.filtered(lambda picking: picking.sudo()._credit_orders() & capped)

    def _credit_caps(self):
        """The orders that may ship up to an amount: `{order: decision}`."""
        return {
            order: decision
            for order, decision in self._credit_order_releases().items()
            if decision.kind == "release_up_to"
        }

    def _credit_order_releases(self):
        orders = self._credit_orders()
        decisions = self.env["crm.credit.decision"]._in_force(orders)
        return {order: decisions[order.id] for order in orders if order.id in decisions}

    def _credit_judge(self, checkpoint, covered=frozenset()):
        """The rules, and on top what a partial release of the order allows.

        Transfers of one order add up, in the order of the recordset.
        """
        verdicts = super()._credit_judge(checkpoint, covered)
        caps, shipped = self._credit_caps(), Counter()
        if not caps:
            return verdicts
        accounts, released = self._credit_accounts(), self._credit_released()
        for picking in self.filtered(lambda picking: picking.id not in released):
            mine = {o: caps[o] for o in picking._credit_orders() if o in caps}
            failures = picking._credit_beyond(mine, shipped, accounts[picking.id])
            verdict = verdicts[picking.id]
            if failures:
                failures = (*verdict.failures, *failures)
                verdicts[picking.id] = Verdict(HOLD, failures)
            elif not verdict.held:
                shipped.update({o: picking._credit_value_of(o) for o in mine})
        return verdicts

    def _credit_beyond(self, caps, shipped, account):
        """Failures of the orders that would ship more than was released."""
        failures = []
        for order, decision in caps.items():
            value = order._credit_delivered_value() + self._credit_value_of(order)
            value += shipped[order]
            if not decision._allows(value):
                failures.append(
                    Failure(
                        rule=None,
                        kind="released_amount",
                        outcome=HOLD,
                        actual=order._credit_in(account, value),
                        allowed=order._credit_in(account, decision.amount),
                    )
                )
        return failures

    def _credit_covered(self, checkpoint):
        """A release of the transfer as it is, or else of the orders it ships."""
        releases = self._credit_order_releases()
        return self._credit_released() | {
            picking.id for picking in self if picking._credit_ordered_in(releases)
        }

    def _credit_released(self):
        """Ids of the transfers with a release of their own that covers them."""
        own = self.env["crm.credit.decision"]._in_force(self)
        covered = super()._credit_covered("transfer")  # pylint: disable=super-method-mismatch
        return {
            picking.id
            for picking in self.browse(covered)
            if own[picking.id]._allows(picking._credit_value(picking._credit_going()))
        }

    def _credit_ordered_in(self, releases):
        """Whether releases of its orders cover the whole transfer."""
        orders = self._credit_orders()
        if not orders or not all(move.sale_line_id for move in self._credit_going()):
            return False
        return all(
            order in releases
            and releases[order]._covers(order)
            and releases[order]._allows(
                order._credit_delivered_value() + self._credit_value_of(order)
            )
            for order in orders
        )

    # What follows

    def _credit_hold_values(self, checkpoint):
        return {
            "requested_as_superuser": self.env.su,
            "transfer_complete": self._credit_is_complete(),
        }

    def _credit_is_complete(self):
        """Whether every quantity is set, so that nobody has to be asked anything."""
        moves = self.move_ids.filtered(lambda m: m.state not in ("done", "cancel"))
        return all(
            move.product_uom.compare(move.quantity, move.product_uom_qty) >= 0
            for move in moves
        )

    def _credit_on_release(self, hold):
        """Reserve; validate if all was ready when it was asked, else say it may go."""
        self.move_ids._credit_reserve()
        if hold.transfer_complete and self._credit_is_complete():
            hold._as_asker(self).button_validate()
        if self.state not in ("done", "cancel"):
            self._credit_tell_released(hold)

    def _credit_tell_released(self, hold):
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Released by credit control: validate it"),
            user_id=(self.user_id or hold.requested_by).id,
        )

    def _credit_note(self, hold):
        """Rules have names that may tell too much to the warehouse."""
        return self.env._("Waits for credit control.")

    def _credit_warning(self, verdict):
        return self.env._("Credit check passed with a warning.")
