from odoo import api, fields, models
from odoo.exceptions import UserError

LEGAL = "crm_credit.group_crm_credit_legal"
DECISION = ("state", "comment")


class CrmCreditSecurityItem(models.Model):
    """One thing legal looked at in one security, and what it found."""

    _name = "crm.credit.security.item"
    _description = "Legal Review Item"
    _inherit = ["crm.credit.guard"]
    _order = "security_id, sequence, id"
    _guarded_fields = frozenset({"decided_by_id", "decided_on", "active"})

    active = fields.Boolean(default=True, readonly=True)
    security_id = fields.Many2one(
        "crm.credit.security", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="security_id.company_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Item", required=True)
    question = fields.Text()
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("not_applicable", "Does Not Apply"),
        ],
        required=True,
        default="pending",
    )
    comment = fields.Char(help="What was found. A failed item shows it on the line.")
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    decided_on = fields.Datetime(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not self._is_unguarded():
            self._check_legal()
        items = super().create(vals_list)
        items.filtered(lambda item: item.state != "pending")._record_review()
        items._mark_limits_changed()
        return items

    def write(self, vals):
        if self._is_unguarded():
            return super().write(vals)
        self._check_legal()
        if not set(vals).isdisjoint({"security_id", "name", "question"}):
            self._check_pending()
        result = super().write(vals)
        if not set(vals).isdisjoint(DECISION):
            self._record_review()
        self._mark_limits_changed()
        return result

    def unlink(self):
        self._check_legal()
        self._check_pending()
        self._mark_limits_changed()
        return super().unlink()

    def action_pass(self, comment=""):
        self.write({"state": "passed", "comment": comment})

    def action_fail(self, comment=""):
        self.write({"state": "failed", "comment": comment})

    def _mark_limits_changed(self):
        self.sudo().security_id.account_id._mark_limit_changed()

    def _check_legal(self):
        """Only legal decides, whatever rights the code runs with."""
        if not self.env.user.has_group(LEGAL):
            raise UserError(
                self.env._(
                    "Only legal reviewers decide on the checklist of a security; "
                    "%(user)s is none.",
                    user=self.env.user.name,
                )
            )

    def _check_pending(self):
        if decided := self.filtered("decided_on"):
            raise UserError(
                self.env._(
                    "“%(item)s” was decided on and is kept as evidence.",
                    item=decided[0].name,
                )
            )

    def _record_review(self):
        """Keep who decided what and when, each time."""
        for item in self:
            if item.state == "failed" and not item.comment:
                raise UserError(
                    self.env._(
                        "Say what is wrong with “%(item)s”: the comment is shown on "
                        "the credit line.",
                        item=item.name,
                    )
                )
        now = fields.Datetime.now()
        self.sudo()._unguarded().write(
            {"decided_by_id": self.env.uid, "decided_on": now}
        )
        self._append_reviews(now)

    def _reopen(self, reason):
        """Set back to pending; what was decided before stays in the reviews."""
        items = self.sudo()._unguarded()
        items.write({"state": "pending", "comment": reason})
        self._append_reviews(fields.Datetime.now())
        items.write({"comment": False})

    def _append_reviews(self, date):
        self.env["crm.credit.security.review"].sudo().create(
            [
                {
                    "security_id": item.security_id.id,
                    "item_id": item.id,
                    "name": item.name,
                    "state": item.state,
                    "comment": item.comment,
                    "user_id": self.env.uid,
                    "date": date,
                }
                for item in self
            ]
        )
