from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_relationship.models.history_many2one import HistoryMany2one

COMPONENTS = [
    ("receivable", "Receivable"),
    ("unallocated", "Unallocated payments and credit notes"),
    ("draft_invoice", "Draft invoices"),
    ("delivered", "Delivered, not invoiced"),
    ("ordered", "Confirmed, not delivered"),
    ("quotation", "Open quotations"),
    ("uncleared", "Uncleared payments"),
]


class CrmCreditExposure(models.Model):
    """What one document adds to one component of a debtor's exposure, now.

    Only open parts have a row. Rows are written by `crm.credit.account._settle` alone,
    by SQL, together with the sums on the credit file.
    """

    _name = "crm.credit.exposure"
    _description = "Credit Exposure"
    _order = "date_due, date, id"
    _log_access = False

    account_id = fields.Many2one(
        "crm.credit.account",
        "Credit File",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="account_id.company_id")
    component = fields.Selection(COMPONENTS, required=True, readonly=True)
    order_id = HistoryMany2one("sale.order", "Order", index=True, readonly=True)
    move_id = HistoryMany2one("account.move", "Invoice", index=True, readonly=True)
    move_line_id = HistoryMany2one("account.move.line", "Journal Item", readonly=True)
    date = fields.Date(readonly=True)
    date_due = fields.Date("Due", readonly=True)
    counts_from = fields.Date(
        readonly=True, help="Before this day it is beyond the credit horizon."
    )
    counts_until = fields.Date(
        readonly=True, help="After this day the quotation is no longer valid."
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_currency = fields.Monetary("In Currency", readonly=True, aggregator=None)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_company = fields.Monetary(
        "In Company Currency", currency_field="company_currency_id", readonly=True
    )
    account_currency_id = fields.Many2one(
        related="account_id.currency_id", string="File Currency"
    )
    amount = fields.Monetary(currency_field="account_currency_id", readonly=True)

    _receivable_idx = models.Index(
        "(account_id, date_due) WHERE component = 'receivable'"
    )

    def flush_model(self, fnames=None):
        self.env["crm.credit.account"]._settle()
        return super().flush_model(fnames)

    def action_open_document(self):
        self.ensure_one()
        document = self.order_id or self.move_id
        if not document:
            raise UserError(
                self.env._("The document is gone. Reload the list to see what is open.")
            )
        return document.get_formview_action()
