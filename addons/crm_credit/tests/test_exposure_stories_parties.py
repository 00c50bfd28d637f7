from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common_exposure import ExposureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")
class TestExposureStoriesParties(ExposureCase):
    """Who owes, and to which company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other, cls.other_account = cls.new_debtor("Other")

    def child(self, name, parent=None, **values):
        parent = parent or self.debtor
        return self.env["res.partner"].create(
            {"name": name, "parent_id": parent.id} | values
        )

    def use(self, *companies):
        """The same user in more companies."""
        companies = self.company.union(*companies)
        self.env.user.company_ids |= companies
        return self.env(
            context={**self.env.context, "allowed_company_ids": companies.ids}
        )

    # -- who owes ----------------------------------------------------------------------

    def test_contacts_and_addresses_owe_as_their_company(self):
        delivery = self.child("Depot", type="delivery")
        order = self.sell(
            (self.goods, 10),
            partner=self.child("Buyer"),
            partner_shipping_id=delivery.id,
            partner_invoice_id=self.child("Accounts", type="invoice").id,
        )
        self.assertExposure(ordered=1150)
        self.deliver(order)
        self.assertExposure(delivered=1150)
        invoice = self.invoice(order)
        self.assertExposure(not_due=1150)
        self.receive(150, partner_id=self.child("Payer").id)
        self.assertExposure(not_due=1150, unallocated=-150)
        self.assertEqual(invoice.commercial_partner_id, self.debtor)

    def test_who_is_invoiced_owes(self):
        order = self.sell((self.goods, 10), partner_invoice_id=self.other.id)
        self.assertExposure()
        self.assertExposure(self.other_account, ordered=1150)
        self.deliver(order)
        self.assertExposure(self.other_account, delivered=1150)
        self.invoice(order)
        self.assertExposure()
        self.assertExposure(self.other_account, not_due=1150)

    def test_goods_shipped_to_somebody_else_are_owed_by_who_ordered(self):
        order = self.sell((self.goods, 10), partner_shipping_id=self.other.id)
        self.deliver(order)
        self.assertExposure(delivered=1150)
        self.assertExposure(self.other_account)

    def test_order_given_to_another_debtor(self):
        order = self.sell((self.goods, 10))
        order.partner_invoice_id = self.other
        self.assertExposure()
        self.assertExposure(self.other_account, ordered=1150)

    def test_contact_moves_to_another_company(self):
        """What the ledger has booked on a legal entity stays there."""
        buyer = self.child("Buyer")
        values = {"partner": buyer, "partner_invoice_id": buyer.id}
        order = self.sell((self.prepaid, 10), **values)
        self.invoice(order, 4)
        self.invoice(order, 2, post=False)
        self.assertExposure(ordered=460, draft=230, not_due=460)
        buyer.parent_id = self.other
        self.assertExposure(not_due=460)
        self.assertExposure(self.other_account, ordered=460, draft=230)
        buyer.parent_id = False
        self.assertExposure(self.other_account)
        self.assertExposure(self.new_file(buyer), ordered=460, draft=230)

    def test_contact_becomes_a_company_of_its_own(self):
        branch = self.child("Subsidiary")
        self.sell((self.goods, 10), partner=branch)
        self.assertExposure(ordered=1150)
        branch.is_company = True
        self.assertExposure()
        branch.is_company = False
        self.assertExposure(ordered=1150)

    def test_a_company_below_a_company_owes_itself(self):
        subsidiary = self.child("Subsidiary", is_company=True)
        self.sell((self.goods, 10), partner=subsidiary)
        self.assertExposure()
        self.assertExposure(self.new_file(subsidiary), ordered=1150)

    def test_merged_debtors_owe_together(self):
        order = self.sell((self.prepaid, 10), partner=self.other)
        self.invoice(order, 4)
        self.sell((self.goods, 1))
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.debtor | self.other).ids, self.debtor
        )
        self.env.invalidate_all()
        self.assertExposure(ordered=805, not_due=460)

    def test_merged_contacts_of_two_debtors(self):
        mine, theirs = self.child("Mine"), self.child("Theirs", self.other)
        self.sell((self.goods, 10), partner=theirs, partner_invoice_id=theirs.id)
        self.assertExposure(self.other_account, ordered=1150)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (mine | theirs).ids, mine
        )
        self.env.invalidate_all()
        self.assertExposure(self.other_account)
        self.assertExposure(ordered=1150)

    def test_file_opened_later_knows_everything(self):
        partner = self.env["res.partner"].create({"name": "Old customer"})
        order = self.sell((self.prepaid, 10), partner=partner)
        self.invoice(order, 4, post=False)
        self.receive(50, partner_id=partner.id)
        self.assertExposure(
            self.new_file(partner), ordered=690, draft=460, unallocated=-50
        )

    def test_archived_file_opened_again(self):
        self.sell((self.goods, 10))
        self.account.action_archive()
        self.sell((self.goods, 1))
        self.account.action_unarchive()
        self.assertExposure(ordered=1265)

    # -- to whom -----------------------------------------------------------------------

    def test_two_companies_apart(self):
        abroad = self.setup_other_company(name="Abroad")["company"]
        env = self.use(abroad)
        account = self.new_file(self.debtor, abroad)
        order = self.sell((self.goods, 10))
        goods = self.goods.with_env(env).with_company(abroad)
        goods.taxes_id |= abroad.account_sale_tax_id
        abroad.account_sale_tax_id.amount = 20
        theirs = (
            env["sale.order"]
            .with_company(abroad)
            .create(
                {
                    "partner_id": self.debtor.id,
                    "company_id": abroad.id,
                    "order_line": [Command.create(self.line(goods, 2))],
                }
            )
        )
        theirs.action_confirm()
        self.assertExposure(ordered=1150)
        self.assertExposure(account, ordered=240)
        # company A's order while company B is active
        order.with_env(env).with_company(abroad).order_line.price_unit = 200
        self.assertExposure(ordered=2300)
        self.assertExposure(account, ordered=240)
        self.deliver(theirs)
        self.invoice(theirs)
        self.assertExposure(ordered=2300)
        self.assertExposure(account, not_due=240)

    def test_two_companies_in_two_currencies(self):
        """100 pound, 1 dollar is 0.5 pound: each file in its company's currency."""
        pound = self.setup_other_currency("GBP", rates=[("2026-01-01", 0.5)])
        abroad = self.setup_other_company(name="London", currency_id=pound.id)[
            "company"
        ]
        self.use(abroad)
        account = self.new_file(self.debtor, abroad)
        self.assertEqual(account.currency_id, pound)
        order = (
            self.env["sale.order"]
            .with_company(abroad)
            .create(
                {
                    "partner_id": self.debtor.id,
                    "company_id": abroad.id,
                    "order_line": [Command.create(self.line(self.service, 1))],
                }
            )
        )
        order.order_line.tax_ids = False
        order.action_confirm()
        self.assertEqual(order.currency_id, pound)
        self.assertExposure(account, ordered=100)
        self.assertExposure()

    def test_branch_counts_for_its_root(self):
        branch = self.env["res.company"].create(
            {
                "name": "Branch",
                "parent_id": self.company.id,
                "country_id": self.company.country_id.id,
            }
        )
        self.cr.precommit.run()  # as a commit does: gives the branch its accounts
        self.use(branch)
        order = (
            self.env["sale.order"]
            .with_company(branch)
            .create(
                {
                    "partner_id": self.debtor.id,
                    "company_id": branch.id,
                    "order_line": [Command.create(self.line(self.service, 10))],
                }
            )
        )
        order.action_confirm()
        self.assertEqual((order.company_id, order.amount_total), (branch, 1150))
        self.assertExposure(ordered=1150)
        draft = self.invoice(order, 4, post=False)
        self.assertEqual(draft.company_id, branch)
        self.assertExposure(ordered=690, draft=460)
        self.post(draft)
        self.assertExposure(ordered=690, not_due=460)
        self.pay(draft, 60)
        self.assertExposure(ordered=690, not_due=400)
        self.assertEqual(
            self.new_file(
                self.env["res.partner"].create({"name": "New"}), branch
            ).company_id,
            self.company,
        )
