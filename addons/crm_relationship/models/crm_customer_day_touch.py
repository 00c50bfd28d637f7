from odoo import fields, models


class CrmCustomerDayTouch(models.Model):
    """The queue of customer days to compute again.

    A row without company stands for all companies, one without a day for the customer's
    whole history. Rows are taken out in the transaction that computes their days.
    """

    _name = "crm.customer.day.touch"
    _description = "Customer Day to Refresh"
    _log_access = False
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    day = fields.Date(readonly=True)
