from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class CreditLinesCase(TransactionCase):
    """A small company: Sara sells, Carl controls, Mona manages, Lea is legal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Other company"})
        both = [Command.set((cls.company | cls.other_company).ids)]
        people = {
            "sara": "sales_team.group_sale_salesman",
            "carl": "crm_credit.group_crm_credit_user",
            "cleo": "crm_credit.group_crm_credit_user",
            "mona": "crm_credit.group_crm_credit_manager",
            "lea": "crm_credit.group_crm_credit_legal",
        }
        for name, group in people.items():
            user = new_test_user(
                cls.env, f"credit {name}", group, name=name.title(), company_ids=both
            )
            setattr(cls, name, user)
        cls.env["crm.credit.band"].search([]).unlink()
        cls.env["crm.credit.band"].create(
            [
                {
                    "amount_to": 10000,
                    "group_id": cls.env.ref("crm_credit.group_crm_credit_user").id,
                },
                {
                    "unlimited": True,
                    "group_id": cls.env.ref("crm_credit.group_crm_credit_manager").id,
                },
            ]
        )
        cls.debtor = cls.env["res.partner"].create(
            {"name": "Debtor", "is_company": True, "user_id": cls.sara.id}
        )
        cls.account = cls._account(cls.debtor)

    @classmethod
    def _account(cls, partner, **vals):
        return cls.env["crm.credit.account"].create(
            {"partner_id": partner.id, "controller_id": cls.carl.id, **vals}
        )

    def _draft(self, amount=1000, account=None, user=None, **vals):
        return (
            self.env["crm.credit.line"]
            .with_user(user or self.carl)
            .create(
                {
                    "account_id": (account or self.account).id,
                    "amount": amount,
                    "date_from": "2026-01-01",
                    **vals,
                }
            )
        )

    def _line(self, amount=1000, account=None, **vals):
        line = self._draft(amount, account, **vals)
        line.with_user(self.mona).action_approve("Known for years")
        return line

    def _security(self, line, **vals):
        return (
            self.env["crm.credit.security"]
            .with_user(self.carl)
            .create(
                {
                    "account_id": line.account_id.id,
                    "line_id": line.id,
                    "kind": line.kind,
                    "amount": line.amount,
                    "reference": "G-1",
                    **vals,
                }
            )
        )

    def _limit(self, account=None):
        account = account or self.account
        return account._limit_figures()[account.id].limit

    def _pass(self, security):
        security.item_ids.with_user(self.lea).action_pass("fine")
