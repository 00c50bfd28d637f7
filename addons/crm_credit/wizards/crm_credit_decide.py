from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCreditDecide(models.TransientModel):
    """Asks for the comment of a decision on applications or lines.

    It only passes on: whether the user may decide is checked where it happens.
    """

    _name = "crm.credit.decide"
    _description = "Decide on Credit"

    decision = fields.Selection(
        [
            ("check", "Checked"),
            ("approve", "Approve"),
            ("refuse", "Refuse"),
            ("revoke", "Revoke"),
            ("end", "End Earlier"),
        ],
        required=True,
        default="approve",
    )
    application_ids = fields.Many2many("crm.credit.application", readonly=True)
    line_ids = fields.Many2many("crm.credit.line", readonly=True)
    single = fields.Boolean(compute="_compute_single")
    currency_id = fields.Many2one(related="application_ids.currency_id")
    amount = fields.Monetary(
        string="Amount to Grant",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="The amount asked for, or less.",
    )
    date_to = fields.Date(string="Last Day")
    comment = fields.Text()

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        name = {
            "crm.credit.application": "application_ids",
            "crm.credit.line": "line_ids",
        }.get(self.env.context.get("active_model"))
        if name in fields and name not in values:
            values[name] = [(6, 0, self.env.context.get("active_ids", []))]
        return values

    @api.depends("application_ids", "decision")
    def _compute_single(self):
        for wizard in self:
            wizard.single = (
                wizard.decision == "approve" and len(wizard.application_ids) == 1
            )

    @api.depends("application_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.application_ids[:1].amount

    def action_decide(self):
        self.ensure_one()
        if self.decision != "approve" and not self.comment:
            raise UserError(self.env._("Say why: the comment is kept for good."))
        if self.application_ids:
            self._decide_applications()
        else:
            self._decide_lines()

    def _decide_applications(self):
        applications, comment = self.application_ids, self.comment or ""
        if self.decision == "check":
            applications.action_check(comment)
        elif self.decision == "approve":
            applications.action_approve(comment, self.single and self.amount)
        elif self.decision == "refuse":
            applications.action_refuse(comment)
        else:
            raise UserError(self.env._("This is done on the credit line."))

    def _decide_lines(self):
        lines, comment = self.line_ids, self.comment or ""
        if self.decision == "approve":
            lines.action_approve(comment)
        elif self.decision == "refuse":
            lines.action_refuse(comment)
        elif self.decision == "revoke":
            lines.action_revoke(comment)
        elif self.decision == "end":
            lines.action_end(self.date_to, comment)
        else:
            raise UserError(self.env._("This is done on the application."))
