from odoo import api, fields, models

from ..tools.gate import PASS_KEY, GatePass, without_pass

VIEWER = "crm_credit.group_crm_credit_viewer"
CONFIRMATION_FIELDS = {"date_order", "locked", "state"}


class SaleOrder(models.Model):
    """The order gate: a quotation that fails a credit rule isn't confirmed but held."""

    _name = "sale.order"
    _inherit = ["sale.order", "crm.credit.document.mixin"]

    _credit_hold_field = "order_id"
    _credit_own_fields = {"credit_state": "clear", "credit_amount_accepted": 0.0}

    credit_amount_accepted = fields.Monetary(
        "Accepted Amount",
        readonly=True,
        copy=False,
        groups=VIEWER,
        help="The amount of the order that the last credit check accepted.",
    )
    credit_hold_ids = fields.One2many(
        "crm.credit.hold", "order_id", "Credit Holds", readonly=True, groups=VIEWER
    )

    @api.model_create_multi
    def create(self, vals_list):
        asking = [self._credit_asks_confirmation(vals) for vals in vals_list]
        if not any(asking):
            return super().create(vals_list)
        asked_vals = [
            vals for vals, asks in zip(vals_list, asking, strict=True) if asks
        ]
        verdicts = iter(self._credit_would_pass(asked_vals))
        passing = [asks and next(verdicts) for asks in asking]
        orders = super(SaleOrder, self._credit_creating()).create(
            [
                {**vals, "state": "draft"} if asks and not passes else vals
                for vals, asks, passes in zip(vals_list, asking, passing, strict=True)
            ]
        )
        orders = orders.with_env(self.env)
        orders._credit_after_create(asking, passing)
        return orders

    def write(self, vals):
        if vals.get("state") == "sale":
            return self._credit_write_confirmed(vals)
        watch = self._credit_watch()
        if watch is None:
            res = super().write(vals)
        else:
            res = super(SaleOrder, self._credit_watched(watch)).write(vals)
            self._credit_judge_growth(watch)
        if vals.get("state") in ("cancel", "draft"):
            self._credit_forget()
        self._credit_sync_holds()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_cancel_credit_holds(self):
        self._credit_forget()

    def action_confirm(self):
        """Confirm those that pass; the others wait, and the person is told why."""
        ready = self.filtered(lambda order: not order._confirmation_error_message())
        passed = ready._credit_check("order")
        held = ready - passed
        going = self - held
        res = True
        if going or not held:
            opened = going._credit_opened(passed)
            res = without_pass(super(SaleOrder, opened).action_confirm())
        return held._credit_tell_order(len(passed)) if held else res

    def action_open_credit_hold(self):
        self.ensure_one()
        return self.credit_hold_id.get_formview_action()

    def _action_confirm(self):
        """Whatever comes here on another way than `action_confirm` is judged, too."""
        unasked = self.filtered(lambda order: order.state != "sale")
        held = unasked - unasked._credit_check("order")
        going = (self - held).filtered(lambda order: order.credit_state != "held")
        return super(SaleOrder, going)._action_confirm()

    # Confirmation

    def _credit_asks_confirmation(self, vals):
        company_id = vals.get("company_id") or self.env.company.id
        return (
            vals.get("state", self.env.context.get("default_state")) == "sale"
            and self.env["crm.credit.rule"]._ids_at(company_id, "order") != ()
        )

    def _credit_would_pass(self, vals_list):
        """Try the orders as quotations and take them back; whether each would pass."""
        savepoint = self.env.cr.savepoint()
        try:
            drafts = super().create(  # pylint: disable=super-method-mismatch
                [{**vals, "state": "draft"} for vals in vals_list]
            )
            verdicts = drafts.sudo()._credit_judge("order")
            return [not verdicts[draft.id].held for draft in drafts]
        finally:
            savepoint.close(rollback=True)

    def _credit_after_create(self, asking, passing):
        """Lock what was passed, hold the rest."""
        asked = self.browse(
            order.id for order, asks in zip(self, asking, strict=True) if asks
        )
        passed = asked.filtered(lambda order: order.state == "sale")
        if passed:
            files = self.env["crm.credit.account"]
            files.union(*passed.sudo()._credit_accounts().values())._lock_figures()
            for order in passed.sudo():
                order._credit_on_pass("order")
        (asked - passed)._credit_check("order")

    def _credit_creating(self):
        gate_pass = GatePass(self._name, "order", creating=True)
        return self.with_context(**{PASS_KEY: gate_pass})

    def _credit_opened(self, passed):
        gate_pass = GatePass(self._name, "order", frozenset(passed.ids))
        return self.with_context(**{PASS_KEY: gate_pass})

    def _credit_write_confirmed(self, vals):
        """`write({"state": "sale"})`: held orders are left out of the confirmation."""
        asking = self.filtered(lambda order: order.state != "sale")
        rest = {key: val for key, val in vals.items() if key not in CONFIRMATION_FIELDS}
        if rest and asking:
            self.write(rest)
            vals = {key: val for key, val in vals.items() if key not in rest}
        passed = asking._credit_check("order")
        going = self - (asking - passed)
        return super(SaleOrder, going).write(vals)  # pylint: disable=super-method-mismatch

    def _credit_tell_order(self, confirmed):
        if not confirmed:
            return self._credit_tell_person()
        others = self.env._("%(count)s other orders are confirmed.", count=confirmed)
        return self._credit_tell_person(also=[others])

    # What the check asks of an order

    def _credit_partner(self):
        return self.partner_invoice_id

    def _credit_amount(self):
        return self.amount_total

    def _credit_amount_to_add(self, checkpoint):
        if checkpoint == "growth":
            return self.amount_total - self.credit_amount_accepted
        if checkpoint == "order" and self._credit_beyond_horizon():
            return 0.0
        return self.amount_total - self._credit_paid_unbooked()

    def _credit_amount_counted(self, checkpoint):
        """A quotation, if the company counts quotations; growth is left out."""
        return self.amount_total if self._credit_is_counted_quotation() else 0.0

    def _credit_is_counted_quotation(self):
        return (
            self.company_id.root_id.credit_count_quotations
            and self.state in ("draft", "sent")
            and self.amount_total > 0
            and not (self.validity_date and self.validity_date < self._credit_today())
        )

    def _credit_beyond_horizon(self):
        days = self.company_id.root_id.credit_horizon_days
        if not days or not self.commitment_date:
            return False
        contact = self.company_id.root_id.sudo().partner_id
        promised = fields.Datetime.context_timestamp(
            self.with_context(tz=contact.tz or "UTC"), self.commitment_date
        )
        return (promised.date() - self._credit_today()).days > days

    def _credit_paid_unbooked(self):
        """Money that arrived online and is not in the books yet."""
        if self.company_id.root_id.credit_count_uncleared:
            return 0.0
        done = self.transaction_ids.filtered(
            lambda tx: tx.state == "done" and not tx.payment_id
        )
        return sum(done.mapped("amount"))

    def _credit_paid(self):
        return self.amount_paid

    def _credit_term_days(self):
        return self.payment_term_id._credit_days()

    def _credit_discount(self):
        return max(self.order_line.mapped("discount"), default=0.0)

    def _credit_promise_date(self):
        promised = self.commitment_date or self.expected_date
        return promised and fields.Datetime.context_timestamp(self, promised).date()

    def _credit_team(self):
        return self.team_id

    def _credit_salesperson(self):
        return self.user_id or super()._credit_salesperson()

    def _credit_hold_values(self, checkpoint):
        return {
            "requested_as_superuser": self.env.su,
            "send_email": bool(self.env.context.get("send_email")),
        }

    def _credit_on_pass(self, checkpoint):
        if self.credit_amount_accepted != self.amount_total:
            self._credit_store({"credit_amount_accepted": self.amount_total})

    def _credit_on_release(self, hold):
        """Do what was asked for, as the person who asked."""
        asker = hold._as_asker(self)
        if self.state in ("draft", "sent"):
            asker = asker.with_context(send_email=hold.send_email)
            asker._credit_opened(asker).action_confirm()
        elif self.state == "sale":
            self._credit_on_pass("growth")
            asker.order_line._credit_start()
