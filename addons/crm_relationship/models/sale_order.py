from odoo import api, fields, models
from odoo.tools import float_compare

from .crm_tier import COMMERCIAL_GROUPS


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.customer.day.document", "crm.tier.document.mixin"]

    tier_discount_warning = fields.Char(
        compute="_compute_tier_discount_warning", groups=COMMERCIAL_GROUPS
    )

    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
    )

    @api.depends("partner_id", "company_id")
    def _compute_payment_term_id(self):
        """The tier's payment terms, where the customer has none of its own."""
        res = super()._compute_payment_term_id()
        for company, orders in (
            self.filtered(lambda order: not order.payment_term_id)
            .grouped("company_id")
            .items()
        ):
            terms = orders.partner_id._tier_benefit("payment_term_id", company)
            for order in orders:
                order.payment_term_id = terms.get(order.partner_id.id, False)
        return res

    @api.depends("tier_id", "state", "order_line.discount")
    def _compute_tier_discount_warning(self):
        digits = self.env["decimal.precision"].precision_get("Discount")
        for order in self:
            limit = order.tier_id.sudo().max_discount
            over = order.order_line.filtered(
                lambda line, limit=limit: (
                    float_compare(line.discount, limit, precision_digits=digits) > 0
                )
            )
            matters = limit and over and order.state in ("draft", "sent")
            order.tier_discount_warning = (
                order._discount_sentence(over, limit) if matters else False
            )

    def _discount_sentence(self, lines, limit):
        highest = max(lines, key=lambda line: line.discount)
        return self.env._(
            "%(discount)s %% discount on %(line)s is more than the %(limit)s %% agreed "
            "for %(tier)s customers.",
            discount=f"{highest.discount:g}",
            line=highest.product_id.display_name or highest.name,
            limit=f"{limit:g}",
            tier=self.tier_id.name,
        )

    @api.model
    def _day_key_fields(self):
        return super()._day_key_fields() | {
            "company_id",
            "date_order",
            "partner_id",
            "state",
        }

    def _day_counted(self):
        return self._day_in_state("sale")
