from odoo import models


class CrmCreditHold(models.Model):
    _inherit = "crm.credit.hold"

    def _amount_not_exposed(self):
        """What passing the held order would add, in the currency of the file."""
        self.ensure_one()
        order = self.order_id
        if not order.amount_total or order._credit_is_counted_quotation():
            return 0.0
        open_share = 1 - order.credit_amount_accepted / order.amount_total
        return self.amount_account * max(open_share, 0.0)
