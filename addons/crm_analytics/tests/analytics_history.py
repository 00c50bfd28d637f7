"""What else can happen to customers: deliveries, payments and meetings."""

from datetime import UTC
from math import ceil
from unittest.mock import patch
from zoneinfo import ZoneInfo

from odoo import Command

from odoo.addons.crm_relationship.tests.mart_history import (
    AMOUNTS,
    COUNTS,
    MartHistoryCase,
)

MONEY = ("bank", "cash", "credit")
STEPS = (
    "change_due",
    "deliver",
    "drop_meeting",
    "give_transfer_away",
    "leave_meeting",
    "meet",
    "pay",
    "receive",
    "redate_meeting",
    "redate_transfer",
    "transfer",
    "undo_payment",
)


class AnalyticsHistoryCase(MartHistoryCase):
    counts = (
        *COUNTS,
        "delivery_count",
        "late_delivery_count",
        "pick_count",
        "return_count",
        "visit_count",
    )
    amounts = (*AMOUNTS, "paid", "overdue_amount_days")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("stock.group_stock_manager")
        cls.env.user.group_ids += cls.env.ref("account.group_account_invoice")
        # payments of the first company make entries, those of the other one do not, as
        # where an addon for bank reconciliation is installed
        cls.startClassPatcher(
            patch.object(
                type(cls.env["account.move"]),
                "_get_invoice_in_payment_state",
                lambda move: "in_payment",
            )
        )
        outstanding = cls.env["account.account"].create(
            {
                "name": "Outstanding Receipts",
                "code": "CRMOUT",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )
        journals = cls.env["account.journal"].search(
            [("type", "in", MONEY), ("company_id", "=", cls.env.company.id)]
        )
        methods = "inbound_payment_method_line_ids", "outbound_payment_method_line_ids"
        for name in methods:
            journals[name].payment_account_id = outstanding
        cls.customers = cls.env.ref("stock.stock_location_customers")
        # without a term an invoice is due today, years after its payments
        cls.term = cls.env["account.payment.term"].create(
            {
                "name": "Half now, half in two days",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": 0}),
                    Command.create({"value_amount": 50, "nb_days": 2}),
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.transfers = self.env["stock.picking"]
        self.payments = self.env["account.payment"]
        self.meetings = self.env["calendar.event"]

    def create_partners(self):
        partners = super().create_partners()
        for company in self.companies:
            partners.with_company(company).property_payment_term_id = self.term
        return partners

    # -- what can happen ---------------------------------------------------------------

    def do_change_order(self, one, two):
        """Not to less than was delivered, which Odoo refuses."""
        line = self.pick(self.orders, one).order_line[:1]
        return super().do_change_order(one, max(two, ceil(line.qty_delivered)))

    def do_deliver(self, one, two):
        order = self.pick(self.orders, one)
        transfers = order.picking_ids.filtered(lambda t: t.state == "assigned")
        for transfer in transfers[:1]:
            transfer.move_ids.date_deadline = self.moment(one)
            self.finish(transfer, two)

    def do_transfer(self, one, two):
        """By hand, without an order: out, or back."""
        company = self.companies[one % 2]
        kind = ("outgoing", "incoming")[two % 2]
        kind = self.env["stock.picking.type"].search(
            [("code", "=", kind), ("company_id", "=", company.id)], limit=1
        )
        stock = kind.warehouse_id.lot_stock_id
        places = (stock, self.customers)
        origin, destination = places[:: -1 if two % 2 else 1]
        transfer = self.transfers.with_company(company).create(
            {
                "picking_type_id": kind.id,
                "partner_id": self.pick(self.partners, two).id,
                "location_id": origin.id,
                "location_dest_id": destination.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.article.id,
                            "product_uom_qty": 1 + number,
                            "location_id": origin.id,
                            "location_dest_id": destination.id,
                            "date_deadline": self.moment(one),
                        }
                    )
                    for number in range(1 + one % 2)
                ],
            }
        )
        transfer.action_confirm()
        self.finish(transfer, two)

    def finish(self, transfer, two):
        for move in transfer.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        transfer._action_done()
        transfer.date_done = self.moment(two)
        self.transfers |= transfer

    def do_redate_transfer(self, one, two):
        self.pick(self.transfers, one).date_done = self.moment(two)

    def do_give_transfer_away(self, one, two):
        self.pick(self.transfers, one).partner_id = self.pick(self.partners, two)

    def do_pay(self, one, two):
        open_invoices = self.moves.exists().filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and move.amount_residual > 0
            )
        )
        move = self.pick(open_invoices, one)
        if move:
            wizard = (
                self.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=move.ids)
                .create({"payment_date": self.day(two)})
            )
            wizard.amount = wizard.amount / (1 + one % 2)
            self.payments |= wizard._create_payments()

    def do_receive(self, one, two):
        """Of no invoice, or paid back."""
        company = self.companies[one % 2]
        journal = self.env["account.journal"].search(
            [("type", "in", MONEY), ("company_id", "=", company.id)], limit=1
        )
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.pick(self.partners, two).id,
                "journal_id": journal.id,
                "payment_type": "outbound" if two % 3 == 0 else "inbound",
                "partner_type": "customer",
                "amount": 11.11 + one,
                "date": self.day(two),
                "currency_id": (
                    self.foreign if one % 3 == 0 else company.currency_id
                ).id,
            }
        )
        payment.action_post()
        self.payments |= payment

    def do_undo_payment(self, one, two):
        payment = self.pick(self.payments, one)
        if payment.state in ("in_process", "paid"):
            payment.action_draft()
            if two % 2:
                payment.date = self.day(two)
                payment.action_post()

    def do_change_due(self, one, two):
        move = self.pick(self.moves, one)
        if move.state == "posted" and move.move_type == "out_invoice":
            due = move.line_ids.filtered(lambda line: line.date_maturity)
            due.date_maturity = self.day(two)

    def do_meet(self, one, two):
        people = self.pick(self.partners, one) | self.pick(self.partners, two)
        people |= self.env.user.partner_id
        self.meetings |= self.env["calendar.event"].create(
            {
                "name": "Meeting",
                "start": self.moment(two),
                "stop": self.moment(two),
                "allday": one % 4 == 0,
                "partner_ids": [Command.set(people.ids)],
            }
        )

    def do_leave_meeting(self, one, two):
        attendees = self.pick(self.meetings, one).attendee_ids
        attendee = self.pick(attendees, two)
        if one % 2:
            attendee.state = "declined" if attendee.state != "declined" else "accepted"
        else:
            attendee.event_id.partner_ids -= attendee.partner_id

    def do_redate_meeting(self, one, two):
        meeting = self.pick(self.meetings, one)
        meeting.write({"start": self.moment(two), "stop": self.moment(two)})

    def do_drop_meeting(self, one, two):
        meeting = self.pick(self.meetings, one)
        if two % 2:
            meeting.unlink()
        else:
            meeting.active = not meeting.active

    # -- what the mart should say ------------------------------------------------------

    def expected(self):
        days = super().expected()
        self.add_transfers(days)
        self.add_visits(days)
        self.add_money(days)
        return days

    def local(self, company, moment):
        zone = ZoneInfo(company.partner_id.tz or "UTC")
        return moment.replace(tzinfo=UTC).astimezone(zone).date()

    def add_transfers(self, days):
        for transfer in (
            self.env["stock.picking"].sudo().search([("state", "=", "done")])
        ):
            out = transfer.location_dest_id.usage == "customer"
            back = transfer.location_id.usage == "customer"
            partner = transfer.sale_id.partner_id or transfer.partner_id
            if out == back or not partner:
                continue
            company = transfer.company_id
            done = self.local(company, transfer.date_done)
            day = days[company.id, self.entity(partner).id, done]
            day["return_count"] += back
            if out:
                deadline = transfer.date_deadline
                day["delivery_count"] += 1
                day["late_delivery_count"] += bool(
                    deadline and done > self.local(company, deadline)
                )
                day["pick_count"] += len(
                    transfer.move_line_ids.filtered(
                        lambda line: (
                            line.state == "done"
                            and line.location_id.usage == "internal"
                        )
                    )
                )

    def add_visits(self, days):
        colleagues = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search([("share", "=", False)])
            .partner_id
        )
        for event in self.env["calendar.event"].sudo().search([]):
            company = event.opportunity_id.company_id or event.user_id.company_id
            if not company:
                continue
            day = event.start_date if event.allday else self.local(company, event.start)
            people = event.attendee_ids.filtered(lambda a: a.state != "declined")
            people = people.partner_id - colleagues
            for entity in {self.entity(person) for person in people}:
                days[company.id, entity.id, day]["visit_count"] += 1

    def add_money(self, days):
        lines = self.env["account.move.line"].sudo()
        for line in lines.search([("account_type", "=", "asset_receivable")]):
            if line.parent_state != "posted" or not line.partner_id:
                continue
            entity = self.entity(line.partner_id).id
            if line.journal_id.type in MONEY:
                days[line.company_id.id, entity, line.date]["paid"] -= line.balance
            if line.move_id.move_type not in ("out_invoice", "out_receipt"):
                continue
            for part in line.matched_credit_ids:
                late = (part.max_date - line.date_maturity).days
                paying = part.credit_move_id.move_id
                if paying.state != "posted" or paying.journal_id.type not in MONEY:
                    continue
                if late > 0:
                    day = days[line.company_id.id, entity, part.max_date]
                    day["overdue_amount_days"] += part.amount * late
        for payment in self.env["account.payment"].sudo().search([]):
            if (
                payment.state in ("in_process", "paid")
                and not payment.move_id
                and payment.partner_type == "customer"
                and payment.partner_id
            ):
                entity = self.entity(payment.partner_id).id
                day = days[payment.company_id.id, entity, payment.date]
                day["paid"] += payment.amount_company_currency_signed
