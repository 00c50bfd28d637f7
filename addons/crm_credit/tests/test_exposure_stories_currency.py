from odoo.tests import freeze_time, tagged

from .common_exposure import ExposureCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-16 10:00:00")
class TestExposureStoriesCurrency(ExposureCase):
    """The company keeps its books in dollars. 1 dollar is 0.80 euro, 150 yen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2026-01-01", 0.8)])
        cls.yen = cls.setup_other_currency(
            "JPY", rates=[("2026-01-01", 150)], rounding=1
        )
        cls.in_euro, cls.in_yen = cls.env["product.pricelist"].create(
            [
                {"name": currency.name, "currency_id": currency.id}
                for currency in (cls.euro, cls.yen)
            ]
        )

    def set_rate(self, currency, rate, day="2026-03-16"):
        return self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": day,
                "rate": rate,
            }
        )

    def test_foreign_order_follows_the_rate_until_the_ledger_has_it(self):
        """1,150 euro are 1,437.50 dollar; at 1.25 they are 920.00 dollar."""
        order = self.sell((self.goods, 10), pricelist_id=self.in_euro.id)
        self.assertEqual(order.currency_id, self.euro)
        self.assertExposure(ordered=1437.5)
        self.deliver(order, 4)
        self.assertExposure(ordered=862.5, delivered=575)
        first = self.invoice(order)
        self.assertExposure(ordered=862.5, not_due=575)
        self.set_rate(self.euro, 1.25)
        self.assertExposure(ordered=552, not_due=575)
        self.deliver(order)
        self.assertExposure(delivered=552, not_due=575)
        second = self.invoice(order, post=False)
        self.assertExposure(draft=552, not_due=575)
        self.post(second)
        self.assertExposure(not_due=1127)
        self.pay(first | second)
        self.assertExposure()

    def test_each_document_is_rounded_once(self):
        """33.33 euro at 0.90 are 37.0333 dollar; three orders 111.09, not 111.10."""
        self.set_rate(self.euro, 0.9)
        self.tax.amount = 0
        for _order in range(3):
            self.sell((self.goods, 1, 33.33), pricelist_id=self.in_euro.id)
        self.assertExposure(ordered=111.09)

    def test_draft_invoice_in_a_foreign_currency(self):
        draft = self.bill(1000, post=False, currency_id=self.euro.id)
        self.assertExposure(draft=1437.5)
        self.set_rate(self.euro, 1.25)
        self.assertExposure(draft=920)
        self.post(draft)
        self.assertExposure(not_due=920)

    def test_part_payment_and_overpayment_in_a_foreign_currency(self):
        """575 euro of 1,150 paid: half of 1,437.50 dollar is left."""
        invoice = self.bill(1000, currency_id=self.euro.id)
        self.pay(invoice, 575)
        self.assertExposure(not_due=718.75)
        self.receive(80, currency_id=self.euro.id)
        self.assertExposure(not_due=718.75, unallocated=-100)

    def test_down_payment_in_a_foreign_currency(self):
        """345 euro at 0.80 are 431.25 dollar in the ledger; 805 euro at 1.25: 644."""
        order = self.sell((self.goods, 10), pricelist_id=self.in_euro.id)
        self.down_payment(order, amount=30)
        self.assertExposure(ordered=1006.25, not_due=431.25)
        self.set_rate(self.euro, 1.25)
        self.assertExposure(ordered=644, not_due=431.25)

    def test_file_in_another_currency_than_the_company(self):
        """1,150 dollar are 920 euro; at 1.25 they are 1,437.50 euro, posted or not."""
        partner, account = self.new_debtor("Euro file")
        account.currency_id = self.euro
        order = self.sell((self.prepaid, 10), partner=partner)
        self.assertExposure(account, ordered=920)
        self.invoice(order, 4)
        self.assertExposure(account, ordered=552, not_due=368)
        self.set_rate(self.euro, 1.25)
        self.assertExposure(account, ordered=862.5, not_due=575)
        self.receive(100, partner_id=partner.id)
        self.assertExposure(account, ordered=862.5, not_due=575, unallocated=-125)

    def test_file_in_euro_order_in_yen(self):
        """115,000 yen are 766.67 dollar, which are 613.34 euro."""
        partner, account = self.new_debtor("Three currencies")
        account.currency_id = self.euro
        order = self.sell(
            (self.goods, 10, 10000), partner=partner, pricelist_id=self.in_yen.id
        )
        self.assertExposure(account, ordered=613.34)
        self.set_rate(self.yen, 100)
        self.assertExposure(account, ordered=920)
        self.deliver(order)
        self.invoice(order)
        self.assertExposure(account, not_due=920)
        self.set_rate(self.euro, 1.25, "2026-03-15")
        self.assertExposure(account, not_due=1437.5)

    def test_file_gets_another_currency(self):
        self.sell((self.goods, 10))
        self.assertExposure(ordered=1150)
        self.account.currency_id = self.yen
        self.assertExposure(ordered=172500)
        self.account.currency_id = self.company.currency_id
        self.assertExposure(ordered=1150)

    def test_rate_of_tomorrow_holds_tomorrow(self):
        self.sell((self.goods, 10), pricelist_id=self.in_euro.id)
        self.set_rate(self.euro, 1.25, "2026-03-17")
        self.assertExposure(ordered=1437.5)
        with freeze_time("2026-03-17 10:00:00"):
            self.account._lock_figures()
            self.assertExposure(ordered=920)

    def test_rate_corrected_and_deleted(self):
        self.sell((self.goods, 10), pricelist_id=self.in_euro.id)
        rate = self.set_rate(self.euro, 1.25)
        self.assertExposure(ordered=920)
        rate.rate = 1.6
        self.assertExposure(ordered=718.75)
        rate.unlink()
        self.assertExposure(ordered=1437.5)

    def test_rate_of_the_own_currency(self):
        """1 dollar is 0.80 euro; at 2 dollars to the unit it is 0.40 euro."""
        self.sell((self.goods, 10), pricelist_id=self.in_euro.id)
        self.assertExposure(ordered=1437.5)
        self.set_rate(self.company.currency_id, 2)
        self.assertExposure(ordered=2875)

    def test_rate_of_another_company_is_not_ours(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.sell((self.goods, 10), pricelist_id=self.in_euro.id)
        self.set_rate(self.euro, 1.25).company_id = other
        self.assertExposure(ordered=1437.5)

    def test_order_that_changes_its_currency(self):
        order = self.sell((self.goods, 10), pricelist_id=self.in_euro.id)
        order.currency_id = self.company.currency_id
        self.assertExposure(ordered=1150)

    def test_prices_of_two_decimals_in_a_currency_without(self):
        """115 yen and a half, 3 times: 346.5 is 347 yen with half up."""
        self.tax.amount = 0
        order = self.sell((self.goods, 3, 115.5), pricelist_id=self.in_yen.id)
        self.account.currency_id = self.yen
        self.assertEqual(order.amount_total, 347)
        self.deliver(order, 1)
        figures = self.account
        self.assertEqual(figures.exposure_delivered + figures.exposure_ordered, 347)
