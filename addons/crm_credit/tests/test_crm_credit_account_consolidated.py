from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCrmCreditAccountConsolidated(TransactionCase):
    """One debtor, two companies, two currencies, one figure for who may see both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.credit.rule"].search([]).active = False
        cls.foreign = cls._currency()
        cls.abroad = cls.env["res.company"].create(
            {"name": "Abroad", "currency_id": cls.foreign.id}
        )
        cls.debtor = cls.env["res.partner"].create(
            {"name": "Debtor", "is_company": True}
        )
        companies = cls.env.company | cls.abroad
        cls.home, cls.away = cls.env["crm.credit.account"].create(
            [
                {"partner_id": cls.debtor.id, "company_id": company.id}
                for company in companies
            ]
        )
        cls._orders(companies)
        cls.manager = cls._manager("credit manager 0", companies)
        cls.home_manager = cls._manager("credit manager 1", cls.env.company)

    @classmethod
    def _currency(cls):
        rate = {"name": "2020-01-01", "company_rate": 2.0}
        return cls.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rounding": 0.01,
                "rate_ids": [Command.create(rate)],
            }
        )

    @classmethod
    def _orders(cls, companies):
        """One of 100 in each company's currency."""
        service = cls.env["product.product"].create(
            {"name": "Service", "type": "service", "taxes_id": [Command.clear()]}
        )
        line = {"product_id": service.id, "price_unit": 100.0}
        for company in companies:
            cls.env["sale.order"].with_company(company).create(
                {
                    "partner_id": cls.debtor.id,
                    "company_id": company.id,
                    "order_line": [Command.create(line)],
                }
            ).action_confirm()
        cls.env.cr.flush()  # the framework forgets what is pending after each test

    @classmethod
    def _manager(cls, login, companies):
        return new_test_user(
            cls.env,
            login,
            "crm_credit.group_crm_credit_manager",
            company_id=cls.env.company.id,
            company_ids=[Command.set(companies.ids)],
        )

    def _rate(self):
        return self.foreign._get_conversion_rate(
            self.foreign, self.env.company.currency_id, self.env.company
        )

    def test_a_manager_of_both_sees_the_sum_in_the_currency_of_the_file(self):
        self.assertEqual((self.home.exposure, self.away.exposure), (100, 100))
        self.assertAlmostEqual(
            self.home.with_user(self.manager).exposure_consolidated,
            100 + 100 * self._rate(),
            2,
        )

    def test_a_manager_of_one_company_sees_that_one(self):
        home = self.home.with_user(self.home_manager)
        self.assertEqual(home.exposure_consolidated, 100)

    def test_controllers_do_not_see_it(self):
        controller = new_test_user(
            self.env, "credit controller x", "crm_credit.group_crm_credit_user"
        )
        with self.assertRaises(AccessError):
            self.home.with_user(controller).read(["exposure_consolidated"])
