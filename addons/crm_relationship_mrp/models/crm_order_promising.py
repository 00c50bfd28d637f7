from odoo import api, models

from odoo.addons.crm_relationship.tools import promising


class CrmOrderPromising(models.AbstractModel):
    """What is made takes its components, and what is a kit is its components."""

    _inherit = "crm.order.promising"

    @api.model
    def _sources(self, keys):
        sources = super()._sources(keys)
        boms = self._boms(keys)
        for (product, place, routes), source in sources.items():
            bom = boms.get((product, place))
            if not bom:
                continue
            product = self.env["product.product"].browse(product)
            if bom.type == "phantom":
                sources[product.id, place, routes] = promising.Source(
                    "kit", parts=self._parts(bom, product, place)
                )
            elif self._is_made(product, source, routes):
                sources[product.id, place, routes] = promising.Source(
                    "make",
                    days=bom.produce_delay,
                    parts=self._parts(bom, product, place),
                    on_order=source.on_order,
                )
        return sources

    def _boms(self, keys):
        """The bill of materials by product and warehouse id."""
        places = self.env["stock.warehouse"].browse({key[1] for key in keys})
        found = {}
        for place in places:
            products = self.env["product.product"].browse(
                key[0] for key in keys if key[1] == place.id
            )
            boms = self.env["mrp.bom"]._bom_find(
                products,
                picking_type=place.manu_type_id,
                company_id=place.company_id.id,
            )
            found.update({(p.id, place.id): boms[p] for p in products if p in boms})
        return found

    def _is_made(self, product, source, routes):
        """Where both are possible, the product's routes decide; else it is bought."""
        routes = self._routes(product, self.env["stock.route"].browse(routes))
        actions = set(routes.rule_ids.mapped("action"))
        return "manufacture" in actions or source.kind in ("none", "free")

    def _parts(self, bom, product, place):
        per = 1 / bom.product_uom_id._compute_quantity(
            bom.product_qty, product.uom_id, round=False
        )
        return [
            (
                (line.product_id.id, place),
                per
                * line.product_uom_id._compute_quantity(
                    line.product_qty, line.product_id.uom_id, round=False
                ),
            )
            for line in bom.bom_line_ids
            if line.product_qty and not line._skip_bom_line(product)
        ]
