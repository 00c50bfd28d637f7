from odoo import fields, models


class CrmAnalyticsBasketFinding(models.AbstractModel):
    """What a basket run found out about a product. Written by SQL only."""

    _name = "crm.analytics.basket.finding"
    _description = "Found by a Basket Run"
    _log_access = False

    run_id = fields.Many2one(
        "crm.analytics.basket.run",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    categ_id = fields.Many2one(related="product_id.categ_id")

    def _open_orders(self, name, *products):
        """The run's orders of all these products, as far as the user may see them."""
        self.ensure_one()
        self.check_access("read")
        run = self.run_id.sudo()
        bought = run._basket_line_domain()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders"),
            "name": name,
            "display_name": name,
            "context": {},
            "domain": [
                *run._order_domain(),
                *(
                    ("order_line", "any", [("product_id", "=", product.id), *bought])
                    for product in products
                ),
            ],
        }
