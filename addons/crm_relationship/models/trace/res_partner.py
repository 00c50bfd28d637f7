from odoo import models


class ResPartner(models.Model):
    """Nobody buys from a supplier that is archived: what was to come from it is told
    anew.
    """

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            offers = self.env["product.supplierinfo"].sudo()
            offers.search([("partner_id", "in", self.ids)])._trace_touch()
        return result
