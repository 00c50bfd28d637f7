"""A little world in which anything may happen."""

from datetime import timedelta

from odoo.fields import Command, Datetime
from odoo.tests import freeze_time

from .exposure_oracle import ExposureOracleCase

START = "2026-03-16 15:30:00"
ZONES = {"company": "Asia/Shanghai", "abroad": "America/New_York"}


class ExposureHistoryCase(ExposureOracleCase):
    """Two companies in dollar and euro; orders and invoices also in pound."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2026-01-01", 0.87)])
        cls.pound = cls.setup_other_currency("GBP", rates=[("2026-01-01", 0.71)])
        cls.abroad = cls.setup_other_company(name="Abroad", currency_id=cls.euro.id)[
            "company"
        ]
        cls.companies = cls.company | cls.abroad
        cls.env.user.company_ids |= cls.companies
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.companies.ids}
        )
        for name, zone in ZONES.items():
            getattr(cls, name).partner_id.tz = zone
        tax = cls.abroad.account_sale_tax_id
        tax.write({"amount": 20, "price_include_override": "tax_excluded"})
        cls.products = cls.goods | cls.prepaid | cls.service | cls.work
        cls.products.taxes_id |= tax
        cls.in_pound = cls.env["product.pricelist"].create(
            {"name": "Pound", "currency_id": cls.pound.id}
        )
        cls.entities = cls.debtor | cls.new_debtor("Second")[0]
        cls.contacts = cls.env["res.partner"].create(
            [
                {"name": f"{name} of {entity.name}", "parent_id": entity.id}
                for entity in cls.entities
                for name in ("Buyer", "Payer")
            ]
        )
        cls.partners = cls.entities | cls.contacts
        cls.accounts = cls.env["crm.credit.account"].search(
            [("partner_id", "in", cls.entities.ids)]
        ) | cls.new_file(cls.debtor, cls.abroad)
        cls.accounts |= cls.new_file(cls.entities[1], cls.abroad, currency_id=1)
        cls.accounts[1].currency_id = cls.pound
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.clock = self.startPatcher(freeze_time(START))

    # -- what can happen: an order ----------------------------------------------------

    def do_quote(self, one, two):
        company = self.pick(self.companies, one)
        day = Datetime.now() + timedelta(days=20 * (two % 4), hours=two)
        values = {
            "partner_id": self.pick(self.partners, two).id,
            "partner_invoice_id": self.pick(self.partners, one).id,
            "company_id": company.id,
            "commitment_date": day if one % 2 else False,
            "validity_date": day.date() if two % 2 else False,
            "order_line": [
                Command.create(
                    self.line(
                        self.pick(self.products, number),
                        1 + two % 5,
                        33.33 + number,
                        12.5 if two % 3 == 0 else 0,
                    )
                )
                for number in range(one, one + 1 + two % 3)
            ],
        }
        if one % 3 == 0:
            values["pricelist_id"] = self.in_pound.id
        return self.env["sale.order"].with_company(company).create(values)

    def do_order(self, one, two):
        self.do_quote(one, two).action_confirm()

    def do_confirm(self, one, two):
        self.order(one, ("state", "in", ("draft", "sent"))).action_confirm()

    def do_cancel_order(self, one, two):
        self.order(one, ("state", "=", "sale"))._action_cancel()

    def do_reopen_order(self, one, two):
        self.order(one, ("state", "=", "cancel")).action_draft()

    def do_delete_order(self, one, two):
        self.order(one, ("state", "in", ("draft", "cancel"))).unlink()

    def do_change_quantity(self, one, two):
        self.pick(self.order(one).order_line, two).product_uom_qty = two

    def do_change_price(self, one, two):
        self.pick(self.order(one).order_line, two).price_unit = 7.07 * two

    def do_discount_line(self, one, two):
        line = self.line(self.service, 1, -5.55 * two)
        self.order(one).order_line = [Command.create(line)]

    def do_give_order_away(self, one, two):
        self.order(one).partner_invoice_id = self.pick(self.partners, two)

    def do_promise(self, one, two):
        self.order(one).commitment_date = Datetime.now() + timedelta(days=9 * two)

    def do_lock(self, one, two):
        self.order(one, ("state", "=", "sale")).action_lock()

    # -- goods ------------------------------------------------------------------------

    def do_deliver(self, one, two):
        picking = self.open_picking(self.order(one, ("state", "=", "sale")))[:1]
        for move in picking.move_ids:
            move.quantity = min(two, move.product_uom_qty + 1)
        if picking:
            self.validate(picking, backorder=one % 2)

    def do_work(self, one, two):
        lines = self.order(one, ("state", "=", "sale")).order_line
        lines = lines.filtered(lambda line: line.qty_delivered_method == "manual")
        self.pick(lines, two).qty_delivered = two % 5

    def do_cancel_delivery(self, one, two):
        self.open_picking(self.order(one))[:1].action_cancel()

    def do_return(self, one, two):
        done = self.orders().picking_ids.filtered(
            lambda picking: (
                picking.state == "done" and picking.picking_type_code == "outgoing"
            )
        )
        if done:
            self.take_back(self.pick(done, one), 1 + two % 3, to_refund=two % 2)

    # -- invoices ---------------------------------------------------------------------

    def do_invoice(self, one, two):
        order = self.order(one, ("state", "=", "sale"))
        if order:
            self.invoice(order, *([1] if two % 3 == 0 else []), post=two % 2)

    def do_down_payment(self, one, two):
        order = self.order(one, ("state", "=", "sale"))
        if order:
            self.down_payment(order, post=two % 2, amount=5 + two)

    def do_bill(self, one, two):
        company = self.pick(self.companies, one)
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": self.pick(
                        ("out_invoice", "out_refund", "out_receipt"), two
                    ),
                    "partner_id": self.pick(self.partners, one).id,
                    "currency_id": self.pick(
                        self.pound | company.currency_id, two // 3
                    ).id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.work.id,
                                "price_unit": 11.11 * (two - 1),
                            }
                        )
                    ],
                }
            )
        )
        if two % 2:
            move.action_post()

    def do_post(self, one, two):
        self.move(one, ("state", "=", "draft")).action_post()

    def do_edit_draft(self, one, two):
        move = self.move(one, ("state", "=", "draft"))
        self.pick(move.invoice_line_ids.filtered("product_id"), two).quantity = two % 4

    def do_give_draft_away(self, one, two):
        move = self.move(one, ("state", "=", "draft"))
        move.partner_id = self.pick(self.partners, two)

    def do_reset(self, one, two):
        self.move(one, ("state", "in", ("posted", "cancel"))).button_draft()

    def do_cancel_draft(self, one, two):
        self.move(one, ("state", "=", "draft")).button_cancel()

    def do_delete_draft(self, one, two):
        move = self.move(one, ("state", "=", "draft"))
        move.with_context(force_delete=True).unlink()

    def do_credit_note(self, one, two):
        invoice = self.move(
            one, ("state", "=", "posted"), ("move_type", "=", "out_invoice")
        )
        if invoice:
            self.credit_note(invoice, *([1] if two % 3 == 0 else []), post=two % 2)

    # -- money ------------------------------------------------------------------------

    def do_pay(self, one, two):
        invoice = self.move(
            one,
            ("state", "=", "posted"),
            ("payment_state", "in", ("not_paid", "partial")),
        )
        if invoice:
            self.pay(invoice, round(invoice.amount_residual * (0.1 + 0.1 * two), 2))

    def do_receive(self, one, two):
        company = self.pick(self.companies, one)
        payment = (
            self.env["account.payment"]
            .with_company(company)
            .create(
                {
                    "payment_type": "inbound" if one % 5 else "outbound",
                    "partner_type": "customer",
                    "partner_id": self.pick(self.partners, two).id,
                    "amount": 21.21 * (1 + one),
                    "currency_id": self.pick(self.euro | self.pound, two).id,
                }
            )
        )
        payment.action_post()

    def do_match(self, one, two):
        """Whatever one entity has open in one company."""
        account = self.pick(self.accounts, one)
        self.open_items(account).reconcile()

    def do_unmatch(self, one, two):
        self.move(one, ("state", "=", "posted")).line_ids.remove_move_reconcile()

    def do_cancel_payment(self, one, two):
        payment = self.pick(self.payments(), one)
        payment.action_draft()
        if two % 2:
            payment.action_cancel()

    # -- the rest of the world --------------------------------------------------------

    def do_move_contact(self, one, two):
        contact = self.pick(self.contacts, one)
        contact.parent_id = self.pick(self.entities, two) if two % 3 else False

    def do_change_rate(self, one, two):
        company = self.pick(self.companies, one)
        day = Datetime.now().date() + timedelta(days=two % 3 - 1)
        rates = self.env["res.currency.rate"]
        currency = self.pick(self.pound | self.companies.currency_id, two)
        values = {
            "currency_id": currency.id,
            "company_id": company.id,
            "name": day,
        }
        known = rates.search([(name, "=", value) for name, value in values.items()])
        if known and one % 3 == 0:
            known.unlink()
        elif known:
            known.rate = 0.5 + 0.09 * two
        else:
            rates.create(values | {"rate": 0.5 + 0.09 * one})

    def do_change_settings(self, one, two):
        self.pick(self.companies, one).write(
            {
                "credit_count_quotations": bool(two & 1),
                "credit_count_uncleared": bool(two & 2),
                "credit_horizon_days": (0, 15, 45)[two % 3],
            }
        )

    def do_change_file_currency(self, one, two):
        currencies = self.pound | self.companies.currency_id
        self.pick(self.accounts, one).currency_id = self.pick(currencies, two)

    def do_let_time_pass(self, one, two):
        """A decision, or the nightly pass, moves the calendar."""
        self.clock.move_to(Datetime.now() + timedelta(days=one * 4, hours=two))
        self.accounts._lock_figures()
