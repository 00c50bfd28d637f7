from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

KINDS = [
    ("unsecured", "Unsecured"),
    ("insured", "Insured"),
    ("bank_guarantee", "Bank Guarantee"),
    ("letter_of_credit", "Letter of Credit"),
    ("collateral", "Collateral"),
    ("temporary", "Temporary"),
]
SECURED = ("bank_guarantee", "letter_of_credit", "collateral")
TERMS = ("account_id", "kind", "amount", "currency_id", "date_from", "date_to")
DECIDED = (
    "approval_state",
    "approved_by_id",
    "approved_on",
    "requested_by_id",
    "application_id",
)


class CrmCreditLine(models.Model):
    """A granted, dated amount of credit of one kind.

    It counts while it is approved, today is within its dates and, for a secured
    kind, its securities passed the legal review. No job makes it start or end.
    """

    _name = "crm.credit.line"
    _description = "Credit Line"
    _inherit = [
        "crm.credit.expiring",
        "crm.credit.approvable",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "account_id, date_from desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset({*DECIDED, "announced_date"})

    account_id = fields.Many2one(
        "crm.credit.account",
        string="Credit File",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="account_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    kind = fields.Selection(KINDS, required=True, default="unsecured", tracking=True)
    amount = fields.Monetary(required=True, aggregator=None, tracking=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        tracking=True,
    )
    date_from = fields.Date(
        string="Valid From",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="First day on which the line counts.",
    )
    date_to = fields.Date(
        string="Valid Until",
        tracking=True,
        help="Last day on which the line counts. Empty: until further notice.",
    )
    security_ids = fields.One2many(
        "crm.credit.security", "line_id", string="Securities"
    )
    application_id = fields.Many2one(
        "crm.credit.application",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    requested_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    approval_state = fields.Selection(
        [
            ("draft", "To Approve"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("revoked", "Revoked"),
        ],
        string="Approval",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    approved_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    approval_ids = fields.One2many(
        "crm.credit.approval", "line_id", string="Decisions", readonly=True
    )
    legal_state = fields.Selection(
        [
            ("none", "Not Needed"),
            ("pending", "Pending"),
            ("passed", "Passed"),
            ("failed", "Failed"),
        ],
        string="Legal Review",
        compute="_compute_legal_state",
        store=True,
    )
    is_effective = fields.Boolean(
        string="Counts Today",
        compute="_compute_is_effective",
        search="_search_is_effective",
    )
    amount_effective = fields.Monetary(
        string="Counts With",
        compute="_compute_amount_effective",
        help="A secured line counts up to what its securities are worth.",
    )
    reason_not_effective = fields.Char(
        string="Why It Does Not Count", compute="_compute_is_effective"
    )

    @api.depends("account_id")
    def _compute_currency_id(self):
        for line in self:
            line.currency_id = line.currency_id or line.account_id.currency_id

    @api.depends("kind", "amount", "currency_id", "date_to")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._label()

    @api.depends("kind", "security_ids.active", "security_ids.legal_state")
    def _compute_legal_state(self):
        for line in self:
            states = set(line.security_ids.filtered("active").mapped("legal_state"))
            if line.kind not in SECURED:
                line.legal_state = "none"
            elif "failed" in states:
                line.legal_state = "failed"
            else:
                line.legal_state = "passed" if states == {"passed"} else "pending"

    @api.depends(
        "approval_state",
        "kind",
        "date_from",
        "date_to",
        "legal_state",
        "security_ids.active",
        "security_ids.date_from",
        "security_ids.date_to",
    )
    def _compute_is_effective(self):
        effective = self.filtered_domain(self._domain_effective())
        for line in self:
            line.is_effective = line in effective
            line.reason_not_effective = (
                "" if line.is_effective else line._why_not_effective()
            )

    @api.depends("is_effective", "amount", "currency_id", "security_ids.amount")
    def _compute_amount_effective(self):
        effective = self.filtered("is_effective")
        secured = effective.filtered(lambda line: line.kind in SECURED)
        rate = self.account_id.sudo()._rates()
        worth = secured._security_worth(rate)
        for line in self:
            amount = line.amount if line in effective else 0.0
            if line in secured:
                # worth is in the currency of the file
                part = worth[line.id] / rate(line.currency_id, line.account_id)
                amount = min(amount, line.currency_id.round(part))
            line.amount_effective = amount

    def _search_is_effective(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_effective()

    @api.constrains("amount")
    def _check_amount(self):
        for line in self:
            if line.currency_id.compare_amounts(line.amount, 0) <= 0:
                raise ValidationError(
                    self.env._("The amount of a credit line must be above zero.")
                )

    @api.constrains("kind", "date_to")
    def _check_temporary(self):
        if self.filtered(lambda line: line.kind == "temporary" and not line.date_to):
            raise ValidationError(
                self.env._(
                    "A temporary credit line needs the day on which it ends "
                    "(Valid Until)."
                )
            )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        if self.filtered(lambda line: line.date_to and line.date_to < line.date_from):
            raise ValidationError(
                self.env._("A credit line cannot end before it begins.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.account_id._mark_limit_changed()
        return lines

    def write(self, vals):
        if not self._is_unguarded():
            self._refuse_new_terms(vals)
        accounts = self.account_id
        result = super().write(vals)
        if not set(vals).isdisjoint({*TERMS, *DECIDED}):
            (accounts | self.account_id)._mark_limit_changed()
        if not (self._is_unguarded() or set(vals).isdisjoint(TERMS)):
            self._take_over_request()
        return result

    def unlink(self):
        self._check_deletable()
        return super().unlink()

    def action_approve(self, comment=""):
        """Let the line count, decided by someone who neither asked nor sells."""
        self._check_draft()
        self._check_approver()
        self._decide("approved", comment)

    def action_refuse(self, comment=""):
        self._check_draft()
        self._check_group("crm_credit.group_crm_credit_user")
        self._decide("refused", comment)

    def action_revoke(self, comment=""):
        """Take back what was granted; less credit needs no second person."""
        self._check_group("crm_credit.group_crm_credit_user")
        self._check_approved()
        self._decide("revoked", comment)

    def action_end(self, date, comment=""):
        """Let an approved line end earlier, on the given day."""
        self._check_group("crm_credit.group_crm_credit_user")
        self._check_approved()
        date = fields.Date.to_date(date)
        for line in self:
            if not date or date < line.date_from or line._ends_before(date):
                raise UserError(
                    self.env._(
                        "“%(line)s” can only end between %(first)s and the day on "
                        "which it ends anyway. More credit needs a new line.",
                        line=line.display_name,
                        first=line.date_from,
                    )
                )
        self._unguarded().sudo().date_to = date
        self._record_decision("ended", comment)

    def _ends_before(self, date):
        return bool(self.date_to and self.date_to < date)

    def _decide(self, state, comment):
        vals = {"approval_state": state}
        if state == "approved":
            vals |= {
                "approved_by_id": self.env.uid,
                "approved_on": fields.Datetime.now(),
            }
        # the decision is evidence of the figures before it takes effect
        self._record_decision(state, comment)
        self._unguarded().sudo().write(vals)

    def _prepare_approval_vals(self):
        return {
            **super()._prepare_approval_vals(),
            "line_id": self.id,
            "application_id": self.application_id.id,
        }

    def _check_draft(self):
        if decided := self.filtered(lambda line: line.approval_state != "draft"):
            raise UserError(
                self.env._(
                    "“%(line)s” is already decided: %(state)s.",
                    line=decided[0].display_name,
                    state=decided[0]._state_label(),
                )
            )

    def _check_deletable(self):
        decided = self.filtered(lambda line: line.approval_state != "draft")
        if decided or self.sudo().approval_ids:
            raise UserError(
                self.env._(
                    "“%(line)s” was decided on and is kept as evidence. Revoke or end "
                    "it instead.",
                    line=(decided or self)[0].display_name,
                )
            )

    def _check_approved(self):
        others = self.filtered(lambda line: line.approval_state != "approved")
        if others:
            raise UserError(
                self.env._(
                    "“%(line)s” is not approved, so it does not count anyway.",
                    line=others[0].display_name,
                )
            )

    def _refuse_new_terms(self, vals):
        changed = set(TERMS) & set(vals)
        decided = changed and self.filtered(lambda line: line.approval_state != "draft")
        if decided:
            raise UserError(
                self.env._(
                    "“%(line)s” is %(state)s: its amount, kind and dates stay as they "
                    "were decided. Revoke it, end it earlier, or ask for a new line.",
                    line=decided[0].display_name,
                    state=decided[0]._state_label().lower(),
                )
            )

    def _domain_in_use(self):
        return Domain("approval_state", "=", "approved")

    @api.model
    def _domain_effective(self):
        """What counts today, each company by its own calendar day."""
        return self.env["res.company"]._credit_domain_today(self._domain_effective_on)

    @api.model
    def _domain_effective_on(self, day):
        security = self.env["crm.credit.security"]._domain_accepted_on(day)
        return (
            Domain("approval_state", "=", "approved")
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
            & (
                Domain("kind", "not in", SECURED)
                | (
                    Domain("legal_state", "=", "passed")
                    & Domain("security_ids", "any", security)
                )
            )
        )

    def _security_worth(self, rate):
        """Give {line id: its securities in force today, in the account's currency}."""
        worth = defaultdict(float)
        if not self:
            return worth
        securities = self.env["crm.credit.security"].sudo()
        for line, currency, amount in securities._read_group(
            Domain("line_id", "in", self.ids) & securities._domain_accepted(),
            ["line_id", "currency_id"],
            ["amount:sum"],
        ):
            worth[line.id] += amount * rate(currency, line.account_id)
        return worth

    def _why_not_effective(self):
        self.ensure_one()
        day = self.company_id._credit_days().get(self.company_id)
        if self.approval_state != "approved":
            return self._state_label()
        if self.date_from and self.date_from > day:
            return self.env._("Begins on %(day)s", day=self.date_from)
        if self._ends_before(day):
            return self.env._("Ended on %(day)s", day=self.date_to)
        return self._why_not_secured(day)

    def _why_not_secured(self, day):
        securities = self.sudo().security_ids.filtered("active")
        if not securities:
            return self.env._("No security is attached to it")
        if self.legal_state == "failed":
            return self.env._(
                "Legal review failed: %(items)s",
                items=", ".join(securities._failures()),
            )
        if self.legal_state == "pending":
            return self.env._("Legal review is pending")
        return self.env._("None of its securities is valid today")

    @api.model
    def _selection_kind(self):
        return self._fields["kind"]._description_selection(self.env)

    def _state_label(self):
        labels = dict(self._fields["approval_state"]._description_selection(self.env))
        return labels[self.approval_state]

    def _label(self):
        self.ensure_one()
        kind = dict(self._selection_kind()).get(self.kind, "")
        amount = self.currency_id.format(self.amount) if self.currency_id else ""
        if self.date_to:
            return self.env._(
                "%(kind)s %(amount)s until %(day)s",
                kind=kind,
                amount=amount,
                day=format_date(self.env, self.date_to),
            )
        return self.env._("%(kind)s %(amount)s", kind=kind, amount=amount)
