from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

CONTROLLER = "crm_credit.group_crm_credit_user"
TERMS = frozenset(
    {
        "partner_id",
        "company_id",
        "kind",
        "amount",
        "currency_id",
        "date_from",
        "date_to",
        "reason",
        "replaces_line_id",
    }
)


class CrmCreditApplication(models.Model):
    """A request for a new credit line or for a larger one.

    It is checked and decided by others than the one who asked. Its states change
    by its actions only, and each action leaves a decision record.
    """

    _name = "crm.credit.application"
    _description = "Credit Application"
    _inherit = [
        "crm.credit.guard",
        "crm.credit.approvable",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {"name", "state", "account_id", "line_id", "requested_by_id"}
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("checked", "Checked"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The legal entity that will owe. A contact is replaced by its company.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company.root_id,
    )
    account_id = fields.Many2one(
        "crm.credit.account",
        string="Credit File",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    kind = fields.Selection(
        lambda self: self.env["crm.credit.line"]._selection_kind(),
        required=True,
        default="unsecured",
        tracking=True,
    )
    amount = fields.Monetary(required=True, aggregator=None, tracking=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
        tracking=True,
    )
    date_from = fields.Date(
        string="Valid From",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
    )
    date_to = fields.Date(string="Valid Until", tracking=True)
    reason = fields.Text(
        required=True, help="Why the customer needs the credit and can bear it."
    )
    replaces_line_id = fields.Many2one(
        "crm.credit.line",
        string="Replaces",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=f"{CONTROLLER},crm_credit.group_crm_credit_legal",
        help="The line that ends when the new one begins. Empty: the new line comes "
        "on top.",
    )
    line_id = fields.Many2one(
        "crm.credit.line",
        string="Granted Line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups=f"{CONTROLLER},crm_credit.group_crm_credit_legal",
    )
    requested_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
        tracking=True,
    )
    credit_gauge = fields.Json(
        related="account_id.credit_gauge",
        groups=f"{CONTROLLER},crm_credit.group_crm_credit_legal",
    )
    approval_ids = fields.One2many(
        "crm.credit.approval",
        "application_id",
        string="Decisions",
        readonly=True,
        groups=f"{CONTROLLER},crm_credit.group_crm_credit_legal",
    )

    @api.constrains("amount", "kind", "date_from", "date_to")
    def _check_terms(self):
        for application in self:
            if application.currency_id.compare_amounts(application.amount, 0) <= 0:
                raise ValidationError(
                    self.env._("Ask for an amount of credit above zero.")
                )
            if application.kind == "temporary" and not application.date_to:
                raise ValidationError(
                    self.env._(
                        "A temporary credit line needs the day on which it ends "
                        "(Valid Until)."
                    )
                )
            if application.date_to and application.date_to < application.date_from:
                raise ValidationError(
                    self.env._("A credit line cannot end before it begins.")
                )

    @api.constrains("replaces_line_id", "partner_id", "company_id")
    def _check_replaces(self):
        for application in self.sudo().filtered("replaces_line_id"):
            line = application.replaces_line_id
            same_company = line.company_id == application.company_id
            if not same_company or line.partner_id != application.partner_id:
                raise ValidationError(
                    self.env._(
                        "“%(line)s” is a credit line of somebody else: "
                        "%(application)s cannot replace it.",
                        line=line.display_name,
                        application=application.display_name,
                    )
                )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        self.partner_id = self.partner_id.commercial_partner_id

    @api.model_create_multi
    def create(self, vals_list):
        accounts = self.env["crm.credit.account"]
        applications = super().create(
            [accounts._with_legal_entity(vals) for vals in vals_list]
        )
        for application in applications:
            sequence = (
                self.env["ir.sequence"].sudo().with_company(application.company_id)
            )
            application.sudo()._unguarded().name = sequence.next_by_code(self._name)
        applications._find_account()
        return applications

    def write(self, vals):
        if self._is_unguarded():
            return super().write(vals)
        changed = not TERMS.isdisjoint(vals)
        if changed:
            self._check_state(
                ("draft",), self.env._("its terms can only change while it is a draft")
            )
        accounts = self.env["crm.credit.account"]
        result = super().write(accounts._with_legal_entity(vals))
        if changed:
            self._take_over_request()
            self._find_account()
        return result

    def unlink(self):
        self._check_deletable()
        return super().unlink()

    def action_submit(self):
        self._check_state(("draft",), self.env._("it was already submitted"))
        self.check_access("write")
        self._take_over_request()
        self._move_to("submitted")
        self._ask_controller()

    def action_check(self, comment=""):
        """Confirm that the request is complete and its figures are right."""
        self._check_group(CONTROLLER)
        self._check_state(("submitted",), self.env._("it is not waiting for a check"))
        for application in self:
            if application.requested_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You asked for “%(application)s” yourself, so somebody else "
                        "has to check it.",
                        application=application.display_name,
                    )
                )
        self._move_to("checked", comment)

    def action_approve(self, comment="", amount=None):
        """Grant the line, with the amount asked for or a smaller one."""
        self._check_state(("checked",), self.env._("it has not been checked"))
        self._check_approver()
        for application in self:
            application._grant(comment, amount or application.amount)
        self._tell_requester()

    def action_refuse(self, comment=""):
        self._check_group(CONTROLLER)
        self._check_state(("submitted", "checked"), self.env._("it is not waiting"))
        if not comment:
            raise UserError(self.env._("Say why the application is refused."))
        self._move_to("refused", comment)
        self._tell_requester()

    def action_withdraw(self, comment=""):
        self._check_state(
            ("draft", "submitted", "checked"), self.env._("it is already decided")
        )
        for application in self:
            if (
                self.env.user
                not in application.requested_by_id | application.create_uid
            ):
                raise UserError(
                    self.env._(
                        "Only %(user)s, who asked for “%(application)s”, can withdraw "
                        "it.",
                        user=application.requested_by_id.name,
                        application=application.display_name,
                    )
                )
        self._move_to("withdrawn", comment)

    def _check_state(self, states, why_not):
        self.check_access("read")
        for application in self:
            if application.state not in states:
                raise UserError(
                    self.env._(
                        "“%(application)s” is %(state)s: %(why)s.",
                        application=application.display_name,
                        state=application._state_label().lower(),
                        why=why_not,
                    )
                )

    def _check_deletable(self):
        if self:
            raise UserError(
                self.env._(
                    "“%(application)s” is kept as evidence. Withdraw it instead.",
                    application=self[0].display_name,
                )
            )

    def _state_label(self):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels[self.state]

    def _move_to(self, state, comment=""):
        self._record_decision(state, comment)
        self.sudo()._unguarded().state = state
        if state in ("refused", "withdrawn"):
            self.sudo().activity_ids.unlink()

    def _grant(self, comment, amount):
        self.ensure_one()
        self._check_granted(amount)
        self._find_account(create=True)
        figures = self.account_id.sudo()._decision_figures()
        line = (
            self.env["crm.credit.line"]
            .sudo()
            ._unguarded()
            .create(self._prepare_line_vals(amount))
            ._guarded_again()
        )
        self.sudo()._unguarded().write({"state": "approved", "line_id": line.id})
        self._record_decision("approved", comment, figures)
        self._end_replaced()
        self.sudo().activity_ids.unlink()

    def _check_granted(self, amount):
        smaller = self.currency_id.compare_amounts(amount, self.amount) <= 0
        if not smaller or self.currency_id.compare_amounts(amount, 0) <= 0:
            raise UserError(
                self.env._(
                    "%(amount)s were asked for: grant as much or less.",
                    amount=self.currency_id.format(self.amount),
                )
            )

    def _prepare_line_vals(self, amount):
        return {
            "account_id": self.account_id.id,
            "kind": self.kind,
            "amount": amount,
            "currency_id": self.currency_id.id,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "application_id": self.id,
            "requested_by_id": self.requested_by_id.id,
            "approval_state": "approved",
            "approved_by_id": self.env.uid,
            "approved_on": fields.Datetime.now(),
        }

    def _prepare_approval_vals(self):
        return {
            **super()._prepare_approval_vals(),
            "application_id": self.id,
            "line_id": self.line_id.id,
            "amount": self.line_id.amount or self.amount,
        }

    def _end_replaced(self):
        """Let the replaced line end the day before the new one begins."""
        line = self.sudo().replaces_line_id
        if line.approval_state != "approved":
            return
        last = self.date_from - timedelta(days=1)
        comment = self.env._("Replaced by %(line)s", line=self.sudo().line_id._label())
        if last < line.date_from:
            line._decide("revoked", comment)
        elif not line._ends_before(last):
            line._record_decision("ended", comment)
            line._unguarded().date_to = last
        self._move_securities(line)

    def _move_securities(self, line):
        """What stood behind the replaced line stands behind the new one."""
        today = self.company_id._credit_days()[self.company_id]
        if line.kind == self.kind and self.date_from <= today:
            line.security_ids.line_id = self.sudo().line_id

    def _find_account(self, create=False):
        """Fill in the credit file; open it if asked to."""
        accounts = self.env["crm.credit.account"]
        for (company, partner), applications in (
            self.sudo()
            .grouped(lambda record: (record.company_id, record.partner_id))
            .items()
        ):
            account = accounts._for(partner, company, create=create)[partner.id]
            applications.filtered(
                lambda record, account=account: record.account_id != account
            )._unguarded().account_id = account

    def _ask_controller(self):
        for application in self.sudo():
            controller = application.account_id.controller_id
            if controller and controller != self.env.user:
                application.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=controller.id,
                    summary=self.env._(
                        "Check the credit application of %(customer)s",
                        customer=application.partner_id.display_name,
                    ),
                )

    def _tell_requester(self):
        for application in self.sudo():
            application.message_post(
                body=self.env._(
                    "%(application)s of %(customer)s: %(state)s.",
                    application=application.name,
                    customer=application.partner_id.display_name,
                    state=application._state_label(),
                ),
                partner_ids=application.requested_by_id.partner_id.ids,
            )
