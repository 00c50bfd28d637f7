from odoo import models


class ProductPricelist(models.Model):
    _inherit = "product.pricelist"

    def _get_partner_pricelist_multi(self, partner_ids):
        """The tier's pricelist, where the customer has none of its own."""
        result = super()._get_partner_pricelist_multi(partner_ids)
        if not self.env["res.groups"]._is_feature_enabled(
            "product.group_product_pricelist"
        ):
            return result
        partners = self.env["res.partner"].browse(partner_ids).exists()
        for partner_id, pricelist in partners._tier_benefit("pricelist_id").items():
            own = (
                self.env["res.partner"]
                .browse(partner_id)
                .specific_property_product_pricelist
            )
            if pricelist.active and not own._get_partner_pricelist_multi_filter_hook():
                result[partner_id] = pricelist
        return result
