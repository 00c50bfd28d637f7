from odoo import api, models


class ResUsers(models.Model):
    """Whether somebody is a colleague or a customer's contact tells what a visit is."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        self.env["crm.customer.day"].sudo()._touch_partners(users.partner_id)
        return users

    def unlink(self):
        self.env["crm.customer.day"].sudo()._touch_partners(self.partner_id)
        return super().unlink()

    def _write_multi(self, vals_list):
        res = super()._write_multi(vals_list)
        if any("share" in vals or "partner_id" in vals for vals in vals_list):
            self.env["crm.customer.day"].sudo()._touch_partners(self.partner_id)
        return res
