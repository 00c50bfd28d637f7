from odoo import models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def unlink(self):
        result = super().unlink()
        self.env["crm.credit.rule"]._changed()  # a filter of rules may be gone
        return result
