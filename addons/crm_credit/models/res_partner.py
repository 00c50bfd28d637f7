from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def _before_partner_merge(self, destination):
        self.env["crm.credit.account"]._before_partner_merge(self, destination)
        return super()._before_partner_merge(destination)
