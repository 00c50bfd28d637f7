from odoo import api, fields, models


class CrmAnalyticsUpsell(models.Model):
    """Customers who bought one product, and then a better one instead."""

    _name = "crm.analytics.upsell"
    _description = "Move to a Better Product"
    _inherit = ["crm.analytics.basket.finding"]
    _order = "customers desc, id"
    _log_access = False

    product_id = fields.Many2one(string="Moved From")
    better_id = fields.Many2one(
        "product.product",
        "Moved To",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    customers = fields.Integer(
        readonly=True,
        aggregator=None,
        help="Whose first order of the better product came after their last of the "
        "other.",
    )
    product_customers = fields.Integer(
        "Of",
        readonly=True,
        aggregator=None,
        help="Customers who bought the first product.",
    )
    price_ratio = fields.Float(
        "Price Times",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Mean price of the better product over that of the other, as ordered in "
        "the days of the run.",
    )

    _company_product_idx = models.UniqueIndex("(company_id, product_id, better_id)")

    @api.depends("product_id", "better_id")
    def _compute_display_name(self):
        for move in self:
            move.display_name = self.env._(
                "%(product)s to %(better)s",
                product=move.product_id.display_name,
                better=move.better_id.display_name,
            )

    @api.readonly
    def action_open_orders(self):
        """The orders of the better product, as far as the user may see them."""
        name = self.env._("Orders of %s", self.better_id.display_name)
        return self._open_orders(name, self.better_id)
