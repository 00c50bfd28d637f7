from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common_lines import CreditLinesCase


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 12:00")
class TestCrmCreditLine(CreditLinesCase):
    def test_a_line_counts_from_its_first_to_its_last_day(self):
        line = self._line(1000, date_from="2026-06-10", date_to="2026-06-20")
        for day, limit in (("09", 0), ("10", 1000), ("20", 1000), ("21", 0)):
            with freeze_time(f"2026-06-{day} 12:00"), self.subTest(day=day):
                line.invalidate_recordset(["is_effective", "reason_not_effective"])
                self.assertEqual(self._limit(), limit)
                self.assertEqual(line.is_effective, bool(limit))
                found = line.search([("is_effective", "=", True)])
                self.assertEqual(line in found, bool(limit))
        with freeze_time("2026-06-21 12:00"):
            line.invalidate_recordset(["reason_not_effective"])
            self.assertEqual(line.reason_not_effective, "Ended on 2026-06-20")

    def test_lines_add_up_in_the_currency_of_the_file_at_todays_rate(self):
        dollar, pound = self.env.ref("base.USD"), self.env.ref("base.GBP")
        self.env.user.company_id.currency_id = dollar
        pound.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", pound.id)]).unlink()
        self.env["res.currency.rate"].create(
            [
                {"currency_id": pound.id, "name": "2026-01-01", "rate": 0.5},
                {"currency_id": pound.id, "name": "2026-06-16", "rate": 0.4},
            ]
        )
        self._line(1000)
        self._line(100, currency_id=pound.id)
        self.assertEqual(self._limit(), 1200)
        with freeze_time("2026-06-16 12:00"):
            self.assertEqual(self._limit(), 1250)
        foreign = self._account(
            self.env["res.partner"].create({"name": "London", "is_company": True}),
            currency_id=pound.id,
        )
        self._line(1000, foreign, currency_id=dollar.id)
        self.assertEqual(self._limit(foreign), 500)

    def test_what_is_approved_stays_as_it_was_decided(self):
        line = self._line(1000)
        for vals in (
            {"amount": 2000},
            {"kind": "temporary"},
            {"date_to": "2030-01-01"},
            {"account_id": self._account(self.sara.partner_id).id},
        ):
            for records in (line, line.sudo()):
                with (
                    self.subTest(vals=vals),
                    self.assertRaisesRegex(UserError, "stay as they were decided"),
                ):
                    records.write(vals)
        with self.assertRaisesRegex(UserError, "kept as evidence"):
            line.sudo().unlink()

    def test_ending_and_revoking_are_documented(self):
        line = self._line(1000)
        line.with_user(self.carl).action_end("2026-06-30", "They move away")
        self.assertEqual(line.date_to, date(2026, 6, 30))
        with self.assertRaisesRegex(UserError, "needs a new line"):
            line.with_user(self.carl).action_end("2026-07-30")
        line.with_user(self.carl).action_revoke("Insolvent")
        self.assertEqual(line.approval_state, "revoked")
        self.assertEqual(self._limit(), 0)
        self.assertEqual(
            line.approval_ids.sorted("id").mapped("decision"),
            ["approved", "ended", "revoked"],
        )

    def test_bad_lines_are_refused_in_a_sentence(self):
        for vals, sentence in (
            ({"amount": 0}, "above zero"),
            ({"amount": -5}, "above zero"),
            ({"kind": "temporary"}, "needs the day on which it ends"),
            ({"date_to": "2025-12-31"}, "end before it begins"),
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(ValidationError, sentence),
            ):
                self._draft(**vals)

    def test_nobody_approves_what_he_asked_for(self):
        line = self._draft(1000)
        with self.assertRaisesRegex(UserError, "asked for .* yourself"):
            line.action_approve()
        line.with_user(self.cleo).action_approve()
        self.assertTrue(line.is_effective)
        self.assertEqual(line.approved_by_id, self.cleo)

    def test_who_changes_the_amount_asks_for_it(self):
        line = self._draft(1000)
        line.with_user(self.cleo).amount = 9000
        with self.assertRaisesRegex(UserError, "asked for .* yourself"):
            line.with_user(self.cleo).action_approve()

    def test_nobody_approves_for_a_customer_he_sells_to(self):
        line = self._draft(1000)
        self.debtor.user_id = self.cleo
        with self.assertRaisesRegex(UserError, "You sell to Debtor"):
            line.with_user(self.cleo).action_approve()
        self.debtor.user_id = self.sara
        buyer = self.debtor.create({"name": "Buyer", "parent_id": self.debtor.id})
        order = self.env["sale.order"].create(
            {"partner_id": buyer.id, "user_id": self.cleo.id}
        )
        with self.assertRaisesRegex(UserError, "You sell to Debtor"):
            line.with_user(self.cleo).action_approve()
        order.action_cancel()
        line.with_user(self.cleo).action_approve()

    def test_bands_say_who_may_approve_how_much(self):
        large = self._draft(10000.01)
        with self.assertRaisesRegex(UserError, "may not approve"):
            large.with_user(self.cleo).action_approve()
        large.with_user(self.mona).action_approve()
        self._draft(10000).with_user(self.cleo).action_approve()

    def test_bands_may_measure_all_lines_together(self):
        self.company.credit_band_measure = "total"
        self._draft(6000).with_user(self.cleo).action_approve()
        with self.assertRaisesRegex(UserError, "may not approve"):
            self._draft(6000).with_user(self.cleo).action_approve()

    def test_no_interface_writes_a_decision(self):
        line = self._draft(1000)
        lines = line.browse()
        self.env["ir.default"].with_user(self.carl).set(
            lines._name, "approval_state", "approved", user_id=True
        )
        by_default = self._draft(1000)
        by_context = lines.with_context(
            default_approval_state="approved", crm_credit_guard=True
        ).create({"account_id": self.account.id, "amount": 5})
        self.assertEqual(
            (by_default | by_context).mapped("approval_state"), ["draft"] * 2
        )
        for records in (line, line.sudo(), line.with_user(self.mona)):
            with self.assertRaisesRegex(UserError, "cannot be set directly"):
                records.with_context(crm_credit_guard=1).write(
                    {"approval_state": "approved"}
                )
        with self.assertRaisesRegex(UserError, "cannot be set directly"):
            self._draft(1000, approval_state="approved")
        loaded = lines.load(
            ["account_id/.id", "amount", "approval_state"],
            [[str(self.account.id), "5", "Approved"]],
        )
        self.assertFalse(loaded["ids"])
        self.assertIn("cannot be set directly", loaded["messages"][0]["message"])
        self.assertEqual(self._limit(), 0)

    def test_no_limit_is_for_managers_who_do_not_sell_to_the_customer(self):
        account = self.account
        for records in (
            account.with_user(self.carl),
            account.with_user(self.carl).sudo(),
        ):
            with self.assertRaisesRegex(UserError, "Only credit managers"):
                records.limit_type = "unlimited"
            with self.assertRaisesRegex(UserError, "Only credit managers"):
                records.group_limit = 5
        self.debtor.user_id = self.mona
        with self.assertRaisesRegex(UserError, "You sell to Debtor"):
            account.with_user(self.mona).limit_type = "unlimited"
        self.debtor.user_id = self.sara
        account.with_user(self.mona).limit_type = "unlimited"
        decision = self.env["crm.credit.approval"].search(
            [("account_id", "=", account.id)]
        )
        self.assertRecordValues(
            decision, [{"decision": "unlimited", "user_id": self.mona.id}]
        )

    def test_a_list_of_lines_needs_the_same_queries_for_many(self):
        names = ["display_name", "is_effective", "reason_not_effective", "legal_state"]

        def queries(count):
            lines = self.env["crm.credit.line"]
            for index in range(count):
                lines |= self._draft(index + 1, date_to="2026-06-01")
            lines.with_user(self.mona).action_approve()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            lines.read(names)
            return self.env.cr.sql_log_count - start

        queries(1)  # what is cached once
        self.assertEqual(queries(1), queries(20))

    def test_the_wizard_passes_the_comment_on(self):
        line = self._draft(1000)
        wizards = self.env["crm.credit.decide"].with_context(
            active_model=line._name, active_ids=line.ids
        )
        with Form(wizards.with_user(self.cleo)) as form:
            form.comment = "Known for years"
        form.record.action_decide()
        self.assertEqual(line.approval_state, "approved")
        self.assertEqual(line.approval_ids.comment, "Known for years")
        with self.assertRaisesRegex(UserError, "Say why"):
            wizards.with_user(self.carl).create({"decision": "revoke"}).action_decide()
        wizards.with_user(self.carl).create(
            {"decision": "end", "date_to": "2026-07-01", "comment": "Moves"}
        ).action_decide()
        self.assertEqual(line.date_to, date(2026, 7, 1))

    def test_decisions_are_append_only(self):
        evidence = self._line(1000).approval_ids
        for records in (evidence, evidence.sudo(), evidence._unguarded().sudo()):
            with self.assertRaisesRegex(UserError, "cannot be changed"):
                records.sudo().write({"comment": "other"})
            with self.assertRaisesRegex(UserError, "cannot be deleted"):
                records.sudo().with_context(_force_unlink=True).unlink()
        self.assertEqual(evidence.comment, "Known for years")
