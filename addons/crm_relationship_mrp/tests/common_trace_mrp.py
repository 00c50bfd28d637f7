from odoo import Command

from odoo.addons.crm_relationship.tests.common_trace import TraceCommon


class TraceMrpCommon(TraceCommon):
    """A trading company that also makes goods."""

    @classmethod
    def _bom(cls, product, *components, **vals):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "company_id": cls.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in components
                ],
                **vals,
            }
        )
