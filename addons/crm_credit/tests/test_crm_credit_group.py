from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools.groups import GroupFigures
from .common_lines import CreditLinesCase


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 12:00")
class TestCrmCreditGroup(CreditLinesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head, cls.sister, cls.owner = cls.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Head", "Sister", "Owner")]
        )
        cls.head_file, cls.sister_file, cls.owner_file = (
            cls._account(partner) for partner in (cls.head, cls.sister, cls.owner)
        )

    def _relate(self, kind, partner, other, **vals):
        return self.env["crm.partner.relation"].create(
            {
                "type_id": self.env.ref(f"crm_relationship.relation_type_{kind}").id,
                "partner_id": partner.id,
                "other_partner_id": other.id,
                **vals,
            }
        )

    def _owe(self, partner, amount):
        """Let the partner owe through a confirmed order."""
        product = self.env["product.product"].create(
            {"name": "Thing", "type": "service", "taxes_id": False}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "price_unit": amount})
                ],
            }
        )
        order.action_confirm()

    def test_a_guarantor_lends_its_amount_once(self):
        self._line(1000, self.head_file)
        relation = self._relate("guarantor", self.head, self.debtor, amount=400)
        self.assertEqual(self.account.credit_limit, 400)
        self.assertEqual(self.account.guarantees_received, 400)
        self.assertEqual(self.head_file.credit_limit, 600)
        self.assertEqual(self.head_file.guarantees_given, 400)
        contact = self.head.create({"name": "CFO", "parent_id": self.head.id})
        self._relate("guarantor", contact, self.debtor, amount=300)
        self.assertEqual(self.account.credit_limit, 400)
        relation.amount = 500
        self.assertEqual(self.account.credit_limit, 500)
        relation.date_to = "2026-06-14"
        self.assertEqual(self.account.credit_limit, 300)
        (relation | relation.search([("partner_id", "=", contact.id)])).unlink()
        self.assertEqual(self.account.credit_limit, 0)
        self.assertEqual(self.head_file.credit_limit, 1000)

    def test_what_is_lent_is_not_passed_on(self):
        self._relate("guarantor", self.head, self.sister, amount=400)
        self._relate("guarantor", self.sister, self.debtor, amount=100)
        self.assertEqual(self.sister_file.credit_limit, 300)
        self.assertEqual(self.account.credit_limit, 100)

    def test_shareholders_and_parents_lend_nothing(self):
        self._line(100000, self.head_file)
        self._relate("shareholder", self.head, self.debtor, share=100)
        self._relate("parent", self.head, self.debtor)
        self.assertEqual(self.account.credit_limit, 0)

    def test_a_guarantee_in_another_currency_follows_the_rate(self):
        pound = self.env.ref("base.GBP")
        pound.active = True
        pound.rate_ids.unlink()
        rates = self.env["res.currency.rate"]
        rates.create({"currency_id": pound.id, "name": "2026-01-01", "rate": 0.5})
        self._relate(
            "guarantor", self.head, self.debtor, amount=100, currency_id=pound.id
        )
        self.assertEqual(self.account.credit_limit, 200)
        rates.create({"currency_id": pound.id, "name": "2026-06-15", "rate": 0.4})
        self.assertEqual(self.account.credit_limit, 250)

    def test_a_guarantee_within_another_company_lends_nothing_here(self):
        self._relate(
            "guarantor",
            self.head,
            self.debtor,
            amount=100,
            company_id=self.other_company.id,
        )
        self.assertEqual(self.account.credit_limit, 0)

    def test_group_limit_of_the_head(self):
        self._relate("parent", self.head, self.sister)
        self._relate("parent", self.sister, self.debtor)
        self.assertEqual(self.account._group_figures(), {})
        self.assertEqual(self.account._group_accounts(), self.account)
        self.head_file.write({"group_limited": True, "group_limit": 1000})
        self._owe(self.debtor, 300)
        self._owe(self.sister, 200)
        self._owe(self.owner, 5000)
        group = self.head_file | self.sister_file | self.account
        figures = GroupFigures(self.head_file.id, 1000, 500)
        self.assertEqual(
            (self.account | self.owner_file)._group_figures(),
            {self.account.id: figures},
        )
        self.assertEqual(self.account._group_accounts(), group)
        self.assertRecordValues(
            self.account,
            [
                {
                    "group_head_id": self.head.id,
                    "group_exposure": 500,
                    "group_available": 500,
                }
            ],
        )
        self.assertEqual(self.account.group_account_ids, group)
        self._owe(self.head, 100)
        self.assertEqual(self.account.group_available, 400)

    def test_group_ends_with_the_relation(self):
        relation = self._relate("parent", self.head, self.debtor)
        self.head_file.write({"group_limited": True, "group_limit": 1000})
        self.assertTrue(self.account._group_figures())
        relation.date_to = "2026-06-14"
        self.assertFalse(self.account._group_figures())

    def test_sales_reads_files_related_to_its_customers(self):
        files = self.head_file | self.sister_file | self.owner_file
        self._relate("parent", self.head, self.debtor)
        self._relate("parent", self.head, self.sister)
        self._relate("competitor", self.owner, self.debtor)
        seen = self.env["crm.credit.account"].with_user(self.sara).search([])
        self.assertEqual(seen & files, self.head_file | self.sister_file)
        with self.assertRaises(AccessError):
            self.head_file.with_user(self.sara).status = "stop"

    def test_group_figures_need_the_same_queries_for_many(self):
        def queries(count):
            customers = self.env["res.partner"].create(
                [{"name": f"C{i}", "is_company": True} for i in range(count)]
            )
            files = self.env["crm.credit.account"].create(
                [{"partner_id": customer.id} for customer in customers]
            )
            for customer, file in zip(customers, files, strict=True):
                self._relate("guarantor", self.head, customer, amount=10)
                self._relate("parent", self.head, customer)
                self._draft(100, file)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            files._limit_figures()
            files._group_figures()
            return self.env.cr.sql_log_count - start

        self.head_file.write({"group_limited": True, "group_limit": 1000})
        queries(1)  # what is cached once
        self.assertEqual(queries(2), queries(20))
