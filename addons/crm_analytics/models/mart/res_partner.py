from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def unlink(self):
        """The meetings of a contact go with it."""
        self.env["crm.customer.day"]._touch_partners(self)
        return super().unlink()
