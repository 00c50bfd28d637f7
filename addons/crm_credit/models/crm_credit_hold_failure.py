from odoo import api, fields, models
from odoo.tools import format_amount

NO_LIMIT_USED = 999  # per cent: what a check finds where there is nothing to use


class CrmCreditHoldFailure(models.Model):
    """A rule that a held document failed, with the figures at that time."""

    _name = "crm.credit.hold.failure"
    _description = "Failed Credit Rule"
    _order = "id"

    hold_id = fields.Many2one(
        "crm.credit.hold", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="hold_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="hold_id.account_id.currency_id")
    rule_id = fields.Many2one("crm.credit.rule", ondelete="set null", index=True)
    kind = fields.Selection(
        selection=lambda self: (
            self.env["crm.credit.rule"]._fields["kind"]._description_selection(self.env)
        ),
        required=True,
        readonly=True,
    )
    outcome = fields.Selection([("hold", "Hold"), ("warn", "Warn")], readonly=True)
    actual = fields.Float("Found", readonly=True, digits=0)
    allowed = fields.Float(readonly=True, digits=0)
    base = fields.Float(readonly=True, digits=0)
    grade = fields.Char(readonly=True)
    grade_allowed = fields.Char(readonly=True)
    name = fields.Char("Reason", compute="_compute_name")

    @api.depends("kind", "actual", "allowed", "base", "grade")
    @api.depends_context("lang")
    def _compute_name(self):
        for failure in self:
            failure.name = getattr(failure, f"_say_{failure.kind}")()

    @api.model
    def _prepare(self, failure):
        """Values of a row from what `tools.checks` found."""
        graded = isinstance(failure.actual, str)
        return {
            "rule_id": failure.rule,
            "kind": failure.kind,
            "outcome": failure.outcome,
            "actual": 0.0 if graded else failure.actual,
            "allowed": 0.0 if graded else failure.allowed or 0.0,
            "base": failure.base or 0.0,
            "grade": failure.actual if graded else False,
            "grade_allowed": failure.allowed if graded else False,
        }

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _say_over_limit(self):
        return self.env._(
            "%(excess)s over the limit of %(limit)s",
            excess=self._money(self.actual - self.base),
            limit=self._money(self.base),
        )

    def _say_group_limit(self):
        return self.env._(
            "%(excess)s over the group's limit of %(limit)s",
            excess=self._money(self.actual - self.base),
            limit=self._money(self.base),
        )

    def _say_utilisation(self):
        if self.actual >= NO_LIMIT_USED:
            return self.env._("credit in use without any limit")
        return self.env._(
            "%(share)s %% of the limit in use, more than %(allowed)s %%",
            share=f"{self.actual:.0f}",
            allowed=f"{self.allowed:g}",
        )

    def _say_no_line(self):
        return self.env._("no effective credit line")

    def _say_overdue_days(self):
        return self.env._(
            "oldest invoice %(days)s days late", days=f"{self.actual:.0f}"
        )

    def _say_overdue_amount(self):
        return self.env._(
            "%(amount)s overdue, more than %(allowed)s",
            amount=self._money(self.actual),
            allowed=self._money(self.allowed),
        )

    def _say_overdue_share(self):
        return self.env._(
            "%(share)s %% of the exposure overdue, more than %(allowed)s %%",
            share=f"{self.actual:.0f}",
            allowed=f"{self.allowed:g}",
        )

    def _say_order_amount(self):
        return self.env._(
            "amount of %(amount)s, more than %(allowed)s",
            amount=self._money(self.actual),
            allowed=self._money(self.allowed),
        )

    def _say_average_days_late(self):
        return self.env._(
            "pays %(days)s days late on average", days=f"{self.actual:.0f}"
        )

    def _say_grade(self):
        return self.env._(
            "grade %(grade)s, worse than %(allowed)s",
            grade=self.grade,
            allowed=self.grade_allowed,
        )

    def _say_status_stop(self):
        return self.env._("the credit file is stopped")

    def _say_review_overdue(self):
        return self.env._("review overdue by %(days)s days", days=f"{self.actual:.0f}")

    def _say_payment_term(self):
        return self.env._(
            "payment term of %(days)s days, %(agreed)s agreed",
            days=f"{self.actual:.0f}",
            agreed=f"{self.base:.0f}",
        )

    def _say_discount(self):
        return self.env._(
            "%(discount)s %% discount, %(agreed)s %% agreed",
            discount=f"{self.actual:g}",
            agreed=f"{self.base:g}",
        )
