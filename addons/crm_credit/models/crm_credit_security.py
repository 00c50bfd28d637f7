from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .crm_credit_line import KINDS, SECURED

TERMS = frozenset(
    {
        "account_id",
        "kind",
        "issuer_id",
        "reference",
        "amount",
        "currency_id",
        "date_from",
        "date_to",
        "presentation_days",
        "expiry_place",
        "amount_tolerance",
        "customer_documents",
        "guarantee_form",
        "underlying_contract",
        "claim_until",
        "issuer_rating",
        "registration",
        "rank",
        "valuation_date",
    }
)


class CrmCreditSecurity(models.Model):
    """A bank guarantee, letter of credit or collateral that stands behind a line.

    Legal judges its text by a checklist. What was judged cannot be changed under
    the judgement: new terms open the review again.
    """

    _name = "crm.credit.security"
    _description = "Security"
    _inherit = ["crm.credit.expiring", "mail.thread", "mail.activity.mixin"]
    _order = "account_id, date_to, id"
    _check_company_auto = True

    active = fields.Boolean(default=True, tracking=True)
    account_id = fields.Many2one(
        "crm.credit.account",
        string="Credit File",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        related="account_id.partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    line_id = fields.Many2one(
        "crm.credit.line",
        string="Credit Line",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('account_id', '=', account_id), ('kind', '=', kind)]",
        check_company=True,
        tracking=True,
        help="The line that this security stands behind.",
    )
    kind = fields.Selection(
        [kind for kind in KINDS if kind[0] in SECURED],
        required=True,
        default="bank_guarantee",
        tracking=True,
    )
    reference = fields.Char(required=True, tracking=True)
    issuer_id = fields.Many2one(
        "res.partner",
        ondelete="restrict",
        tracking=True,
        help="The bank that issues it, or the owner of the collateral.",
    )
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
    date_from = fields.Date(string="Valid From", tracking=True)
    date_to = fields.Date(string="Valid Until", tracking=True)

    presentation_days = fields.Integer(
        string="Presentation Period (days)",
        tracking=True,
        help="Days after shipment within which the documents must be presented.",
    )
    expiry_place = fields.Char(
        tracking=True, help="Where the documents must be presented before it expires."
    )
    amount_tolerance = fields.Float(
        string="Amount Tolerance (%)", digits=(5, 2), aggregator=None, tracking=True
    )
    customer_documents = fields.Text(
        string="Documents of the Customer",
        help="Documents that the customer itself must issue or sign. Each of them "
        "lets the customer stop the payment.",
    )
    guarantee_form = fields.Selection(
        [("independent", "Independent"), ("accessory", "Accessory")], tracking=True
    )
    underlying_contract = fields.Char(tracking=True)
    claim_until = fields.Date(
        tracking=True, help="Last day on which the guarantee can be claimed."
    )
    issuer_rating = fields.Char(tracking=True)
    registration = fields.Char(
        tracking=True, help="Register and entry of the collateral."
    )
    rank = fields.Integer(
        default=1, aggregator=None, tracking=True, help="1: nobody is paid before us."
    )
    valuation_date = fields.Date(tracking=True)

    item_ids = fields.One2many(
        "crm.credit.security.item", "security_id", string="Checklist"
    )
    review_ids = fields.One2many(
        "crm.credit.security.review",
        "security_id",
        string="Legal Decisions",
        readonly=True,
    )
    legal_state = fields.Selection(
        [("pending", "Pending"), ("passed", "Passed"), ("failed", "Failed")],
        string="Legal Review",
        compute="_compute_legal_state",
        store=True,
        index=True,
        tracking=True,
    )

    @api.depends("account_id")
    def _compute_currency_id(self):
        for security in self:
            security.currency_id = (
                security.currency_id or security.account_id.currency_id
            )

    @api.depends("item_ids.state")
    def _compute_legal_state(self):
        for security in self:
            states = set(security.item_ids.mapped("state"))
            if "failed" in states:
                security.legal_state = "failed"
            elif states and "pending" not in states:
                security.legal_state = "passed"
            else:
                security.legal_state = "pending"

    @api.depends("kind", "reference", "issuer_id")
    def _compute_display_name(self):
        kinds = dict(self._selection_kind())
        for security in self:
            names = (
                kinds.get(security.kind),
                security.reference,
                security.issuer_id.name,
            )
            security.display_name = " · ".join(name for name in names if name)

    @api.constrains("amount", "date_from", "date_to")
    def _check_terms(self):
        for security in self:
            if security.currency_id.compare_amounts(security.amount, 0) <= 0:
                raise ValidationError(
                    self.env._("The amount of a security must be above zero.")
                )
            first, last = security.date_from, security.date_to
            if first and last and last < first:
                raise ValidationError(
                    self.env._("A security cannot end before it begins.")
                )

    @api.constrains("line_id", "account_id", "kind")
    def _check_line(self):
        for security in self.filtered("line_id"):
            line = security.line_id
            if line.account_id != security.account_id or line.kind != security.kind:
                raise ValidationError(
                    self.env._(
                        "“%(security)s” cannot stand behind “%(line)s”: customer and "
                        "kind have to be the same.",
                        security=security.display_name,
                        line=line.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        securities = super().create(vals_list)
        securities._add_checklist()
        securities.account_id._mark_limit_changed()
        return securities

    def write(self, vals):
        accounts = self.account_id
        before = {security: security._terms() for security in self}
        result = super().write(vals)
        for security, terms in before.items():
            if terms != security._terms():
                security._review_again(kind_changed=terms["kind"] != security.kind)
        (accounts | self.account_id)._mark_limit_changed()
        return result

    def unlink(self):
        self._check_deletable()
        accounts = self.account_id
        result = super().unlink()
        accounts._mark_limit_changed()
        return result

    @api.model
    def _selection_kind(self):
        return self._fields["kind"]._description_selection(self.env)

    @api.model
    def _domain_accepted(self):
        return self.env["res.company"]._credit_domain_today(self._domain_accepted_on)

    @api.model
    def _domain_accepted_on(self, day):
        """A security that counts: reviewed by legal, and in force on the day."""
        return (
            Domain("active", "=", True)
            & Domain("legal_state", "=", "passed")
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", day))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )

    def _check_deletable(self):
        if decided := self.filtered("review_ids"):
            raise UserError(
                self.env._(
                    "“%(security)s” was reviewed and is kept as evidence. Archive it.",
                    security=decided[0].display_name,
                )
            )

    def _terms(self):
        self.ensure_one()
        return {name: self[name] for name in TERMS}

    def _add_checklist(self):
        templates = self.env["crm.credit.checklist.item"]._of_kinds(
            set(self.mapped("kind"))
        )
        self.env["crm.credit.security.item"].sudo()._unguarded().create(
            [
                {
                    "security_id": security.id,
                    "sequence": template.sequence,
                    "name": template.name,
                    "question": template.question,
                }
                for security in self
                for template in templates[security.kind]
            ]
        )

    def _review_again(self, kind_changed):
        """Open the review again, since the terms are not those that were judged."""
        items = self.sudo().item_ids
        decided = items.filtered(lambda item: item.state != "pending")
        if decided:
            decided._reopen(self.env._("The terms of the security changed."))
            self.message_post(
                body=self.env._(
                    "The legal review starts again: the terms of the security changed."
                )
            )
        if kind_changed:
            items._unguarded().active = False
            self._add_checklist()

    def _failures(self):
        """Say what failed, as legal put it."""
        failed = self.item_ids.filtered(lambda item: item.state == "failed")
        return [item.comment or item.name for item in failed]
