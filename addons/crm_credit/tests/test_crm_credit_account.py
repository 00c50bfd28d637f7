from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestCrmCreditAccount(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Other company"})
        cls.sara = new_test_user(
            cls.env, "credit sara", "sales_team.group_sale_salesman"
        )
        cls.carl = new_test_user(
            cls.env,
            "credit carl",
            "crm_credit.group_crm_credit_user",
            company_ids=[Command.set((cls.env.company | cls.other_company).ids)],
        )
        cls.debtor, cls.foreign = cls.env["res.partner"].create(
            [
                {"name": "Debtor", "is_company": True, "user_id": cls.sara.id},
                {"name": "Somebody else's", "is_company": True},
            ]
        )
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Buyer", "parent_id": cls.debtor.id}
        )
        cls.files = cls.env["crm.credit.account"].with_user(cls.carl)

    def test_a_contact_opens_the_file_of_its_company(self):
        with Form(self.files) as form:
            form.partner_id = self.buyer
        self.assertRecordValues(
            form.record,
            [
                {
                    "partner_id": self.debtor.id,
                    "company_id": self.env.company.id,
                    "currency_id": self.env.company.currency_id.id,
                    "controller_id": self.carl.id,
                    "status": "active",
                }
            ],
        )

    def test_one_open_file_per_company(self):
        self.files.create({"partner_id": self.debtor.id}).action_archive()
        self.env.flush_all()
        self.files.create({"partner_id": self.debtor.id})
        self.files.create(
            {"partner_id": self.debtor.id, "company_id": self.other_company.id}
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.files.create({"partner_id": self.buyer.id})

    def test_a_file_is_archived_never_deleted(self):
        account = self.files.create({"partner_id": self.debtor.id})
        with self.assertRaises(AccessError):
            account.unlink()
        with self.assertRaisesRegex(UserError, "Debtor"):
            account.sudo().unlink()
        account.action_archive()
        self.assertFalse(account.active)

    def test_merging_debtors_leaves_one_open_file(self):
        kept, closed, only = self.files.create(
            [
                {"partner_id": self.debtor.id},
                {"partner_id": self.foreign.id},
                {"partner_id": self.foreign.id, "company_id": self.other_company.id},
            ]
        )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.debtor | self.foreign).ids, self.debtor
        )
        files = kept | closed | only
        files.invalidate_recordset()
        self.assertEqual(files.partner_id, self.debtor)
        self.assertEqual(files.mapped("active"), [True, False, True])

    def test_sales_sees_the_summary_of_its_own_customers(self):
        mine, other = self.files.create(
            [
                {"partner_id": self.debtor.id, "note": "pays in cash"},
                {"partner_id": self.foreign.id},
            ]
        )
        mine.message_post(body="internal")
        files = self.files.with_user(self.sara)
        self.assertEqual(files.search([]) & (mine | other), mine)
        self.assertNotIn("note", files.fields_get())
        with self.assertRaises(AccessError):
            mine.message_ids.with_user(self.sara).read(["body"])
        with self.assertRaises(AccessError):
            mine.with_user(self.sara).status = "stop"

    def test_companies_stay_apart(self):
        account = self.files.create(
            {"partner_id": self.debtor.id, "company_id": self.other_company.id}
        )
        files = self.files.with_company(self.env.company).search([])
        self.assertNotIn(account, files)
        with self.assertRaises(AccessError):
            account.with_user(self.sara).read(["status"])
