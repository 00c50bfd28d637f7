from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common_lines import CreditLinesCase


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 12:00")
class TestCrmCreditSecurity(CreditLinesCase):
    def setUp(self):
        super().setUp()
        self.line = self._line(1000, kind="letter_of_credit")

    def test_a_secured_line_counts_when_legal_passed_its_security(self):
        self.assertEqual(
            self.line.reason_not_effective, "No security is attached to it"
        )
        security = self._security(self.line, amount=1500)
        self.assertEqual(len(security.item_ids), 5)
        self.assertEqual(self.line.reason_not_effective, "Legal review is pending")
        self.assertEqual(self.account.credit_limit, 0)
        self._pass(security)
        self.assertTrue(self.line.is_effective)
        self.assertFalse(self.line.reason_not_effective)
        self.assertRecordValues(
            self.account, [{"credit_limit": 1000, "cover_amount": 1000}]
        )

    def test_legal_works_in_the_form(self):
        security = self._security(self.line)
        with Form(security.with_user(self.lea)) as form:
            for index in range(len(security.item_ids)):
                with form.item_ids.edit(index) as item:
                    item.state = "passed"
        self.assertEqual(security.legal_state, "passed")
        self.assertEqual(security.item_ids.decided_by_id, self.lea)

    def test_a_failed_item_says_why_on_the_line(self):
        security = self._security(self.line)
        self._pass(security)
        item = security.item_ids[1].with_user(self.lea)
        with self.assertRaisesRegex(UserError, "Say what is wrong"):
            item.write({"state": "failed", "comment": ""})
        item.action_fail("presentation period missing")
        self.assertEqual(
            self.line.reason_not_effective,
            "Legal review failed: presentation period missing",
        )
        self.assertEqual(self.account.credit_limit, 0)

    def test_only_legal_decides_and_each_decision_is_kept(self):
        security = self._security(self.line)
        item = security.item_ids[0]
        for user in (self.carl, self.mona):
            with self.assertRaisesRegex(UserError, "Only legal reviewers"):
                item.with_user(user).state = "passed"
            with self.assertRaisesRegex(UserError, "Only legal reviewers"):
                item.with_user(user).sudo().state = "passed"
            with self.assertRaisesRegex(UserError, "Only legal reviewers"):
                item.with_user(user).sudo().unlink()
        item = item.with_user(self.lea)
        item.action_fail("not signed")
        item.action_pass("signed on Monday")
        self.assertRecordValues(
            security.review_ids.sorted("id"),
            [
                {"state": "failed", "comment": "not signed", "user_id": self.lea.id},
                {
                    "state": "passed",
                    "comment": "signed on Monday",
                    "user_id": self.lea.id,
                },
            ],
        )
        with self.assertRaisesRegex(UserError, "kept as evidence"):
            item.unlink()
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            security.review_ids[0].sudo().comment = "other"
        with self.assertRaisesRegex(UserError, "cannot be set directly"):
            item.decided_by_id = self.carl

    def test_new_terms_open_the_review_again(self):
        security = self._security(self.line)
        self._pass(security)
        self.assertEqual(security.legal_state, "passed")
        security.with_user(self.carl).amount = 99999
        self.assertEqual(security.legal_state, "pending")
        self.assertEqual(self.account.credit_limit, 0)
        self.assertEqual(len(security.review_ids), 10)

    def test_a_line_counts_up_to_its_securities_in_force(self):
        small = self._security(self.line, amount=300, date_to="2026-06-20")
        large = self._security(self.line, amount=500, reference="G-2")
        self._pass(small | large)
        self.assertEqual(self.account.credit_limit, 800)
        self.assertEqual(self.line.amount_effective, 800)
        with freeze_time("2026-06-21 12:00"):
            self.assertEqual(self._limit(), 500)
        large.active = False
        with freeze_time("2026-06-21 12:00"):
            self.assertEqual(self._limit(), 0)
            self.line.invalidate_recordset(["reason_not_effective"])
            self.assertEqual(
                self.line.reason_not_effective,
                "None of its securities is valid today",
            )

    def test_a_security_stands_behind_a_line_of_its_customer_and_kind(self):
        other = self._account(self.lea.partner_id)
        for vals in ({"account_id": other.id}, {"kind": "collateral"}):
            with self.assertRaisesRegex(ValidationError, "cannot stand behind"):
                self._security(self.line, **vals)

    def test_the_controller_is_told_before_the_end(self):
        self.company.credit_expiry_notice_days = 30
        line = self._line(500, date_to="2026-07-15")
        later = self._line(500, date_to="2026-07-16")
        security = self._security(self.line, date_to="2026-07-01")
        with self.enter_registry_test_mode():
            for cron in ("line", "security", "line"):
                self.env.ref(
                    f"crm_credit.ir_cron_{cron}_expiry"
                ).method_direct_trigger()
        self.assertEqual(line.activity_ids.user_id, self.carl)
        self.assertIn("ends on 2026-07-15", line.activity_ids.summary)
        self.assertEqual(len(line.activity_ids), 1)
        self.assertEqual(len(security.activity_ids), 1)
        self.assertFalse(later.activity_ids)
