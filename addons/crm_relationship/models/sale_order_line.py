from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "crm.customer.day.document"]

    promise_date = fields.Date(
        "Promised",
        copy=False,
        index="btree_not_null",
        help="The day promised to the customer. Each change is kept.",
    )

    _crm_write_date_idx = models.Index(
        "USING brin (write_date) WITH (pages_per_range = 8, autosummarize = on)"
    )

    def action_open_chain(self):
        self.ensure_one()
        return self.env["crm.order.trace"]._chain_action(self.id)

    @api.model
    def _day_key_fields(self):
        return super()._day_key_fields() | {
            "display_type",
            "is_downpayment",
            "order_id",
        }
