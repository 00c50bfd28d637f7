from odoo import fields, models

ANY_DAY = fields.Date.to_date("2001-01-01")


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    def _credit_days(self):
        """Days from the invoice to the last part of it falling due; 0 without terms."""
        dates = [line._get_due_date(ANY_DAY) for line in self.sudo().line_ids]
        return (max(dates, default=ANY_DAY) - ANY_DAY).days
