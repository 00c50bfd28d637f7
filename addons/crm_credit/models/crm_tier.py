from odoo import models


class CrmTier(models.Model):
    _inherit = "crm.tier"

    def unlink(self):
        result = super().unlink()
        self.env["crm.credit.rule"]._changed()  # a filter of rules may be gone
        return result
