from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def unlink(self):
        """The meetings of a contact go with it."""
        self.env["crm.customer.day"]._touch_partners(self)
        return super().unlink()

    def _write_multi(self, vals_list):
        """A customer that moves takes its purchases to another region."""
        moved = [
            id_
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if not {"country_id", "state_id"}.isdisjoint(vals)
        ]
        res = super()._write_multi(vals_list)
        if moved and not self.env["crm.customer.day"]._is_leaving():
            self.env["crm.analytics.product.month"]._touch_customers(moved)
        return res
