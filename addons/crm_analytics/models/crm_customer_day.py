from odoo import api, fields, models
from odoo.tools import SQL

from .crm_customer_day_source import (
    DELIVERIES,
    LATE_PAYMENTS,
    PAYMENTS,
    PICKS,
    RECEIPTS,
    VISITS,
)

# The scheduled jobs that read the days, in the order in which they read each other.
FOLLOWERS = (
    "ir_cron_analytics_customer",
    "ir_cron_analytics_product",
    "ir_cron_analytics_stopped",
)


class CrmCustomerDay(models.Model):
    """What was done for a customer, and how it paid; `docs/mart.md` has the details.

    Every change of a customer's days queues the customer's figures, and every day that
    was computed the month's figures by product.
    """

    _inherit = "crm.customer.day"

    delivery_count = fields.Integer(
        "Deliveries",
        readonly=True,
        help="Transfers to the customer, on the day they were done.",
    )
    late_delivery_count = fields.Integer(
        "Late Deliveries",
        readonly=True,
        help="Deliveries done on a day after their deadline, which is what was "
        "promised.",
    )
    pick_count = fields.Integer(
        "Picks",
        readonly=True,
        help="Done operations of deliveries: one for each product, lot and location "
        "from which it was taken.",
    )
    return_count = fields.Integer(
        "Returns", readonly=True, help="Done transfers from the customer."
    )
    visit_count = fields.Integer(
        "Visits",
        readonly=True,
        help="Meetings with the customer's people, each counted once. Planned ones "
        "count on the day for which they are planned.",
    )
    paid = fields.Monetary(
        readonly=True,
        help="What payments and bank statements settled of the customer's "
        "receivables, less what was paid back, in company currency.",
    )
    overdue_amount_days = fields.Monetary(
        readonly=True,
        help="Amount × days after its due date, of what was paid late, on the day of "
        "the payment, in company currency.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        days = super().create(vals_list)
        days._touch_figures(days.partner_id.ids)
        return days

    def write(self, vals):
        self._touch_figures(self.partner_id.ids)
        return super().write(vals)

    def unlink(self):
        self._touch_figures(self.partner_id.ids)
        return super().unlink()

    @api.model
    def _is_leaving(self):
        return self.env["ir.module.module"]._is_leaving(("crm_analytics",))

    @api.model
    def _day_columns(self):
        if self._is_leaving():
            return super()._day_columns()
        return (
            *super()._day_columns(),
            "delivery_count",
            "late_delivery_count",
            "pick_count",
            "return_count",
            "visit_count",
            "paid",
            "overdue_amount_days",
        )

    @api.model
    def _day_sources(self):
        if self._is_leaving():
            return super()._day_sources()
        return super()._day_sources() | {
            "deliveries": DELIVERIES,
            "picks": PICKS,
            "visits": VISITS,
            "receipts": RECEIPTS,
            "payments": PAYMENTS,
            "late_payments": LATE_PAYMENTS,
        }

    @api.model
    def _touch_entities(self, partner_ids):
        """A merge moves days from customer to customer before they are refreshed."""
        self._touch_figures(partner_ids)
        return super()._touch_entities(partner_ids)

    @api.model
    def _touch_figures(self, partner_ids):
        if not self._is_leaving():
            self.env["crm.analytics.customer"]._touch(partner_ids)

    def _on_written_sql(self):
        if self._is_leaving():
            return super()._on_written_sql()
        return [
            *super()._on_written_sql(),
            SQL(
                """INSERT INTO crm_analytics_customer_touch (partner_id)
                SELECT DISTINCT partner_id FROM written"""
            ),
            self.env["crm.analytics.product.month"]._touch_sql(
                SQL("SELECT company_id, day FROM computed")
            ),
        ]

    def _rebuilt(self, run):
        """Months of which nothing is left are not among those computed."""
        res = super()._rebuilt(run)
        if not self._is_leaving():
            self.env["crm.analytics.product.month"]._touch_all()
            if run._commits():
                self._trigger_followers()
        return res

    @api.model
    def _trigger_followers(self):
        """The scheduled jobs that waited for the days."""
        for name in FOLLOWERS:
            cron = self.env.ref(f"crm_analytics.{name}", raise_if_not_found=False)
            if cron:  # an administrator may have removed it
                cron.sudo()._trigger()
