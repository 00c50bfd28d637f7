from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools import babel_locale_parse, get_lang
from odoo.tools.date_utils import end_of

from odoo.addons.crm_relationship.models.history_many2one import HistoryMany2one

MANAGER = "crm_analytics.group_crm_analytics_manager"


class CrmAnalyticsProductMonth(models.Model):
    """What was sold of a product to the customers of a region in a month.

    It has all customers' sales in it, so only who may see these reads it. Filled by
    set-based SQL only; see `crm_analytics_product_refresh.py`.
    """

    _name = "crm.analytics.product.month"
    _description = "Product Sales by Region and Month"
    _inherit = ["crm.analytics.refreshed.mixin"]
    _order = "month desc, revenue desc, id"
    _rec_name = "product_id"
    _log_access = False
    _refresh_codes = ("customer_day_rebuild", "analytics_product_rebuild")

    company_id = HistoryMany2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(
        required=True, readonly=True, help="The first day of the month of the invoices."
    )
    month_name = fields.Char("Period", compute="_compute_month_name")
    product_id = fields.Many2one(
        "product.product",
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Empty for invoice lines without a product.",
    )
    categ_id = fields.Many2one(related="product_id.categ_id")
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    country_id = fields.Many2one(
        "res.country",
        readonly=True,
        ondelete="cascade",
        help="Country of the customer's company or household, as it is today.",
    )
    state_id = fields.Many2one(
        "res.country.state",
        "State or Province",
        readonly=True,
        ondelete="cascade",
        help="State of the customer's company or household, as it is today.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="In the product's unit, less what was credited. Lines without a product "
        "have none.",
    )
    revenue = fields.Monetary(
        readonly=True,
        help="Posted invoices less credit notes, before taxes, in company currency.",
    )
    refunds = fields.Monetary(
        readonly=True, help="Posted credit notes, before taxes, as a positive amount."
    )
    margin = fields.Monetary(
        readonly=True,
        groups=MANAGER,
        help="Revenue less the cost of what was invoiced.",
    )
    line_count = fields.Integer("Invoice Lines", readonly=True)
    customer_count = fields.Integer(
        "Customers",
        readonly=True,
        aggregator=None,
        help="Customers with an invoice of it. They are not added up: one may buy "
        "several products, or in several months.",
    )

    _key_uniq = models.UniqueIndex(
        "(company_id, month, product_id, country_id, state_id) NULLS NOT DISTINCT"
    )

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_month_name(self):
        locale = babel_locale_parse(get_lang(self.env).code)
        for row in self:
            row.month_name = row.month and format_skeleton(
                "yMMM", row.month, locale=locale
            )

    @api.readonly
    def action_open_customers(self):
        """The customers with invoices of it."""
        self.ensure_one()
        self.check_access("read")
        names = ("product_id", "country_id", "state_id")
        figures = self.env["crm.analytics.customer"]
        return figures.with_company(self.company_id)._action_buyers(
            {name: self[name].id for name in names}
            | {"first": self.month, "last": end_of(self.month, "month")}
        )
