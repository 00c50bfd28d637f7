from odoo import api, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.customer.day.document", "crm.tier.document.mixin"]

    # BRIN: tiny, and unlike a B-tree it lets PostgreSQL keep its in-page updates (HOT).
    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
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

    @api.model
    def _day_key_fields(self):
        return super()._day_key_fields() | {
            "company_id",
            "date",
            "invoice_date",
            "move_type",
            "partner_id",
            "state",
        }

    def _day_counted(self):
        return self._day_in_state("posted")
