from odoo import api, models

FIELDS = {
    "company_id",
    "date_end",
    "date_start",
    "delay",
    "min_qty",
    "partner_id",
    "price",
    "product_id",
    "product_tmpl_id",
    "sequence",
}


class ProductSupplierinfo(models.Model):
    """What nobody has ordered takes the supplier's time: those lines follow it."""

    _inherit = "product.supplierinfo"

    @api.model_create_multi
    def create(self, vals_list):
        offers = super().create(vals_list)
        offers._trace_touch()
        return offers

    def write(self, vals):
        if FIELDS.isdisjoint(vals):
            return super().write(vals)
        self._trace_touch()
        result = super().write(vals)
        self._trace_touch()
        return result

    def unlink(self):
        self._trace_touch()
        return super().unlink()

    def _trace_touch(self):
        offers = self.sudo()
        products = offers.product_id | offers.product_tmpl_id.product_variant_ids
        self.env["crm.order.trace"]._touch_products(products)
