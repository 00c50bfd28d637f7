from odoo import api, fields, models


class CrmCreditApproval(models.Model):
    """One decision on an application or a line, with the figures it was taken on."""

    _name = "crm.credit.approval"
    _description = "Credit Line Decision"
    _inherit = ["crm.credit.evidence"]
    _order = "date desc, id desc"

    decision = fields.Selection(
        [
            ("submitted", "Submitted"),
            ("checked", "Checked"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("revoked", "Revoked"),
            ("ended", "Ended"),
            ("unlimited", "No Limit"),
        ],
        required=True,
        readonly=True,
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        string="Decided By",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    comment = fields.Text(readonly=True)
    application_id = fields.Many2one(
        "crm.credit.application",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    line_id = fields.Many2one(
        "crm.credit.line",
        string="Credit Line",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    account_id = fields.Many2one(
        "crm.credit.account",
        string="Credit File",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        lambda self: self.env["crm.credit.line"]._selection_kind(), readonly=True
    )
    amount = fields.Monetary(readonly=True, aggregator=None)
    currency_id = fields.Many2one("res.currency", readonly=True, ondelete="restrict")
    date_from = fields.Date(string="Valid From", readonly=True)
    date_to = fields.Date(string="Valid Until", readonly=True)

    account_currency_id = fields.Many2one(
        "res.currency",
        string="Currency of the Figures",
        readonly=True,
        ondelete="restrict",
    )
    credit_limit = fields.Monetary(
        readonly=True, aggregator=None, currency_field="account_currency_id"
    )
    exposure = fields.Monetary(
        readonly=True, aggregator=None, currency_field="account_currency_id"
    )
    overdue = fields.Monetary(
        readonly=True, aggregator=None, currency_field="account_currency_id"
    )
    utilisation = fields.Float(readonly=True, aggregator=None)
    grade = fields.Char(readonly=True)
    days_late = fields.Float(string="Average Days Late", readonly=True, aggregator=None)

    @api.depends("decision", "user_id", "date")
    def _compute_display_name(self):
        decisions = dict(self._fields["decision"]._description_selection(self.env))
        for approval in self:
            approval.display_name = self.env._(
                "%(decision)s by %(user)s on %(date)s",
                decision=decisions.get(approval.decision, ""),
                user=approval.user_id.name or "",
                date=fields.Date.to_string(approval.date),
            )
