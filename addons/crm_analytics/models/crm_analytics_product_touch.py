from odoo import api, fields, models

from odoo.addons.crm_relationship.models.history_many2one import HistoryMany2one


class CrmAnalyticsProductTouch(models.Model):
    """A month of a company whose figures by product are to be computed again.

    Who finds out that it changed adds a row; the same may be there many times.
    """

    _name = "crm.analytics.product.touch"
    _description = "Product Month to Refresh"
    _log_access = False

    company_id = HistoryMany2one("res.company", required=True, readonly=True)
    month = fields.Date(required=True, readonly=True)

    @api.depends("company_id", "month")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.company_id.name} {row.month}"
