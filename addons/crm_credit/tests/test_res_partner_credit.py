from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.sql_db import Cursor
from odoo.tests import Form, tagged

from .common_lines import CreditLinesCase


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 12:00")
class TestResPartnerCredit(CreditLinesCase):
    def test_the_customer_has_the_limit_of_its_file(self):
        buyer = self.debtor.create({"name": "Buyer", "parent_id": self.debtor.id})
        line = self._line(1000)
        self.env.flush_all()
        self.account._settle()
        self.assertEqual((self.debtor | buyer).mapped("credit_limit"), [1000, 1000])
        self.assertEqual(self.debtor.with_company(self.other_company).credit_limit, 0)
        newcomer = self.debtor.create({"name": "New", "parent_id": self.debtor.id})
        self.assertEqual(newcomer.credit_limit, 1000)
        line.with_user(self.carl).action_revoke("Gone")
        self.account._settle()
        self.assertEqual((self.debtor | buyer).mapped("credit_limit"), [0, 0])

    def test_a_new_customer_costs_no_statement_of_ours(self):
        statements = []
        execute = Cursor.execute

        def listen(cursor, query, *args, **kwargs):
            statements.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(Cursor, "execute", listen):
            self.debtor.create([{"name": "New"}, {"name": "Newer"}])
            self.env.flush_all()
        self.assertTrue(statements)
        ours = [text for text in statements if "crm_" in text]
        self.assertEqual(ours, [])

    def test_in_the_currency_of_the_company(self):
        pound = self.env.ref("base.GBP")
        pound.active = True
        pound.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": pound.id, "name": "2026-01-01", "rate": 0.5}
        )
        self.account.currency_id = pound
        self._line(100, currency_id=pound.id)
        self.account._settle()
        self.assertEqual(self.debtor.credit_limit, 200)

    def test_branches_see_the_same_limit(self):
        branch = self.env["res.company"].create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        self._line(1000)
        self.account._settle()
        self.assertEqual(self.debtor.with_company(branch).credit_limit, 1000)

    def test_nobody_writes_around_the_file(self):
        self._line(1000)
        self.account._settle()
        for write in (
            lambda: self.debtor.write({"credit_limit": 5000}),
            lambda: self.debtor.sudo().write({"credit_limit": 0}),
            lambda: self.debtor.write({"use_partner_credit_limit": False}),
            lambda: self.debtor.create(
                {"name": "X", "parent_id": self.debtor.id, "credit_limit": 5000}
            ),
        ):
            with self.assertRaisesRegex(UserError, "follows the credit lines"):
                write()
        loaded = self.debtor.load(
            [".id", "credit_limit"], [[str(self.debtor.id), "5000"]]
        )
        self.assertIn("follows the credit lines", loaded["messages"][0]["message"])
        self.debtor.write({"credit_limit": 1000, "ref": "D1"})
        self.assertEqual(self.debtor.ref, "D1")

    def test_without_a_file_all_is_as_in_odoo(self):
        plain = self.env["res.partner"].create({"name": "Plain", "credit_limit": 7})
        plain.credit_limit = 70
        (plain | self.debtor).write({"ref": "both"})
        self.assertEqual(plain.credit_limit, 70)

    def test_the_default_of_the_company_does_not_come_back(self):
        self._line(1000)
        self.account._settle()
        self.env["ir.default"].set(
            "res.partner", "credit_limit", 1000, company_id=self.company.id
        )
        self.env["ir.default"].set(
            "res.partner", "credit_limit", 9, company_id=self.company.id
        )
        self.debtor.invalidate_recordset()
        self.assertEqual(self.debtor.credit_limit, 1000)
        with self.assertRaisesRegex(UserError, "follows the credit lines"):
            self.debtor.use_partner_credit_limit = False

    def test_no_limit_is_zero_in_odoo(self):
        self._line(1000)
        self.account.limit_type = "unlimited"
        self.account._settle()
        self.assertEqual(self.debtor.credit_limit, 0)
        with self.assertRaisesRegex(UserError, "unlimited"):
            self.debtor.credit_limit = 10

    def test_the_partner_form_saves_as_before(self):
        self._line(1000)
        self.account._settle()
        with Form(self.debtor) as form:
            form.phone = "123"
        self.assertEqual(self.debtor.credit_limit, 1000)
