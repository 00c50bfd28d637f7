from odoo import models


class UomUom(models.Model):
    _inherit = "uom.uom"

    def _write_multi(self, vals_list):
        """A unit that becomes more or less changes what was sold in it."""
        changed = any("factor" in vals for vals in vals_list)
        res = super()._write_multi(vals_list)
        if changed and not self.env["crm.customer.day"]._is_leaving():
            self.env["crm.analytics.product.month"].sudo()._touch_all()
        return res
