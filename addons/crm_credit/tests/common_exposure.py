"""A seller, its debtor, and the words in which stories of exposure are told."""

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.sale.tests.common import TestSaleCommon

FIGURES = {
    "not_due": "exposure_receivable_not_due",
    "due": "exposure_receivable_due",
    "unallocated": "exposure_unallocated",
    "draft": "exposure_draft_invoice",
    "delivered": "exposure_delivered",
    "ordered": "exposure_ordered",
    "quotation": "exposure_quotation",
    "uncleared": "exposure_uncleared",
}
COMPONENTS = {
    "receivable": ("not_due", "due"),
    "draft_invoice": ("draft",),
} | {
    name: (name,)
    for name in ("unallocated", "delivered", "ordered", "quotation", "uncleared")
}


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")
class ExposureCase(TestSaleCommon):
    """Monday, 16 March 2026. One debtor, all prices 100 plus 15 % tax."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("crm_credit.group_crm_credit_manager")
        cls.company = cls.env.company
        cls.company.partner_id.tz = "UTC"
        cls.tax = cls.company.account_sale_tax_id
        cls.tax.write({"amount": 15, "price_include_override": "tax_excluded"})
        cls.goods = cls.new_product("Goods", "consu", "delivery")
        cls.prepaid = cls.new_product("Prepaid goods", "consu", "order")
        cls.service = cls.new_product("Service", "service", "order")
        cls.work = cls.new_product("Work", "service", "delivery")
        cls.debtor, cls.account = cls.new_debtor("Debtor")

    @classmethod
    def new_product(cls, name, kind, policy, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": kind,
                "invoice_policy": policy,
                "list_price": 100,
                "taxes_id": [Command.set(cls.tax.ids)],
            }
            | values
        )

    @classmethod
    def new_debtor(cls, name, company=None, **values):
        term = cls.env.ref("account.account_payment_term_30days")
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, "property_payment_term_id": term.id}
            | values
        )
        return partner, cls.new_file(partner, company)

    @classmethod
    def new_file(cls, partner, company=None, **values):
        company = company or cls.env.company
        return cls.env["crm.credit.account"].create(
            {"partner_id": partner.id, "company_id": company.id} | values
        )

    # -- what happens ------------------------------------------------------------------

    def quote(self, *lines, partner=None, **values):
        """A line is a product, a quantity and maybe a price and a discount."""
        partner = partner or self.debtor
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "payment_term_id": partner.property_payment_term_id.id,
                "order_line": [Command.create(self.line(*line)) for line in lines],
            }
            | values
        )

    def sell(self, *lines, **values):
        order = self.quote(*lines, **values)
        order.action_confirm()
        return order

    def line(self, product, quantity, price=100, discount=0):
        return {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "price_unit": price,
            "discount": discount,
        }

    def open_picking(self, order):
        return order.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.picking_type_code == "outgoing"
            )
        )

    def deliver(self, order, *quantities, backorder=True):
        """Without quantities: all that is open."""
        picking = self.open_picking(order)
        for move, quantity in zip(picking.move_ids, quantities, strict=False):
            move.quantity = quantity
        self.validate(picking, backorder)
        return picking

    def validate(self, picking, backorder=True):
        picking.move_ids.picked = True
        picking.with_context(
            skip_backorder=True,
            skip_sms=True,
            picking_ids_not_to_backorder=[] if backorder else picking.ids,
        ).button_validate()

    def take_back(self, picking, quantity, to_refund=True):
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.write(
            {"quantity": quantity, "to_refund": to_refund}
        )
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self.validate(returned)
        return returned

    def invoice(self, order, *quantities, post=True):
        """Without quantities: all that may be invoiced, down payments taken off."""
        invoice = order._create_invoices(final=True)
        lines = invoice.invoice_line_ids.filtered("product_id")
        for line, quantity in zip(lines, quantities, strict=False):
            line.quantity = quantity
        return self.post(invoice) if post else invoice

    def post(self, move):
        move.invoice_date = move.invoice_date or "2026-03-16"
        move.action_post()
        return move

    def down_payment(self, order, post=True, **amount):
        """`amount=30` for a percentage or `fixed_amount=345`, taxes included."""
        method = "percentage" if "amount" in amount else "fixed"
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_ids=order.ids)
            .create({"advance_payment_method": method} | amount)
        )
        invoice = wizard._create_invoices(order)
        return self.post(invoice) if post else invoice

    def bill(self, amount, move_type="out_invoice", post=True, **values):
        """An invoice without an order; the amount before 15 % tax."""
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.debtor.id,
                "invoice_date": "2026-03-16",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Fee",
                            "price_unit": amount,
                            "tax_ids": [Command.set(self.tax.ids)],
                        }
                    )
                ],
            }
            | values
        )
        return self.post(move) if post else move

    def credit_note(self, invoice, *quantities, post=True):
        """From the invoice, as the wizard makes it."""
        note = self._reverse_invoice(invoice)
        lines = note.invoice_line_ids.filtered(lambda line: line.quantity)
        for line, quantity in zip(lines, quantities, strict=False):
            line.quantity = quantity
        return self.post(note) if post else note

    def pay(self, invoice, amount=None):
        values = {"payment_date": "2026-03-16"} | ({"amount": amount} if amount else {})
        return self._register_payment(invoice, **values)

    def receive(self, amount, **values):
        """Money that nobody has matched with an invoice."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.debtor.id,
                "amount": amount,
                "date": "2026-03-16",
            }
            | values
        )
        payment.action_post()
        return payment

    def match(self, *moves):
        lines = self.env["account.move.line"].union(*(move.line_ids for move in moves))
        lines.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()

    # -- what it comes to --------------------------------------------------------------

    def assertExposure(self, account=None, message=None, **expected):
        """All components, to the cent; those that are not named are zero.

        The sum, and the documents behind the figures, must say the same.
        """
        account = account or self.account
        figures = {
            name: round(account[field], 2) + 0.0 for name, field in FIGURES.items()
        }
        expected = dict.fromkeys(FIGURES, 0.0) | expected
        self.assertEqual(figures, expected, message)
        self.assertAlmostEqual(account.exposure, sum(expected.values()), 2, msg=message)
        self.assertDocuments(account, expected, message)

    def assertDocuments(self, account, expected, message=None):
        today = account._credit_today()
        rows = self.env["crm.credit.exposure"].search(
            [
                ("account_id", "=", account.id),
                "|",
                ("counts_from", "=", False),
                ("counts_from", "<=", today),
                "|",
                ("counts_until", "=", False),
                ("counts_until", ">=", today),
            ]
        )
        for component, names in COMPONENTS.items():
            amount = sum(
                rows.filtered(lambda row, c=component: row.component == c).mapped(
                    "amount"
                )
            )
            self.assertAlmostEqual(
                amount, sum(expected[name] for name in names), 2, msg=message
            )
