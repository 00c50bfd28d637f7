from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-30 12:00:00")
class TestCrmCreditProposal(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_currency = cls.setup_other_currency("EUR")
        cls.other_company = cls.setup_other_company()["company"]
        both = [Command.set((cls.env.company | cls.other_company).ids)]
        cls.carl, cls.mona = (
            new_test_user(
                cls.env,
                f"proposal {role}",
                f"crm_credit.group_crm_credit_{role}",
                company_ids=both,
                company_id=cls.env.company.id,
            )
            for role in ("user", "manager")
        )
        cls.late, cls.old, cls.foreign, cls.unknown = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "ref": "proposal"}
                for name in ("Late", "Old", "Foreign", "Unknown")
            ]
        )
        cls.contact = cls.env["res.partner"].create(
            {"name": "Contact", "parent_id": cls.late.id}
        )

    def _document(self, partner, day, amount, due=None, **vals):
        return self._create_invoice_one_line(
            price_unit=amount,
            tax_ids=[],
            partner_id=partner,
            invoice_date=day,
            invoice_date_due=due or day,
            invoice_payment_term_id=False,
            post=True,
            **vals,
        )

    def _pay(self, invoice, day, amount):
        receivable = self.company_data["default_account_receivable"]
        bank = self.company_data["default_journal_bank"].default_account_id
        lines = [
            {"account_id": receivable.id, "credit": amount},
            {"account_id": bank.id, "debit": amount},
        ]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "line_ids": [
                    Command.create({**line, "partner_id": invoice.partner_id.id})
                    for line in lines
                ],
            }
        )
        entry.action_post()
        (entry + invoice).line_ids.filtered(
            lambda line: line.account_id == receivable
        ).reconcile()

    def _history(self):
        """What happened to our customers, in an order that nobody computes with."""
        self._document(self.late, "2026-05-01", 500, "2026-07-15")
        half_paid = self._document(self.contact, "2026-01-10", 3000, "2026-02-09")
        first = self._document(self.late, "2025-08-10", 1000, "2025-09-09")
        self._pay(first, "2025-09-19", 1000)
        self._pay(half_paid, "2026-02-09", 1500)
        self._document(self.late, "2026-03-01", 200, move_type="out_refund")
        before = self._document(self.old, "2024-12-01", 900, "2024-12-31")
        self._pay(before, "2025-07-10", 900)
        self._document(
            self.foreign, "2026-06-01", 600, currency_id=self.other_currency.id
        )
        self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.unknown.id}
        )

    def _propose(self, user=None, **vals):
        proposal = (
            self.env["crm.credit.proposal"]
            .with_user(user or self.carl)
            .create({"partner_domain": "[('ref', '=', 'proposal')]", **vals})
        )
        proposal.action_compute()
        return proposal

    def _line(self, proposal, partner):
        return proposal.line_ids.filtered(lambda line: line.partner_id == partner)

    def test_history_and_limit(self):
        self._history()
        proposal = self._propose()
        self.assertEqual(proposal.customer_count, 4)
        late = self._line(proposal, self.late)
        self.assertRecordValues(
            late,
            [
                {
                    "peak_exposure": 3000,  # 10 January to 8 February
                    "monthly_billing": 430,  # (1000 + 3000 + 500 - 200) / 10
                    "days_late": 55.375,  # 1000 × 10, 1500 × 0, 1500 × 141
                    "late_share": 0.625,
                    "months": 10,
                    "proposed_limit": 1400,  # 3000 × 1.2 × 40 %
                    "limit": 1400,
                    "decision": "review",
                }
            ],
        )
        self.assertIn("55 days late", late.reason)
        self.assertRecordValues(
            self._line(proposal, self.old),
            [{"peak_exposure": 900, "monthly_billing": 0, "days_late": 191}],
        )
        self.assertEqual(self._line(proposal, self.old).proposed_limit, 0)
        self.assertRecordValues(
            self._line(proposal, self.foreign),
            [{"peak_exposure": 300, "days_late": 29, "months": 0}],
        )
        unknown = self._line(proposal, self.unknown)
        self.assertIn("Nothing was invoiced", unknown.reason)
        self.assertFalse(unknown.limit)

    def test_nothing_applies_by_itself(self):
        self._history()
        proposal = self._propose()
        files = self.env["crm.credit.account"]._for(self.late, self.env.company)
        self.assertFalse(files[self.late.id])
        with self.assertRaisesRegex(UserError, "Accept the limits"):
            proposal.action_apply()
        line = self._line(proposal, self.late)
        line.write({"limit": 2000, "decision": "accept"})
        self.assertTrue(line.is_adjusted)
        self._line(proposal, self.foreign).action_accept()
        proposal.action_apply()
        self.assertEqual(proposal.state, "review", "two are not decided on")
        credit_lines = proposal.line_ids.line_id
        self.assertRecordValues(
            credit_lines.sorted("amount", reverse=True),
            [
                {"amount": 2000, "approval_state": "draft", "partner_id": self.late.id},
                {
                    "amount": 210,  # 2 × 300 × 70 % × 50 %
                    "approval_state": "draft",
                    "partner_id": self.foreign.id,
                },
            ],
        )
        with self.assertRaisesRegex(UserError, "somebody else"):
            credit_lines.action_approve()
        credit_lines.with_user(self.mona).action_approve()
        account = credit_lines.account_id.filtered(
            lambda account: account.partner_id == self.late
        )
        self.assertEqual(account.credit_limit, 2000)
        with self.assertRaisesRegex(UserError, "credit file"):
            line.limit = 5
        with self.assertRaisesRegex(UserError, "applied in part"):
            proposal.action_compute()

    def test_a_second_proposal_adds_only_what_is_missing(self):
        self._history()
        for limit in (2000, 2500):
            proposal = self._propose()
            line = self._line(proposal, self.late)
            line.write({"limit": limit, "decision": "accept"})
            proposal.action_apply()
        self.assertEqual((line.pending_amount, line.line_id.amount), (2000, 500))
        again = self._propose()
        line = self._line(again, self.late)
        line.write({"limit": 2500, "decision": "accept"})
        again.action_apply()
        self.assertFalse(line.line_id)
        self.assertEqual(line.state, "applied")

    def test_who_has_no_limit_is_skipped(self):
        account = self.env["crm.credit.account"].with_user(self.carl)
        account = account.create({"partner_id": self.late.id})
        account.with_user(self.env.ref("base.user_root")).limit_type = "unlimited"
        line = self._line(self._propose(), self.late)
        self.assertRecordValues(line, [{"unlimited": True, "decision": "skip"}])

    def test_companies_stay_apart(self):
        self._history()
        proposal = self._propose(company_id=self.other_company.id)
        self.assertFalse(any(proposal.line_ids.mapped("peak_exposure")))
        only_here = self.env["crm.credit.proposal"].with_user(self.carl)
        only_here = only_here.with_context(allowed_company_ids=self.env.company.ids)
        self.assertNotIn(proposal, only_here.search([]))

    def test_the_choice_of_customers_is_a_domain_and_nothing_else(self):
        for domain in ("[(", "__import__('os')", "[('no_such', '=', 1)]", "[1, 2]"):
            with (
                self.subTest(domain=domain),
                self.assertRaisesRegex(UserError, "not valid"),
            ):
                self._propose(partner_domain=domain)
        with self.assertRaisesRegex(UserError, "No customer matches"):
            self._propose(partner_domain="[('ref', '=', 'nobody')]")

    def test_salespeople_do_not_propose(self):
        sara = new_test_user(
            self.env, "proposal sara", "sales_team.group_sale_salesman"
        )
        with self.assertRaises(AccessError):
            self._propose(user=sara)

    def test_one_statement_for_all(self):
        self._history()
        proposal = self._propose()
        self.assertEqual(proposal.date, fields.Date.to_date("2026-06-30"))
        self.env["res.partner"].create(
            [{"name": f"More {n}", "ref": "proposal"} for n in range(60)]
        )
        counts = []
        for domain in (
            f"[('id', '=', {self.late.id})]",
            "[('ref', '=', 'proposal')]",
        ):
            proposal.partner_domain = domain
            proposal.action_compute()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            proposal.action_compute()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5)
