from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_lines import CreditLinesCase


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 12:00")
class TestCrmCreditApplication(CreditLinesCase):
    def _ask(self, amount=5000, user=None, **vals):
        return (
            self.env["crm.credit.application"]
            .with_user(user or self.sara)
            .create(
                {
                    "partner_id": self.debtor.id,
                    "amount": amount,
                    "date_from": "2026-06-01",
                    "reason": "Opens three shops",
                    **vals,
                }
            )
        )

    def _checked(self, *args, **kwargs):
        application = self._ask(*args, **kwargs)
        application.action_submit()
        application.with_user(self.carl).action_check("Balance sheet read")
        return application

    def test_from_request_to_effective_line(self):
        application = self._ask()
        self.assertRegex(application.name, r"CA/2026/\d+")
        application.action_submit()
        self.assertEqual(application.activity_ids.user_id, self.carl)
        application.with_user(self.carl).action_check("Balance sheet read")
        application.with_user(self.carl).action_approve("They pay on time")
        self.assertEqual(application.state, "approved")
        self.assertFalse(application.activity_ids)
        line = application.sudo().line_id
        self.assertTrue(line.is_effective)
        self.assertEqual(self.account.credit_limit, 5000)
        self.assertRecordValues(
            application.sudo().approval_ids.sorted("id"),
            [
                {"decision": "submitted", "user_id": self.sara.id, "comment": ""},
                {
                    "decision": "checked",
                    "user_id": self.carl.id,
                    "comment": "Balance sheet read",
                },
                {
                    "decision": "approved",
                    "user_id": self.carl.id,
                    "comment": "They pay on time",
                },
            ],
        )

    def test_the_decision_keeps_the_figures_it_was_taken_on(self):
        self.account.grade = "B"
        self._line(300)
        self._checked().with_user(self.mona).action_approve("Fine")
        approval = self.account.line_ids.application_id.approval_ids.filtered(
            lambda decision: decision.decision == "approved"
        )
        self.assertRecordValues(
            approval,
            [{"credit_limit": 300, "exposure": 0, "grade": "B", "amount": 5000}],
        )
        self.account.grade = "E"
        self.assertEqual(approval.grade, "B")

    def test_nobody_approves_his_own_request(self):
        application = self._ask(user=self.carl)
        application.action_submit()
        with self.assertRaisesRegex(UserError, "somebody else has to check"):
            application.action_check()
        application.with_user(self.cleo).action_check()
        with self.assertRaisesRegex(UserError, "somebody else has to approve"):
            application.with_user(self.carl).action_approve()
        application.with_user(self.cleo).action_approve()

    def test_who_hands_it_in_asks_for_it(self):
        application = self._ask(user=self.cleo)
        application.with_user(self.carl).action_submit()
        application.with_user(self.cleo).action_check()
        with self.assertRaisesRegex(UserError, "somebody else has to approve"):
            application.with_user(self.carl).action_approve()

    def test_the_salesperson_of_the_customer_does_not_approve(self):
        application = self._checked()
        self.debtor.user_id = self.carl
        with self.assertRaisesRegex(UserError, "You sell to Debtor"):
            application.with_user(self.carl).action_approve()

    def test_bands(self):
        application = self._checked(50000)
        with self.assertRaisesRegex(UserError, "may not approve"):
            application.with_user(self.cleo).action_approve()
        with self.assertRaisesRegex(UserError, "grant as much or less"):
            application.with_user(self.mona).action_approve(amount=50001)
        application.with_user(self.mona).action_approve("Half of it", amount=25000)
        self.assertEqual(self.account.credit_limit, 25000)

    def test_states_and_terms_change_by_actions_only(self):
        application = self._ask()
        everybody = (application, application.sudo(), application.with_user(self.mona))
        for records in everybody:
            for vals in ({"state": "approved"}, {"requested_by_id": self.lea.id}):
                with self.assertRaisesRegex(UserError, "cannot be set directly"):
                    records.with_context(crm_credit_guard="1").write(vals)
        application.action_submit()
        with self.assertRaisesRegex(UserError, "while it is a draft"):
            application.sudo().amount = 1
        with self.assertRaisesRegex(UserError, "has not been checked"):
            application.with_user(self.mona).action_approve()
        with self.assertRaisesRegex(UserError, "already submitted"):
            application.action_submit()
        with self.assertRaisesRegex(UserError, "kept as evidence"):
            application.sudo().with_context(_force_unlink=True).unlink()

    def test_forms_of_the_people(self):
        with Form(self.env["crm.credit.application"].with_user(self.sara)) as form:
            form.partner_id = self.debtor
            form.amount = 700
            form.reason = "Opens a shop"
        application = form.record
        application.action_submit()
        application.with_user(self.carl).action_check("Read")
        wizards = self.env["crm.credit.decide"].with_user(self.cleo)
        wizards = wizards.with_context(
            active_model=application._name, active_ids=application.ids
        )
        with Form(wizards) as form:
            self.assertEqual(form.amount, 700)
            form.amount = 600
        form.record.action_decide()
        self.assertEqual(self.account.credit_limit, 600)

    def test_refused_and_withdrawn(self):
        application = self._checked()
        with self.assertRaisesRegex(UserError, "Say why"):
            application.with_user(self.carl).action_refuse()
        application.with_user(self.carl).action_refuse("Too new")
        self.assertEqual(application.state, "refused")
        self.assertIn(
            self.sara.partner_id, application.message_ids.notified_partner_ids
        )
        other = self._ask()
        with self.assertRaisesRegex(UserError, "Only Sara"):
            other.with_user(self.carl).action_withdraw()
        other.action_withdraw("They pay in advance")
        self.assertEqual(other.state, "withdrawn")

    def test_a_raise_replaces_the_line(self):
        old = self._line(1000, kind="bank_guarantee", date_from="2026-01-01")
        security = self._security(old, amount=3000)
        self._pass(security)
        self.assertEqual(self.account.credit_limit, 1000)
        application = self._ask(3000, user=self.carl, kind="bank_guarantee")
        application.replaces_line_id = old
        application.action_submit()
        application.with_user(self.cleo).action_check()
        application.with_user(self.cleo).action_approve()
        self.assertEqual(str(old.date_to), "2026-05-31")
        self.assertEqual(self.account.credit_limit, 3000)

    def test_sales_asks_for_its_own_customers_only(self):
        stranger = self.env["res.partner"].create(
            {"name": "Stranger", "is_company": True, "user_id": self.cleo.id}
        )
        with self.assertRaises(AccessError):
            self._ask(partner_id=stranger.id)
        buyer = stranger.create({"name": "Buyer", "parent_id": self.debtor.id})
        self.assertEqual(self._ask(partner_id=buyer.id).partner_id, self.debtor)
        with self.assertRaisesRegex(ValidationError, "needs the day"):
            self._ask(kind="temporary")

    def test_companies_stay_apart(self):
        application = self._ask(user=self.carl)
        with self.assertRaises(AccessError):
            application.with_user(self.mona).with_context(
                allowed_company_ids=self.other_company.ids
            ).read(["amount"])

    def test_a_customer_without_a_file_gets_one(self):
        newcomer = self.env["res.partner"].create(
            {"name": "Newcomer", "is_company": True, "user_id": self.sara.id}
        )
        application = self._checked(partner_id=newcomer.id)
        self.assertFalse(application.account_id)
        application.with_user(self.mona).action_approve()
        self.assertEqual(application.account_id.sudo().credit_limit, 5000)
