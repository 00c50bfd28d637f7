from odoo import api, fields, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.tier.mixin"]

    key_account_manager_id = fields.Many2one(
        related="partner_id.key_account_manager_id"
    )

    @api.depends("partner_id")
    def _compute_invoice_payment_term_id(self):
        """The tier's payment terms, where the customer has none of its own."""
        res = super()._compute_invoice_payment_term_id()
        invoices = self.filtered(
            lambda move: (
                move.is_sale_document(include_receipts=True)
                and not move.invoice_payment_term_id
            )
        )
        for company, moves in invoices.grouped("company_id").items():
            terms = moves.partner_id._tier_benefit("payment_term_id", company)
            for move in moves:
                move.invoice_payment_term_id = terms.get(move.partner_id.id, False)
        return res
