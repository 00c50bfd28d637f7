from odoo import fields, models

from .history_many2one import HistoryMany2one


class CrmCustomerDayTouch(models.Model):
    """The queue of customer days to compute again.

    A row without company stands for all companies, one without a day for the customer's
    whole history. Rows are taken out in the transaction that computes their days; one
    of a customer deleted meanwhile finds nothing to do.
    """

    _name = "crm.customer.day.touch"
    _description = "Customer Day to Refresh"
    _log_access = False
    _rec_name = "partner_id"

    company_id = HistoryMany2one("res.company", readonly=True)
    partner_id = HistoryMany2one(
        "res.partner", required=True, readonly=True, index=True
    )
    day = fields.Date(readonly=True)
