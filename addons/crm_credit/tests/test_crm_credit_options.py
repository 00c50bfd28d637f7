"""What a credit manager sets for the company, without rights on the company."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestCrmCreditOptions(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Options Inc."})
        cls.branch = cls.env["res.company"].create(
            {"name": "Branch", "parent_id": cls.company.id}
        )
        cls.boss, cls.other_boss = (
            cls._user(f"options boss {number}", "crm_credit.group_crm_credit_manager")
            for number in range(2)
        )
        cls.carl = cls._user("options carl", "crm_credit.group_crm_credit_user")
        cls.lena = cls._user("options lena", "crm_credit.group_crm_credit_legal")

    @classmethod
    def _user(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            group,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def _open(self, user):
        options = self.env["crm.credit.options"].with_user(user)
        return options.browse(options.action_open()["res_id"])

    def test_a_manager_sets_them(self):
        self.company.credit_horizon_days = 5
        with Form(self._open(self.boss)) as form:
            self.assertEqual(form.credit_horizon_days, 5)
            form.credit_horizon_days = 60
            form.credit_count_quotations = True
            form.credit_controller_id = self.carl
        form.record.action_save()
        self.assertRecordValues(
            self.company,
            [
                {
                    "credit_horizon_days": 60,
                    "credit_count_quotations": True,
                    "credit_controller_id": self.carl.id,
                }
            ],
        )
        with self.assertRaises(AccessError):
            self.company.with_user(self.boss).credit_horizon_days = 1

    def test_of_the_own_company_only(self):
        other = self.env["res.company"].create({"name": "Other"})
        options = self.env["crm.credit.options"].with_user(self.boss)
        options.create({"company_id": other.id, "credit_horizon_days": 9})
        self.assertEqual(other.credit_horizon_days, 0)
        self.assertEqual(self.company.credit_horizon_days, 9)
        with self.assertRaises(AccessError):
            self._open(self.boss).company_id = other

    def test_a_branch_sets_those_of_its_root(self):
        boss = self._user(
            "options branch", "crm_credit.group_crm_credit_manager", self.branch
        )
        self._open(boss).credit_horizon_days = 30
        self.assertEqual(self.company.credit_horizon_days, 30)

    def test_nobody_else(self):
        for user in (self.carl, self.lena):
            with self.assertRaises(AccessError):
                self._open(user)

    def test_wizards_are_their_users(self):
        opened = self._open(self.boss)
        release = self.env["crm.credit.hold.release"].with_user(self.boss).create({})
        decide = self.env["crm.credit.decide"].with_user(self.boss).create({})
        for wizard in (opened, release, decide):
            with self.subTest(wizard=wizard._name), self.assertRaises(AccessError):
                wizard.with_user(self.other_boss).read(["create_date"])

    def test_the_menus(self):
        def sees(user, name):
            menus = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            return self.env.ref(f"crm_credit.{name}").id in menus

        self.assertTrue(sees(self.boss, "crm_credit_options_menu"))
        self.assertTrue(sees(self.lena, "menu_configuration"))
        self.assertTrue(sees(self.lena, "crm_credit_checklist_item_menu"))
        for name in ("rule", "reason", "segment", "drift", "options", "band"):
            self.assertFalse(sees(self.lena, f"crm_credit_{name}_menu"), name)
        self.assertFalse(sees(self.carl, "menu_configuration"))
