"""What debtors owe, found out record by record: slow, and independent of the SQL."""

from collections import Counter
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from odoo.fields import Datetime

from .common_exposure import FIGURES, ExposureCase


class ExposureOracleCase(ExposureCase):
    """`partners`: everybody whose documents there are. `accounts`: their files."""

    # -- what there is ----------------------------------------------------------------

    def pick(self, records, number):
        return records[number % len(records)] if records else records

    def orders(self, *domain):
        return self.env["sale.order"].search(
            [("partner_id", "in", self.partners.ids), *domain], order="id"
        )

    def moves(self, *domain):
        return self.env["account.move"].search(
            [
                ("partner_id", "in", self.partners.ids),
                ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                *domain,
            ],
            order="id",
        )

    def payments(self, *domain):
        return self.env["account.payment"].search(
            [("partner_id", "in", self.partners.ids), *domain], order="id"
        )

    def order(self, number, *domain):
        order = self.pick(self.orders(*domain), number)
        return order.with_company(order.company_id)

    def move(self, number, *domain):
        move = self.pick(self.moves(*domain), number)
        return move.with_company(move.company_id)

    # -- what they owe ------------------------------------------------------------

    def stored(self, account):
        return {name: round(account[field], 2) for name, field in FIGURES.items()}

    def expected(self, account):
        owed = Counter()
        for name, document, amount, currency in self.documents(account):
            owed[name] += self.in_file(account, document, amount, currency)
        return {name: round(owed[name], 2) + 0.0 for name in FIGURES}

    def in_file(self, account, company, amount, currency):
        """From the document by way of the books into the file's currency."""
        today = self.today(company)
        books = currency._convert(amount, company.currency_id, company, today)
        return company.currency_id._convert(books, account.currency_id, company, today)

    def documents(self, account):
        company = account.company_id
        for order in self.orders(("company_id", "=", company.id)):
            if self.entity(order.partner_invoice_id) == account.partner_id:
                for name, amount in self.order_parts(order).items():
                    yield name, company, amount, order.currency_id
        for move in self.moves(
            ("company_id", "=", company.id), ("state", "=", "draft")
        ):
            if (
                self.entity(move.partner_id) == account.partner_id
                and move.move_type != "out_refund"
            ):
                yield "draft", company, max(move.amount_total, 0), move.currency_id
        for item in self.open_items(account):
            residual = item.amount_residual
            name = "due" if item.date_maturity < self.today(company) else "not_due"
            name = name if residual > 0 else "unallocated"
            yield name, company, residual, company.currency_id
        if company.credit_count_uncleared:
            for item in self.uncleared_items(account):
                yield "uncleared", company, item.amount_residual, company.currency_id

    def order_parts(self, order):
        if order.state in ("draft", "sent"):
            return {"quotation": self.quotation(order)}
        if order.state != "sale":
            return {}
        company = order.company_id
        lines = order.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )
        ordered = sum(map(self.still_ordered, lines)) - self.paid_in_advance(order)
        if not any(map(self.has_begun, lines)):  # the cents of taxes on the whole
            ordered += order.amount_total - sum(lines.mapped("price_total"))
        delivered = sum(map(self.delivered_only, lines))
        parts = {
            "ordered": max(ordered + min(delivered, 0), 0),
            "delivered": max(delivered + min(ordered, 0), 0),
        }
        if company.credit_horizon_days and order.commitment_date:
            last = self.today(company) + timedelta(days=company.credit_horizon_days)
            if self.day(company, order.commitment_date) > last:
                parts["ordered"] = 0
        return parts

    def quotation(self, order):
        valid = order.validity_date
        counts = order.company_id.credit_count_quotations and (
            not valid or valid >= self.today(order.company_id)
        )
        return max(order.amount_total, 0) if counts else 0

    def price(self, line, quantity):
        if line.product_uom_qty:
            amount = line.price_total * quantity / line.product_uom_qty
        else:
            amount = (
                quantity
                * line.tax_ids.compute_all(
                    line.price_unit * (1 - line.discount / 100), line.currency_id
                )["total_included"]
            )
        return line.currency_id.round(amount)

    def invoiced(self, line):
        """Pieces in invoices that are not cancelled; a draft credit note frees none."""
        pieces = 0
        for item in line.invoice_lines:
            move = item.move_id
            if move.state != "cancel" and move.move_type == "out_invoice":
                pieces += item.quantity
            elif move.state == "posted" and move.move_type == "out_refund":
                pieces -= item.quantity
        return pieces

    def outgoing(self, line):
        return line.move_ids.filtered(
            lambda move: move.location_dest_id.usage == "customer"
        )

    def has_begun(self, line):
        outgoing = self.outgoing(line)
        closed = outgoing and not set(outgoing.mapped("state")) - {"done", "cancel"}
        return line.qty_delivered or self.invoiced(line) or closed

    def still_ordered(self, line):
        pieces = max(
            line.product_uom_qty - max(line.qty_delivered, self.invoiced(line)), 0
        )
        outgoing = self.outgoing(line)
        if outgoing:
            coming = outgoing.filtered(
                lambda move: move.state not in ("done", "cancel")
            )
            pieces = min(pieces, sum(coming.mapped("product_uom_qty")))
        return self.price(line, pieces)

    def delivered_only(self, line):
        return self.price(line, max(line.qty_delivered - self.invoiced(line), 0))

    def paid_in_advance(self, order):
        amount = 0
        for item in order.order_line.filtered("is_downpayment").invoice_lines:
            move = item.move_id
            if move.state == "posted" and move.move_type == "out_refund":
                amount -= item.price_total
            elif move.state != "cancel" and move.move_type == "out_invoice":
                amount += item.price_total
        return max(amount, 0)

    def open_items(self, account):
        items = self.env["account.move.line"].search(
            [
                ("company_id", "=", account.company_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("partner_id", "in", self.partners.ids),
            ]
        )
        return items.filtered(
            lambda item: (
                item.amount_residual
                and self.entity(item.partner_id) == account.partner_id
            )
        )

    def uncleared_items(self, account):
        payments = self.payments(
            ("company_id", "=", account.company_id.id),
            ("payment_type", "=", "inbound"),
            ("move_id.state", "=", "posted"),
        )
        return payments.move_id.line_ids.filtered(
            lambda item: (
                item.account_id == item.payment_id.outstanding_account_id
                and self.entity(item.partner_id) == account.partner_id
            )
        )

    def entity(self, partner):
        """Not the stored one: found by walking up."""
        while partner.parent_id and not partner.is_company:
            partner = partner.parent_id
        return partner

    def today(self, company):
        return self.day(company, Datetime.now())

    def day(self, company, moment):
        zone = ZoneInfo(company.partner_id.tz)
        return moment.replace(tzinfo=UTC).astimezone(zone).date()

    def assert_owed(self, message):
        for account in self.accounts:
            stored = self.stored(account)
            expected = self.expected(account)
            self.assertEqual(stored, expected, f"{message}: {account.display_name}")
            self.assertAlmostEqual(
                account.exposure, sum(expected.values()), 2, msg=message
            )
            self.assertDocuments(account, expected, message)
