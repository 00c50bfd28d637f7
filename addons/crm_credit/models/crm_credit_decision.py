from odoo import api, fields, models

KINDS = [
    ("release", "Release"),
    ("release_until", "Release until a date"),
    ("release_up_to", "Release up to an amount"),
    ("refuse", "Refuse"),
    ("ask_sales", "Ask sales"),
    ("automatic", "Passed by itself"),
]
RELEASES = ("release", "release_until", "release_up_to")


class CrmCreditDecision(models.Model):
    """Who decided what about a hold, when, why and on which figures. Append-only."""

    _name = "crm.credit.decision"
    _description = "Credit Decision"
    _inherit = ["crm.credit.evidence"]
    _order = "id desc"
    _rec_name = "kind"

    hold_id = fields.Many2one(
        "crm.credit.hold", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict"
    )
    account_id = fields.Many2one(
        "crm.credit.account", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, required=True)
    reason_id = fields.Many2one("crm.credit.reason", ondelete="restrict")
    comment = fields.Text()
    user_id = fields.Many2one("res.users", "Decided By", required=True)
    date = fields.Datetime(default=fields.Datetime.now, required=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, help="The document's currency."
    )
    amount = fields.Monetary(
        "Up To", help="Nothing may be shipped or invoiced beyond this amount."
    )
    amount_seen = fields.Monetary(help="The document's amount when it was decided.")
    term_days_seen = fields.Integer("Payment Term Seen (Days)")
    date_until = fields.Date("Valid Until")
    account_currency_id = fields.Many2one(
        related="account_id.currency_id", string="Currency of the File"
    )
    exposure_seen = fields.Monetary(currency_field="account_currency_id")
    limit_seen = fields.Monetary(currency_field="account_currency_id")
    overdue_seen = fields.Monetary(currency_field="account_currency_id")
    message_seen = fields.Char("Reasons Seen")

    @api.model
    def _in_force(self, documents):
        """The latest release of each document that was not refused since, by its id."""
        name = documents._credit_hold_field
        ids = self.env["crm.credit.hold"]._ever_held(documents)
        if not ids:
            return {}
        rows = self.sudo().search_fetch(
            [
                (f"hold_id.{name}", "in", ids),
                ("kind", "in", (*RELEASES, "refuse")),
            ],
            ["hold_id", "kind"],
            order="id",
        )
        latest = {row.hold_id[name].id: row for row in rows}
        return {key: row for key, row in latest.items() if row.kind in RELEASES}

    def _covers(self, document):
        """Whether the document is still what was released."""
        self.ensure_one()
        today = self.account_id._credit_today()
        return (
            self.currency_id == document._credit_currency()
            and self.account_id.partner_id
            == document._credit_partner().commercial_partner_id
            and self.currency_id.compare_amounts(
                document._credit_amount(), self.amount_seen
            )
            <= 0
            and document._credit_term_days() <= self.term_days_seen
            and (not self.date_until or today <= self.date_until)
        )

    def _allows(self, value):
        """Whether so much of what was released may go, in the document's currency."""
        return self.currency_id.compare_amounts(value, self.amount) <= 0
