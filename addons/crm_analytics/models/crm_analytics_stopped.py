from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmAnalyticsStopped(models.Model):
    """A product that a customer used to buy, and should have bought again by now.

    Filled by set-based SQL only, every night; see `crm_analytics_stopped_refresh.py`.
    """

    _name = "crm.analytics.stopped"
    _description = "Product No Longer Bought"
    _inherit = ["crm.analytics.refreshed.mixin", "crm.tier.document.mixin"]
    _rec_name = "product_id"
    _order = "revenue_12m desc, id"
    _log_access = False
    _refresh_codes = ("customer_day_rebuild", "analytics_stopped")

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    categ_id = fields.Many2one(related="product_id.categ_id")
    last_day = fields.Date("Last Bought", readonly=True)
    purchase_days = fields.Integer(
        "Purchases", readonly=True, help="Days on which the customer bought it."
    )
    rhythm_days = fields.Float(
        "Rhythm (Days)",
        readonly=True,
        aggregator="avg",
        help="Median of the days from one purchase of the product to the next.",
    )
    overdue_factor = fields.Float(
        "Overdue",
        readonly=True,
        aggregator="avg",
        help="Days since the last purchase of it in rhythms: 2 is one rhythm late.",
    )
    revenue_12m = fields.Monetary(
        "Year's Revenue",
        readonly=True,
        help="What was invoiced of it, less credit notes and before taxes, from "
        "twelve months before the last purchase on.",
    )
    still_buys = fields.Boolean(
        "Still Active",
        readonly=True,
        help="Its last purchase of anything is no longer ago than usual for it, so it "
        "is this product and not the customer that is being lost.",
    )
    as_of = fields.Date(
        readonly=True, help="Day to which the figures of this row refer."
    )

    # A constraint, not a unique index: merging partners looks for constraints.
    _partner_product_uniq = models.Constraint(
        "UNIQUE (partner_id, company_id, product_id)",
        "A customer has one row per company and product.",
    )
    _company_revenue_idx = models.Index("(company_id, revenue_12m DESC, id)")

    def action_create_activities(self):
        """Ask the salesperson of each customer why."""
        if not self:
            raise UserError(self.env._("Choose the rows first."))
        self.check_access("read")
        customers = self.env["crm.analytics.customer"].search(
            [("partner_id", "in", self.partner_id.ids)]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_analytics.crm_analytics_activity_action"
        )
        companies = self.company_id
        return action | {
            "context": {
                "default_customer_ids": customers.filtered(
                    lambda row: row.company_id in companies
                ).ids,
                "default_summary": self.env._("Has stopped buying"),
                "default_stopped_ids": self.ids,
            },
        }

    def action_new_quotation(self):
        """A quotation of what one customer used to buy, not saved yet."""
        self.check_access("read")
        if len(self.partner_id) != 1 or len(self.company_id) != 1:
            raise UserError(
                self.env._("Choose what one customer has stopped buying first.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Quotation"),
            "res_model": "sale.order",
            "views": [[False, "form"]],
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
                "default_order_line": [
                    [0, 0, {"product_id": product.id, "product_uom_qty": 1}]
                    for product in self.product_id
                ],
            },
        }

    @api.readonly
    def action_open_orders(self):
        """The customer's orders of the product, of those one may see."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return action | {
            "name": self.product_id.display_name,
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "child_of", self.partner_id.ids),
                ("state", "=", "sale"),
                ("order_line.product_id", "=", self.product_id.id),
            ],
            "context": {},
        }

    def _activity_note(self):
        """Why somebody should call."""
        return self.env._(
            "%(product)s: last bought on %(day)s, before that every %(rhythm)d days.",
            product=self.product_id.display_name,
            day=fields.Date.to_string(self.last_day),
            rhythm=self.rhythm_days,
        )
