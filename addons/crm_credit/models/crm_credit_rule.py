from dataclasses import replace

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.checks import EXCLUSIONS, PASS, RuleSpec, needs

GRADES = [(letter, letter) for letter in "ABCDE"]


class CrmCreditRule(models.Model):
    """What a document must not exceed, and what happens when it does."""

    _name = "crm.credit.rule"
    _description = "Credit Rule"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=False,
        tracking=True,
        help="A rule counts once it is active. Run a dry run before you activate it.",
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for every company."
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company.currency_id,
    )
    kind = fields.Selection(
        [
            ("over_limit", "Over the credit limit"),
            ("utilisation", "Utilisation above"),
            ("no_line", "No effective credit line"),
            ("overdue_days", "Oldest overdue item older than"),
            ("overdue_amount", "Overdue amount above"),
            ("overdue_share", "Overdue share of the exposure above"),
            ("order_amount", "Document amount above"),
            ("average_days_late", "Pays on average later than"),
            ("grade", "Grade worse than"),
            ("status_stop", "Credit file stopped"),
            ("review_overdue", "Review overdue by more than"),
            ("payment_term", "Payment term longer than agreed"),
            ("discount", "Discount higher than agreed"),
            ("group_limit", "Over the limit of the group"),
            ("below_amount", "Let pass below an amount"),
            ("paid_in_advance", "Let pass when paid in advance"),
        ],
        required=True,
        default="over_limit",
        tracking=True,
    )
    outcome = fields.Selection(
        [("hold", "Hold"), ("warn", "Warn"), ("pass", "Let pass")],
        compute="_compute_outcome",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
    )
    percent = fields.Float(
        string="Percentage",
        tracking=True,
        help="Tolerance over the limit, threshold of a share, or points of discount.",
    )
    amount = fields.Monetary(
        tracking=True, help="Tolerance over the limit, or threshold of an amount."
    )
    days = fields.Integer(tracking=True)
    grace_days = fields.Integer(
        tracking=True, help="Days on top that nobody holds against the customer."
    )
    grade = fields.Selection(GRADES, tracking=True)
    at_order = fields.Boolean(string="Order confirmation", default=True)
    at_growth = fields.Boolean(string="Change of a confirmed order", default=True)
    at_transfer = fields.Boolean(string="Transfer")
    at_invoice = fields.Boolean(string="Invoice posting")
    segment_ids = fields.Many2many("crm.credit.segment", string="Segments")
    tier_ids = fields.Many2many("crm.tier", string="Tiers")
    team_ids = fields.Many2many("crm.team", string="Sales Teams")
    only_grades = fields.Char(
        string="Grades",
        help="Letters of the grades this rule is for, such as DE. Empty: every grade.",
    )

    _days_positive = models.Constraint(
        "CHECK (days >= 0 AND grace_days >= 0)", "Days can't be negative."
    )
    _thresholds_positive = models.Constraint(
        "CHECK (percent >= 0 AND amount >= 0)", "A threshold can't be negative."
    )

    @api.depends("kind")
    def _compute_outcome(self):
        for rule in self:
            if rule.kind in EXCLUSIONS:
                rule.outcome = PASS
            elif not rule.outcome or rule.outcome == PASS:
                rule.outcome = "hold"

    @api.constrains("kind", "outcome")
    def _check_outcome(self):
        for rule in self:
            if (rule.kind in EXCLUSIONS) != (rule.outcome == PASS):
                raise ValidationError(
                    self.env._(
                        "%(rule)s: a rule that lets documents pass can't hold or warn, "
                        "and the other way round.",
                        rule=rule.name,
                    )
                )

    @api.constrains("only_grades")
    def _check_only_grades(self):
        letters = {letter for letter, _name in GRADES}
        for rule in self:
            if set(rule.only_grades or "") - letters:
                raise ValidationError(
                    self.env._("%(rule)s: grades are A to E.", rule=rule.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self._changed()
        return rules

    def write(self, vals):
        res = super().write(vals)
        self._changed()
        return res

    def unlink(self):
        res = super().unlink()
        self._changed()
        return res

    @api.model
    def _changed(self):
        """What waits because of an older rule may pass now."""
        self.env.registry.clear_cache()
        self.env["crm.credit.hold"]._recheck_soon()

    @api.model
    @tools.ormcache("company_id", "checkpoint")
    def _ids_at(self, company_id, checkpoint):
        company = self.env["res.company"].sudo().browse(company_id)
        domain = (
            Domain("active", "=", True)
            & Domain(f"at_{checkpoint}", "=", True)
            & Domain("company_id", "in", [False, *company.parent_ids.ids])
        )
        return tuple(self.sudo().search(domain).ids)

    @api.model
    def _specs_at(self, company, checkpoint, account):
        """The rules of a company at a checkpoint, amounts in the file's currency."""
        known = self._known_at(company.id, checkpoint)
        return [self._spec_for(account, *rule) for rule in known]

    @api.model
    @tools.ormcache("company_id", "checkpoint")
    def _needs_at(self, company_id, checkpoint):
        return needs(spec for spec, _currency in self._known_at(company_id, checkpoint))

    @api.model
    @tools.ormcache("company_id", "checkpoint")
    def _known_at(self, company_id, checkpoint):
        rules = self.sudo().browse(self._ids_at(company_id, checkpoint))
        return tuple((rule._spec(), rule.currency_id.id) for rule in rules)

    def _specs(self, account):
        """These rules for a credit file, amounts in its currency."""
        return [
            self._spec_for(account, rule._spec(), rule.currency_id.id) for rule in self
        ]

    @api.model
    def _spec_for(self, account, spec, currency_id):
        if not spec.amount or currency_id == account.currency_id.id:
            return spec
        amount = (
            self.env["res.currency"]
            .browse(currency_id)
            ._convert(
                spec.amount,
                account.currency_id,
                account.company_id,
                account._credit_today(),
            )
        )
        return replace(spec, amount=amount)

    def _spec(self):
        """The rule, its amount in its own currency."""
        return RuleSpec(
            kind=self.kind,
            outcome=self.outcome,
            rule=self.id,
            percent=self.percent,
            amount=self.amount,
            days=self.days,
            grace=self.grace_days,
            grade=self.grade or None,
            segments=frozenset(self.segment_ids.ids),
            tiers=frozenset(self.tier_ids.ids),
            teams=frozenset(self.team_ids.ids),
            grades=frozenset(self.only_grades or ""),
        )
