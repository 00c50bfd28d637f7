from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tools import SQL

from .crm_credit_decision import RELEASES

WAITING = ("waiting", "asked")
STATE_AFTER = {
    "release": "released",
    "release_until": "released",
    "release_up_to": "released",
    "refuse": "refused",
    "ask_sales": "asked",
    "automatic": "passed",
}


class CrmCreditHold(models.Model):
    """A document that waits for a decision of credit control."""

    _name = "crm.credit.hold"
    _description = "Credit Hold"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "priority desc, promise_date, id"

    name = fields.Char("Document", required=True, readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("asked", "Sales Asked"),
            ("released", "Released"),
            ("refused", "Refused"),
            ("passed", "Passed"),
            ("cancelled", "Cancelled"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    checkpoint = fields.Selection(
        [
            ("order", "Order confirmation"),
            ("growth", "Change of a confirmed order"),
            ("transfer", "Transfer"),
            ("invoice", "Invoice posting"),
        ],
        required=True,
        readonly=True,
    )
    order_id = fields.Many2one(
        "sale.order", index="btree_not_null", readonly=True, ondelete="set null"
    )
    picking_id = fields.Many2one(
        "stock.picking", index="btree_not_null", readonly=True, ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    account_id = fields.Many2one(
        "crm.credit.account",
        "Credit File",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="The document's amount, tax included.")
    account_currency_id = fields.Many2one(
        related="account_id.currency_id", string="Currency of the File"
    )
    amount_account = fields.Monetary(
        "Amount in the File's Currency",
        currency_field="account_currency_id",
        readonly=True,
    )
    term_days = fields.Integer("Payment Term (Days)", readonly=True)
    promise_date = fields.Date("Promised", readonly=True)
    priority = fields.Selection(
        [("0", "Normal"), ("1", "Urgent"), ("2", "Gold"), ("3", "Platinum")],
        default="0",
        readonly=True,
        help="From the customer's tier.",
    )
    tier_id = fields.Many2one("crm.tier", readonly=True, ondelete="set null")
    controller_id = fields.Many2one(
        "res.users", "Credit Controller", index="btree_not_null", tracking=True
    )
    salesperson_id = fields.Many2one("res.users", index="btree_not_null", readonly=True)
    requested_by = fields.Many2one("res.users", readonly=True)
    requested_as_superuser = fields.Boolean(readonly=True)
    send_email = fields.Boolean(
        readonly=True, help="Tell the customer once it is confirmed."
    )
    failure_ids = fields.One2many(
        "crm.credit.hold.failure", "hold_id", "Failed Rules", readonly=True
    )
    decision_ids = fields.One2many(
        "crm.credit.decision", "hold_id", "Decisions", readonly=True
    )
    message = fields.Char("Why", compute="_compute_message")
    recheck = fields.Boolean(
        readonly=True, help="Something got better: the check runs again by itself."
    )
    problem = fields.Char(
        readonly=True, help="Why the released document could not go on."
    )

    _order_waiting_uniq = models.UniqueIndex(
        "(order_id) WHERE state IN ('waiting', 'asked')"
    )
    _picking_waiting_uniq = models.UniqueIndex(
        "(picking_id) WHERE state IN ('waiting', 'asked')"
    )
    _move_waiting_uniq = models.UniqueIndex(
        "(move_id) WHERE state IN ('waiting', 'asked')"
    )
    _recheck_idx = models.Index("(promise_date, id) WHERE recheck")
    _account_waiting_idx = models.Index(
        "(account_id, promise_date) WHERE state IN ('waiting', 'asked')"
    )

    @api.depends("failure_ids.name")
    @api.depends_context("lang")
    def _compute_message(self):
        for hold in self:
            reasons = hold.failure_ids.sorted("outcome").mapped("name")
            hold.message = self.env._("Held: %(reasons)s.", reasons="; ".join(reasons))

    def write(self, vals):
        """Readonly fields are readonly for every client: `_decide` is the way."""
        own = (self._fields[name] for name in vals)
        if not self.env.su and any(field.readonly and field.store for field in own):
            raise AccessError(
                self.env._("A hold changes by a check or a documented decision only.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A credit hold is kept as evidence."))

    def action_release(self, reason_id=None, comment=""):
        """With a reason the release is decided at once, else it is asked for."""
        return self._decide_or_ask("release", reason_id, comment)

    def action_release_partly(self):
        return self._decide_or_ask("release_up_to")

    def action_refuse(self, reason_id=None, comment=""):
        return self._decide_or_ask("refuse", reason_id, comment)

    def action_ask_sales(self, comment=""):
        return self._decide_and_tell("ask_sales", comment=comment)

    def action_open_account(self):
        self.ensure_one()
        return self.account_id.get_formview_action()

    def action_open_document(self):
        self.ensure_one()
        document = self._document()
        return document.get_formview_action() if document else False

    def _document(self):
        """The document that waits, of whichever model."""
        return self.order_id or self.picking_id or self.move_id

    @api.model
    def _waiting_for(self, documents):
        """The waiting hold of each document, by the document's id."""
        name = documents._credit_hold_field
        holds = self.sudo().search_fetch(
            [(name, "in", documents.ids), ("state", "in", WAITING)], [name]
        )
        return {hold[name].id: hold for hold in holds}

    @api.model
    def _ever_held(self, documents):
        """Ids of the documents that wait or have waited: few, and quickly found."""
        column = SQL.identifier(
            documents._credit_hold_field,
            to_flush=self._fields[documents._credit_hold_field],
        )
        rows = documents.ids and self.env.execute_query(
            SQL(
                "SELECT DISTINCT %s FROM crm_credit_hold WHERE %s = ANY(%s)",
                column,
                column,
                documents.ids,
            )
        )
        return [id_ for (id_,) in rows]

    # From a verdict to a hold

    @api.model
    def _hold(self, documents, checkpoint, verdicts):
        """Let documents wait: a new hold each, or the waiting one updated."""
        waiting = self._waiting_for(documents)
        accounts = documents._credit_accounts()
        new = documents.filtered(lambda document: document.id not in waiting)
        created = self.sudo().create(
            [
                {
                    **self._prepare(document, accounts[document.id], checkpoint),
                    **self._prepare_request(document, checkpoint),
                    "failure_ids": self._prepare_failures(verdicts[document.id]),
                }
                for document in new
            ]
        )
        waiting.update(zip(new.ids, created, strict=True))
        for document in documents - new:
            account = accounts[document.id]
            waiting[document.id].write(self._prepare(document, account, checkpoint))
        self._replace_failures(
            {waiting[id_]: verdicts[id_] for id_ in (documents - new).ids}
        )
        documents._credit_set_state("held")
        for document in documents:
            document._credit_on_hold(waiting[document.id])
        created._tell(new)

    @api.model
    def _sync(self, documents):
        """The documents have changed while they wait."""
        for document_id, hold in self._waiting_for(documents).items():
            document = documents.browse(document_id)
            amount = document._credit_amount()
            vals = {
                "amount": amount,
                "amount_account": document._credit_in(hold.account_id, amount),
                "term_days": document._credit_term_days(),
                "promise_date": document._credit_promise_date(),
            }
            changed = {key: val for key, val in vals.items() if hold[key] != val}
            if changed:
                hold.write(changed)

    @api.model
    def _prepare(self, document, account, checkpoint):
        amount = document._credit_amount()
        return {
            "name": document.display_name,
            "checkpoint": checkpoint,
            document._credit_hold_field: document.id,
            "account_id": account.id,
            "company_id": document._credit_company().id,
            "currency_id": document._credit_currency().id,
            "amount": amount,
            "amount_account": document._credit_in(account, amount),
            "term_days": document._credit_term_days(),
            "promise_date": document._credit_promise_date(),
            "priority": document._credit_priority(),
            "tier_id": document.tier_id.id,
            "salesperson_id": document._credit_salesperson().id,
            "controller_id": account.controller_id.id,
        }

    @api.model
    def _prepare_request(self, document, checkpoint):
        return {
            "requested_by": self.env.uid,
            **document._credit_hold_values(checkpoint),
        }

    @api.model
    def _replace_failures(self, verdicts):
        """Write down for each of these holds what the latest check found."""
        rows = self.env["crm.credit.hold.failure"].sudo()
        rows.search([("hold_id", "in", [hold.id for hold in verdicts])]).unlink()
        rows.create(
            [
                {**rows._prepare(failure), "hold_id": hold.id}
                for hold, verdict in verdicts.items()
                for failure in verdict.failures
            ]
        )

    @api.model
    def _prepare_failures(self, verdict):
        rows = self.env["crm.credit.hold.failure"]
        return [
            fields.Command.create(rows._prepare(failure))
            for failure in verdict.failures
        ]

    @api.model
    def _pass(self, documents, checkpoint):
        """Close the waiting holds of documents that pass now."""
        holds = self._waiting_for(documents).values()
        self.sudo().union(*holds)._record("automatic")

    # From a decision to the document

    def _decide(self, kind, reason=None, comment="", amount=None, date_until=None):
        """Record a decision and do what follows from it. The only way to decide."""
        for hold in self:
            hold._check_may_decide(kind)
            hold.sudo().account_id._lock_figures()
            hold.sudo()._record(kind, reason, comment, amount, date_until)
            if kind in RELEASES:
                hold.sudo()._go_on()
            elif kind == "ask_sales":
                hold.sudo()._ask_sales(comment)

    def _decide_or_ask(self, kind, reason_id=None, comment=""):
        if reason_id:
            reason = self.env["crm.credit.reason"].browse(reason_id)
            return self._decide_and_tell(kind, reason, comment)
        for hold in self:
            hold._check_may_decide(kind)
        quick = bool(self.env.context.get("credit_quick"))
        reasons = self.env["crm.credit.reason"]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide"),
            "res_model": "crm.credit.hold.release",
            "view_mode": "form",
            "target": "new",
            "context": {
                "credit_quick": quick,
                "default_hold_ids": self.ids,
                "default_kind": kind,
                "default_currency_id": self[:1].currency_id.id,
                "default_amount": self[:1].amount,
                "default_reason_id": quick and reasons._usual(kind).id,
            },
        }

    def _decide_and_tell(self, kind, reason=None, comment="", **limits):
        """Decide; say what could not go on although it was released."""
        self._decide(kind, reason, comment, **limits)
        problems = [hold for hold in self if hold.problem and kind in RELEASES]
        if not problems:
            return True
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Released, but not done yet"),
                "message": "\n".join(
                    f"{hold.name}: {hold.problem}" for hold in problems
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _check_may_decide(self, kind):
        self.check_access("write")
        user = self.env.user
        if not user.has_group("crm_credit.group_crm_credit_user"):
            raise AccessError(self.env._("Only credit control decides on holds."))
        hold = self.sudo()
        if hold.state not in WAITING:
            raise UserError(
                self.env._("%(document)s no longer waits.", document=hold.name)
            )
        involved = (
            hold.requested_by
            | hold.salesperson_id
            | hold.partner_id.user_id
            | hold._document()._credit_salesperson()
        )
        if user in involved and kind != "ask_sales":
            raise AccessError(
                self.env._(
                    "You sell to %(customer)s or asked for %(document)s yourself: "
                    "somebody else decides.",
                    customer=hold.partner_id.display_name,
                    document=hold.name,
                )
            )

    def _record(self, kind, reason=None, comment="", amount=None, date_until=None):
        if not self:
            return
        self.env["crm.credit.decision"].create(
            [
                hold._prepare_decision(kind, reason, comment, amount, date_until)
                for hold in self
            ]
        )
        self.state = STATE_AFTER[kind]
        if STATE_AFTER[kind] not in WAITING:
            self.activity_unlink(["mail.mail_activity_data_todo"])

    def _prepare_decision(self, kind, reason, comment, amount, date_until):
        account = self.account_id
        return {
            "hold_id": self.id,
            "company_id": self.company_id.id,
            "account_id": account.id,
            "kind": kind,
            "reason_id": reason.id if reason else False,
            "comment": comment,
            "user_id": self.env.uid,
            "currency_id": self.currency_id.id,
            "amount": amount if kind == "release_up_to" else self.amount,
            "amount_seen": self.amount,
            "term_days_seen": self.term_days,
            "date_until": date_until,
            "exposure_seen": account.exposure,
            "limit_seen": account.credit_limit,
            "overdue_seen": account.exposure_receivable_due,
            "message_seen": self.message,
        }

    def _ask_sales(self, comment):
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Credit control asks about %(name)s", name=self.name),
            note=comment,
            user_id=(self.salesperson_id or self.requested_by).id,
        )

    def _cancel(self):
        """The documents are withdrawn."""
        if self:
            self.state = "cancelled"
            self.activity_unlink(["mail.mail_activity_data_todo"])

    def _go_on(self):
        """A released document goes on where it stopped."""
        self._document()._credit_store({"credit_state": "released"})
        self._continue()

    def _continue(self):
        """Do what was asked for; keep the reason if it can't be done.

        The decision stands either way: who repairs the document may go on then.
        """
        document = self._document()
        try:
            with self.env.cr.savepoint():
                document._credit_on_release(self)
        except (UserError, RedirectWarning) as error:
            self.problem = str(error.args[0])
            document.message_post(
                body=self.env._(
                    "Credit control lets it go on, but: %(reason)s", reason=self.problem
                )
            )

    def _as_asker(self, document):
        """The document in the hands of the person who asked, in its company."""
        asked = document.with_user(self.requested_by).with_company(self.company_id)
        return asked.sudo(self.requested_as_superuser)
