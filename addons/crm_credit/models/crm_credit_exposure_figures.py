from odoo import api, models
from odoo.fields import Domain


class CrmCreditExposure(models.Model):
    _inherit = "crm.credit.exposure"

    @api.model
    def _domain_figure(self, figure, today):
        """The rows that a figure of the credit file is made of.

        :param figure: a component, or receivable_due or receivable_not_due
        """
        component = figure.partition("_due")[0].removesuffix("_not")
        domain = Domain("component", "=", component)
        if figure == "receivable_due":
            return domain & Domain("date_due", "<", today)
        if figure == "receivable_not_due":
            return domain & self._domain_open("date_due", ">=", today)
        if figure == "ordered":
            return domain & self._domain_open("counts_from", "<=", today)
        if figure == "quotation":
            return domain & self._domain_open("counts_until", ">=", today)
        return domain

    @api.model
    def _domain_open(self, name, operator, day):
        return Domain(name, "=", False) | Domain(name, operator, day)
