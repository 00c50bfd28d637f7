from odoo import api, fields, models
from odoo.tools.sql import column_exists, create_column


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    credit_price_unit = fields.Float(
        "Unit Price with Taxes",
        compute="_compute_credit_price_unit",
        store=True,
        digits="Product Price",
        groups="sales_team.group_sale_salesman",
        help="Of a line with no ordered quantity, such as goods that were only added "
        "to the delivery: what each delivered unit adds to the debt.",
    )

    _credit_open_idx = models.Index(
        "(order_id) WHERE display_type IS NULL AND (product_uom_qty < 0 "
        "OR qty_invoiced < product_uom_qty OR qty_delivered > qty_invoiced)"
    )

    def _auto_init(self):
        """Only lines without quantity need the price: few, see `post_init_hook`."""
        if not column_exists(self.env.cr, "sale_order_line", "credit_price_unit"):
            create_column(
                self.env.cr, "sale_order_line", "credit_price_unit", "numeric"
            )
        return super()._auto_init()

    @api.depends("product_uom_qty", "price_unit", "discount", "tax_ids", "display_type")
    def _compute_credit_price_unit(self):
        for line in self:
            line.credit_price_unit = line._credit_price_unit()

    def _credit_price_unit(self):
        if self.display_type or self.product_uom_qty:
            return 0.0
        return self.tax_ids.compute_all(
            self.price_unit * (1 - (self.discount or 0.0) / 100),
            self.currency_id,
            1.0,
            product=self.product_id,
            partner=self.order_id.partner_shipping_id,
        )["total_included"]

    def write(self, vals):
        if "invoice_lines" in vals:
            self.env["crm.credit.account"]._touch("order_line", self.ids)
        return super().write(vals)

    def _touch_before(self):
        self.env["crm.credit.account"]._touch("order", self.order_id.ids)
        return super()._touch_before()
