from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class CrmCreditHoldRelease(models.TransientModel):
    """Asks for the reason of a decision, and how far it goes."""

    _name = "crm.credit.hold.release"
    _description = "Decide on Holds"

    hold_ids = fields.Many2many("crm.credit.hold", required=True)
    kind = fields.Selection(
        [
            ("release", "Release"),
            ("release_until", "Release until a date"),
            ("release_up_to", "Release up to an amount"),
            ("refuse", "Refuse"),
            ("ask_sales", "Ask sales"),
        ],
        "Decision",
        required=True,
        default="release",
    )
    reason_id = fields.Many2one("crm.credit.reason")
    comment = fields.Text()
    date_until = fields.Date("Valid Until")
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    amount = fields.Monetary("Up To", help="In the currency of the document.")
    summary = fields.Char(compute="_compute_summary")

    @api.depends("hold_ids", "kind")
    @api.depends_context("lang")
    def _compute_summary(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for wizard in self:
            documents = ", ".join(
                f"{hold.name} · {hold.partner_id.display_name} · "
                f"{format_amount(self.env, hold.amount, hold.currency_id)}"
                for hold in wizard.hold_ids
            )
            wizard.summary = f"{kinds.get(wizard.kind, '')}: {documents}"

    def action_decide(self):
        self.ensure_one()
        self._check_complete()
        return self.hold_ids._decide_and_tell(
            self.kind,
            self.reason_id,
            self.comment or "",
            amount=self.amount,
            date_until=self.date_until,
        )

    def _check_complete(self):
        if self.kind != "ask_sales" and not self.reason_id:
            raise UserError(self.env._("Give a reason for the decision."))
        if self.reason_id.comment_required and not self.comment:
            raise UserError(self.env._("This reason needs a comment."))
        if self.kind == "release_until" and not self.date_until:
            raise UserError(self.env._("Until which day is it released?"))
        if self.kind == "release_up_to" and self.amount <= 0:
            raise UserError(self.env._("Up to which amount is it released?"))
