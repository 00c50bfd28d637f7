from datetime import timedelta

from babel.dates import format_timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import babel_locale_parse
from odoo.tools.misc import get_lang

DOTS = 5
STEPS = {
    "to_source": 1,
    "to_do": 1,
    "buying": 2,
    "making": 2,
    "in_stock": 3,
    "picking": 3,
    "shipped": 4,
    "delivered": DOTS,
    "invoiced": DOTS,
    "paid": DOTS,
}


class CrmOrderTrace(models.Model):
    """What a customer, and its distributor, may know of an order line.

    Customers have no access to traces: a controller reads as superuser what
    `_portal_domain` lets it, and shows what `_portal_row` gives. Neither names one of
    our documents but the customer's own order.
    """

    _name = "crm.order.trace"
    _inherit = ["crm.order.trace"]

    @api.model
    def _portal_domain(self, partner):
        """Lines of the partner's company, and of the end customers that let it see
        theirs today.
        """
        own = partner.commercial_partner_id
        domain = Domain("partner_id.commercial_partner_id", "=", own.id)
        for company, customers in self._end_customers(own).items():
            domain |= Domain("company_id", "=", company.id) & Domain(
                "partner_id.commercial_partner_id", "in", customers.ids
            )
        return domain & Domain("company_id", "in", self.env.companies.ids)

    def _end_customers(self, distributor):
        """By company, the customers whose orders this distributor may follow today."""
        shared = self.env["crm.partner.relation"].sudo()
        relations = shared.search(
            [
                ("type_id.code", "=", "distributor"),
                ("shares_orders", "=", True),
                ("partner_id.commercial_partner_id", "=", distributor.id),
            ]
        )
        if not relations:
            return {}
        return {
            company: relations._sharing_in(company).commercial_partner_id
            for company in self.env.companies
        }

    def _portal_row(self, viewer):
        """What the list says of one line, to somebody of the partner `viewer`."""
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        return {
            "id": self.sale_line_id.id,
            "product": self.product_id.display_name,
            "order": self.order_id.name,
            "reference": self.order_id.client_order_ref or "",
            "customer": customer.name if customer != viewer else "",
            "quantity": self._portal_quantity(),
            "step": STEPS.get(self.stage, 0),
            "stage": self._portal_stage(),
            "promise": self.promise_date,
            "expected": self.expected_date,
            "finished": self.is_finished,
            "late": self.is_late,
            "when": self._relative_day(self.expected_date),
            "reason": self._portal_reason(),
        }

    def _portal_quantity(self):
        unit = self.product_uom_id.name or ""
        ordered = f"{round(self.qty_ordered, 3):g}"
        if not 0 < self.qty_delivered < self.qty_ordered:
            return f"{ordered} {unit}"
        return self.env._(
            "%(delivered)s of %(ordered)s %(unit)s delivered",
            delivered=f"{round(self.qty_delivered, 3):g}",
            ordered=ordered,
            unit=unit,
        )

    def _portal_stage(self):
        stages = {
            "to_source": self.env._("Ordered"),
            "to_do": self.env._("Ordered"),
            "buying": self.env._("On its way to us"),
            "making": self.env._("Being made"),
            "in_stock": self.env._("In our warehouse"),
            "picking": self.env._("Being packed"),
            "shipped": self.env._("On its way to you"),
            "cancelled": self.env._("Cancelled"),
        }
        return stages.get(self.stage, self.env._("Delivered"))

    def _portal_reason(self):
        """Why the customer waits, in a sentence without a name of ours."""
        if self.is_finished or not (self.is_late or not self.expected_date):
            return ""
        overdue = self.cause_reason == "overdue"
        reasons = {
            "receipt": self.env._("A delivery from our supplier is overdue.")
            if overdue
            else self.env._("Our supplier delivers later than planned."),
            "request": self.env._("Our supplier has not confirmed a date yet."),
            "production": self.env._("Production takes longer than planned."),
            "shortage": self.env._("It is out of stock, and we are getting it."),
            "transfer": self.env._("We are behind in our warehouse."),
            "order": self.env._("We are still arranging it."),
        }
        ask = self.env._("Please ask us about this order.")
        return reasons.get(self.cause_kind, ask)

    def _relative_day(self, date):
        """In how many days, in words."""
        if not date:
            return ""
        days = (date - self._today()).days
        if not days:
            return self.env._("today")
        return format_timedelta(
            timedelta(days=days),
            granularity="day",
            threshold=1000,
            add_direction=True,
            locale=babel_locale_parse(get_lang(self.env).code),
        )

    def _portal_shipments(self):
        """The deliveries of a line, done and to come, and what came back."""
        moves = self.sale_line_id.move_ids.filtered(
            lambda move: (
                move.state not in ("cancel", "draft")
                and "customer" in (move.location_id.usage, move.location_dest_id.usage)
            )
        )
        shipments = moves.grouped("picking_id")
        return [
            self._portal_shipment(transfer, part)
            for transfer, part in sorted(
                shipments.items(), key=lambda item: min(item[1].mapped("date"))
            )
        ]

    def _portal_shipment(self, transfer, moves):
        done = all(move.state == "done" for move in moves)
        shipped = self._company_day(max(moves.mapped("date")), self.company_id)
        reference, url = transfer._portal_tracking()
        return {
            "done": done,
            "returned": all(move.location_id.usage == "customer" for move in moves),
            "date": shipped if done else self.expected_date,
            "goods": [self._portal_goods(move) for move in moves],
            "tracking": reference,
            "url": url,
        }

    def _portal_goods(self, move):
        quantity = move.quantity if move.state == "done" else move.product_uom_qty
        goods = f"{round(quantity, 3):g} {move.product_uom.name}"
        if move.product_id == self.product_id:
            return goods
        return f"{goods} {move.product_id.name}"

    def _portal_promises(self):
        """Every day that was promised, the newest first, and when that was."""
        promises = self.env["crm.order.promise"].search(
            [("sale_line_id", "=", self.sale_line_id.id)]
        )
        return [
            {
                "told": self._company_day(promise.create_date, self.company_id),
                "before": promise.previous_date,
                "promise": promise.date,
            }
            for promise in promises
        ]
