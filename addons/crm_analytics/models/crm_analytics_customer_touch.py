from odoo import models

from odoo.addons.crm_relationship.models.history_many2one import HistoryMany2one


class CrmAnalyticsCustomerTouch(models.Model):
    """The queue of customers whose days changed since their figures were computed.

    Rows are taken out in the transaction that computes the figures.
    """

    _name = "crm.analytics.customer.touch"
    _description = "Customer Figures to Refresh"
    _log_access = False
    _rec_name = "partner_id"

    partner_id = HistoryMany2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
