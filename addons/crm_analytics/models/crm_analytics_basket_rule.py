from odoo import api, fields, models

from .crm_analytics_customer import MANAGER


class CrmAnalyticsBasketRule(models.Model):
    """Orders with one product often hold another one as well."""

    _name = "crm.analytics.basket.rule"
    _description = "Bought Together"
    _inherit = ["crm.analytics.basket.finding"]
    _order = "lift desc, count desc, id"
    _log_access = False

    product_id = fields.Many2one(string="Orders With")
    also_id = fields.Many2one(
        "product.product",
        "Hold Also",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    count = fields.Integer(
        "Orders", readonly=True, aggregator=None, help="Orders with both products."
    )
    product_orders = fields.Integer(
        "Of", readonly=True, aggregator=None, help="Orders with the first product."
    )
    customers = fields.Integer(
        readonly=True,
        aggregator=None,
        help="How many different customers have both products in an order.",
    )
    support = fields.Float(
        readonly=True,
        digits=False,
        aggregator=None,
        help="Share of all orders that hold both products.",
    )
    confidence = fields.Float(
        readonly=True,
        digits=False,
        aggregator=None,
        help="Of the orders with the first product, the share with the second as well.",
    )
    lift = fields.Float(
        readonly=True,
        digits=False,
        aggregator=None,
        help="How many times as often as by chance; 1 is chance.",
    )
    margin_share = fields.Float(
        "Margin",
        readonly=True,
        digits=False,
        aggregator=None,
        groups=MANAGER,
        help="Of what was invoiced of the second product in the days of the run, the "
        "share that is left after its cost. Empty when nothing was invoiced.",
    )

    _company_product_idx = models.UniqueIndex("(company_id, product_id, also_id)")

    @api.depends("product_id", "also_id")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = self.env._(
                "%(product)s, and %(also)s",
                product=rule.product_id.display_name,
                also=rule.also_id.display_name,
            )

    @api.readonly
    def action_open_orders(self):
        """The orders with both products, as far as the user may see them."""
        return self._open_orders(self.display_name, self.product_id, self.also_id)
