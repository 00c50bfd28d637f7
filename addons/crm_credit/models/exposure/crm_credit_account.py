from odoo import api, models

from odoo.addons.crm_relationship.models.crm_settled_mixin import Source

SOURCES = {
    "account.move": Source(
        "account_move",
        {
            "amount_total",
            "company_id",
            "currency_id",
            "invoice_date_due",
            "move_type",
            "partner_id",
            "payment_state",
            "state",
        },
    ),
    "account.move.line": Source(
        "account_move_line",
        {
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "company_id",
            "currency_id",
            "date_maturity",
            "move_id",
            "parent_state",
            "partner_id",
            "price_total",
            "product_uom_id",
            "quantity",
            "reconciled",
        },
    ),
    "res.currency.rate": Source(
        "currency", {"company_id", "currency_id", "name", "rate"}
    ),
    # That this is pending makes a reader of figures wait for it.
    "res.partner": Source(None, {"commercial_partner_id"}),
    "sale.order": Source(
        "order",
        {
            "amount_total",
            "commitment_date",
            "company_id",
            "credit_amount_accepted",
            "credit_state",
            "currency_id",
            "date_order",
            "partner_invoice_id",
            "state",
            "validity_date",
        },
    ),
    "sale.order.line": Source(
        "order_line",
        {
            "credit_price_unit",
            "display_type",
            "is_downpayment",
            "order_id",
            "price_total",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "qty_delivered",
            "qty_invoiced",
        },
    ),
    "stock.move": Source(
        "stock_move",
        {
            "location_dest_id",
            "location_final_id",
            "product_uom",
            "product_uom_qty",
            "sale_line_id",
            "state",
        },
    ),
}


class CrmCreditAccount(models.Model):
    """What an exposure is made of."""

    _inherit = "crm.credit.account"  # pylint: disable=consider-merging-classes-inherited

    _touch_kinds = (
        "account",  # everything about these files
        "account_move",
        "account_move_line",
        "currency",  # files with documents in these currencies
        "limit",  # the limits of these files
        "order",
        "order_line",
        "stock_move",
    )

    @api.model
    def _sources(self):
        return super()._sources() | SOURCES
