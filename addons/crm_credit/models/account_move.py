from odoo import api, fields, models

from ..tools.gate import PASS_KEY, GatePass, without_pass

VIEWER = "crm_credit.group_crm_credit_viewer"
BILLING = f"{VIEWER},account.group_account_invoice"
GATED = ("out_invoice", "out_receipt")
POSTING_FIELDS = {"state", "posted_before"}


class AccountMove(models.Model):
    """The invoice gate: an invoice that fails a credit rule stays a draft.

    Credit notes, bills and entries are never asked.
    """

    _name = "account.move"
    _inherit = ["account.move", "crm.credit.document.mixin"]

    _credit_hold_field = "move_id"
    _credit_own_fields = {"credit_state": "clear", "credit_auto_post": False}

    credit_message = fields.Char(groups=BILLING)
    credit_hold_ids = fields.One2many(
        "crm.credit.hold", "move_id", "Credit Holds", readonly=True, groups=VIEWER
    )
    credit_auto_post = fields.Char(
        "Posting Before the Hold",
        readonly=True,
        copy=False,
        groups=BILLING,
        help="How the invoice was to be posted by itself when it was held.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Core refuses to create what is posted; nor may a default do it."""
        if self.env.context.get("default_state") == "posted":
            vals_list = [{"state": "posted", **vals} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("state") == "posted":
            return self._credit_write_posted(vals)
        res = super().write(vals)
        if vals.get("state") == "cancel":
            self._credit_forget()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_cancel_credit_holds(self):
        self._credit_forget()

    def action_post(self):
        """Post those that pass; the others wait, and the person is told why."""
        if not self._credit_may_post():
            return super().action_post()
        held = self - self._credit_gate()
        if not held:
            return without_pass(super(AccountMove, self._credit_opened()).action_post())
        going = self - held
        res = False
        if going:
            res = super(AccountMove, going._credit_opened()).action_post()
        return without_pass(held._credit_tell_person(res, beside=bool(going)))

    def action_open_credit_hold(self):
        self.ensure_one()
        return self.credit_hold_id.get_formview_action()

    def _post(self, soft=True):
        """Whatever posts on another way than `action_post` is judged, too.

        Those on hold are left out: they stay drafts and are not in the answer.
        """
        held = self.browse()
        if self._credit_may_post():
            held = self - self._credit_gate(soft)
        if not held:
            return super(AccountMove, self._credit_opened())._post(soft)
        held._credit_tell_person(False, beside=True)
        going = self - held
        return (
            super(AccountMove, going._credit_opened())._post(soft) if going else going
        )

    # The gate

    def _credit_may_post(self):
        """Core refuses everybody else; before that nothing must be held."""
        user = self.env.user
        return self.env.su or user.has_group("account.group_account_invoice")

    def _credit_gate(self, soft=False):
        """Those that may be posted now. A later day has its own check."""
        today = fields.Date.context_today(self)
        now = self.filtered(
            lambda move: (
                not (
                    move.date and move.date > today and (soft or move.auto_post != "no")
                )
            )
        )
        return self - (now - now._credit_check("invoice"))

    def _credit_opened(self):
        """These were judged. Nothing to open where nothing is under control."""
        gated = self.filtered(lambda move: move.move_type in GATED)
        if not gated:
            return self
        gate_pass = GatePass(self._name, "invoice", frozenset(gated.ids))
        return self.with_context(**{PASS_KEY: gate_pass})

    def _credit_write_posted(self, vals):
        """`write({"state": "posted"})`: those on hold get the other values only."""
        asking = self.filtered(lambda move: move.state != "posted")
        held = asking - asking._credit_gate()
        going = self - held
        if held:
            held.check_access("write")
            rest = {key: val for key, val in vals.items() if key not in POSTING_FIELDS}
            super(AccountMove, held).write(rest)  # pylint: disable=super-method-mismatch
        if not going:
            return True
        return super(AccountMove, going._credit_opened()).write(vals)  # pylint: disable=super-method-mismatch

    def _credit_name(self):
        return self.name if self.name and self.name != "/" else self.display_name

    @api.model
    def _credit_shows_figures(self):
        """Who posts invoices may know them."""
        groups = BILLING.split(",")
        return any(self.env.user.has_group(group) for group in groups)

    # What the check asks of an invoice

    def _credit_asked(self, checkpoint):
        gated = self.filtered(lambda move: move.move_type in GATED and move.partner_id)
        return super(AccountMove, gated)._credit_asked(checkpoint)

    def _credit_amount(self):
        return self.amount_total

    def _credit_paid(self):
        """Settled already, or arrived online for it."""
        arrived = self.transaction_ids.filtered(
            lambda tx: tx.state == "done" and tx.currency_id == self.currency_id
        )
        settled = self.amount_total - self.amount_residual
        return max(settled, sum(arrived.mapped("amount")))

    def _credit_term_days(self):
        if self.invoice_payment_term_id or not self.invoice_date_due:
            return self.invoice_payment_term_id._credit_days()
        start = self.invoice_date or self._credit_today()
        return max((self.invoice_date_due - start).days, 0)

    def _credit_discount(self):
        return max(self.invoice_line_ids.mapped("discount"), default=0.0)

    def _credit_promise_date(self):
        return self.invoice_date

    def _credit_team(self):
        return self.team_id

    def _credit_salesperson(self):
        return self.invoice_user_id or super()._credit_salesperson()

    def _credit_covered(self, checkpoint):
        """A release of the invoice as it is, or else of all the orders it bills."""
        covered = super()._credit_covered(checkpoint)
        orders = self.line_ids.sale_line_ids.order_id
        releases = self.env["crm.credit.decision"]._in_force(orders)
        return covered | {
            move.id for move in self if releases and move._credit_ordered_in(releases)
        }

    def _credit_ordered_in(self, releases):
        """Whether releases of its orders cover the whole invoice."""
        lines = self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        )
        orders = lines.sale_line_ids.order_id
        if len(orders) != 1 or not all(line.sale_line_ids for line in lines):
            return False
        decision = releases.get(orders.id)
        return bool(
            decision
            and decision._covers(orders)
            and decision.currency_id == self.currency_id
            and decision._allows(orders.amount_invoiced + self.amount_total)
        )

    # What follows

    def _credit_hold_values(self, checkpoint):
        return {"requested_as_superuser": self.env.su}

    def _credit_on_hold(self, hold):
        """The nightly posting leaves it alone: it would meet the same ones for ever."""
        if self.auto_post != "no":
            self._credit_store({"credit_auto_post": self.auto_post})
            self.auto_post = "no"

    def _credit_on_pass(self, checkpoint):
        if self.credit_auto_post:
            self.auto_post = self.credit_auto_post
            self._credit_store({"credit_auto_post": False})

    def _credit_on_release(self, hold):
        """Post it as the person who asked."""
        if self.state != "draft":
            return
        self._credit_on_pass("invoice")
        hold._as_asker(self)._credit_opened().action_post()
