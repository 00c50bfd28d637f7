from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if "tz" in vals:
            self.env.registry.clear_cache()  # of `res.company._credit_zone`
        return result

    def _before_partner_merge(self, destination):
        self.env["crm.credit.account"]._before_partner_merge(self, destination)
        return super()._before_partner_merge(destination)
