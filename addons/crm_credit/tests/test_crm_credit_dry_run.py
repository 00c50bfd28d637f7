from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


@tagged("post_install", "-at_install")
class TestCrmCreditDryRun(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("sales_team.group_sale_manager")
        cls.env.user.group_ids |= cls.env.ref("crm_credit.group_crm_credit_user")
        cls.eur = cls.setup_other_currency("EUR")  # two for one of ours
        cls.other_company = cls.setup_other_company()["company"]
        both = [Command.set((cls.env.company | cls.other_company).ids)]
        cls.carl, cls.mona = (
            new_test_user(
                cls.env,
                f"dry run {role}",
                f"crm_credit.group_crm_credit_{role}",
                company_ids=both,
                company_id=cls.env.company.id,
            )
            for role in ("user", "manager")
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Service on credit",
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": False,
            }
        )
        cls.customer, cls.stranger = cls.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Customer", "Stranger")]
        )
        cls.account = cls._file(cls.customer)
        rules = cls.env["crm.credit.rule"].sudo()
        rules.search([]).active = False
        cls.over_limit, cls.overdue = rules.create(
            [
                {"name": "Over limit", "kind": "over_limit"},
                {"name": "Old debt", "kind": "overdue_days", "days": 1},
            ]
        )

    @classmethod
    def _file(cls, partner, **vals):
        return cls.env["crm.credit.account"].create({"partner_id": partner.id, **vals})

    def _grant(self, amount, approve=True, account=None, **vals):
        line = self.env["crm.credit.line"].create(
            {
                "account_id": (account or self.account).id,
                "amount": amount,
                "date_from": "2026-01-01",
                **vals,
            }
        )
        if approve:
            line.with_user(self.mona).action_approve()
        return line

    def _order(self, day, amount, partner=None, quantity=1, **vals):
        with freeze_time(f"{day} 10:00:00"):
            order = self.env["sale.order"].create(
                {
                    "partner_id": (partner or self.customer).id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_qty": quantity,
                                "price_unit": amount / quantity,
                                "tax_ids": False,
                            }
                        )
                    ],
                    **vals,
                }
            )
            order.action_confirm()
        self.assertEqual(order.state, "sale")
        return order

    def _invoice(self, order, day, due, quantity=None):
        invoice = order._create_invoices()
        invoice.write({"invoice_date": day, "invoice_payment_term_id": False})
        invoice.invoice_date_due = due
        if quantity:
            invoice.invoice_line_ids.quantity = quantity
        invoice.action_post()
        return invoice

    def _pay(self, invoice, day):
        receivable = self.company_data["default_account_receivable"]
        bank = self.company_data["default_journal_bank"].default_account_id
        amounts = {receivable: ("credit",), bank: ("debit",)}
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            side: invoice.amount_total,
                            "partner_id": invoice.partner_id.id,
                        }
                    )
                    for account, (side,) in amounts.items()
                ],
            }
        )
        entry.action_post()
        (entry + invoice).line_ids.filtered(
            lambda line: line.account_id == receivable
        ).reconcile()

    def _story(self):
        self._grant(1000)
        first = self._order("2026-05-01", 600)
        bill = self._invoice(first, "2026-05-03", "2026-05-18")
        self._order("2026-05-10", 300)
        self.third = self._order("2026-05-20", 200)  # 900 owed
        self._pay(bill, "2026-05-25")
        self._order("2026-06-01", 400)  # 500 owed
        self.stranger_order = self._order("2026-06-05", 50, self.stranger)
        self.fifth = self._order("2026-06-10", 150)  # 900 owed

    def _run(self, rules=None, user=None, **vals):
        run = (
            self.env["crm.credit.dry.run"]
            .with_user(user or self.carl)
            .create({"rule_ids": (rules or self.over_limit).ids, **vals})
        )
        with freeze_time("2026-06-30 12:00:00"):
            run.action_run()
        return run

    def test_what_the_limit_would_have_held(self):
        self._story()
        run = self._run()
        self.assertRecordValues(
            run,
            [
                {
                    "order_count": 6,
                    "held_count": 3,
                    "held_amount": 400,
                    "still_count": 2,
                    "average_days": 17,  # (6 + 25 + 20) / 3
                    "warned_count": 0,
                }
            ],
        )
        self.assertIn("over the limit of", run.line_ids[0].reason)

    def test_what_each_order_would_have_met(self):
        self._story()
        names = ("order_id", "exposure", "limit", "overdue", "oldest_overdue")
        names += ("cleared_on", "days", "is_waiting")
        rows = [
            (self.third.id, 900, 1000, 600, 2, date(2026, 5, 26), 6, False),
            (self.stranger_order.id, 0, 0, 0, 0, False, 25, True),
            (self.fifth.id, 900, 1000, 0, 0, False, 20, True),
        ]
        self.assertRecordValues(
            self._run().line_ids, [dict(zip(names, row, strict=True)) for row in rows]
        )

    def test_overdue_at_that_time_and_rules_together(self):
        self._story()
        run = self._run(self.overdue)
        self.assertEqual(run.line_ids.order_id, self.third)
        self.assertEqual(run.line_ids.cleared_on, date(2026, 5, 26))
        self.assertIn("2 days late", run.line_ids.reason)
        both = self._run(self.overdue | self.over_limit)
        self.assertEqual(both.held_count, 3)
        self.assertEqual(
            both.line_ids[0].with_context(active_test=False).rule_ids,
            self.overdue | self.over_limit,
        )

    def test_a_changed_rule_and_an_exclusion(self):
        self._story()
        changed = self.over_limit.sudo().copy({"percent": 10})
        self.assertEqual(self._run(changed).line_ids.order_id, self.stranger_order)
        small = self.over_limit.sudo().create(
            {"name": "Small", "kind": "below_amount", "amount": 160}
        )
        run = self._run(self.over_limit | small)
        self.assertEqual(run.line_ids.order_id, self.third)
        warning = self.over_limit.sudo().copy({"outcome": "warn"})
        self.assertRecordValues(
            self._run(warning), [{"held_count": 0, "warned_count": 3, "held_amount": 0}]
        )

    def test_limits_before_they_are_activated(self):
        self._story()
        self._grant(100, approve=False)
        self.assertEqual(self._run().held_count, 3)
        run = self._run(with_drafts=True)
        self.assertEqual(run.line_ids.order_id, self.stranger_order)
        root = self.env.ref("base.user_root")
        self.account.with_user(root).limit_type = "unlimited"
        self.assertEqual(self._run().line_ids.order_id, self.stranger_order)

    def test_partial_invoice_is_counted_once(self):
        self._grant(999)
        order = self._order("2026-05-01", 1000, quantity=10)
        bill = self._invoice(order, "2026-05-05", "2026-05-31", quantity=4)
        self._order("2026-05-10", 5)
        self._pay(bill, "2026-05-12")
        self._order("2026-05-15", 400)
        self.assertEqual(self._run().line_ids.mapped("exposure"), [0, 1000, 605])

    def test_two_currencies(self):
        self._grant(300, currency_id=self.eur.id)
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": self.eur.id}
        )
        self._order("2026-05-01", 200, pricelist_id=pricelist.id)
        self._order("2026-05-02", 120, pricelist_id=pricelist.id)
        self.assertRecordValues(
            self._run().line_ids, [{"amount": 60, "exposure": 100, "limit": 150}]
        )

    def test_the_contacts_of_a_customer_count_together(self):
        self._grant(1000)
        contact = self.env["res.partner"].create(
            {"name": "Buyer", "parent_id": self.customer.id}
        )
        self._order("2026-05-01", 700)
        self._order("2026-05-02", 700, contact)
        self.assertRecordValues(
            self._run().line_ids,
            [{"exposure": 700, "partner_id": self.customer.id}],
        )

    def test_companies_stay_apart(self):
        self._story()
        run = self._run(company_id=self.other_company.id)
        self.assertEqual(run.order_count, 0)
        here = {"allowed_company_ids": self.env.company.ids}
        runs = self.env["crm.credit.dry.run"].with_user(self.carl).with_context(**here)
        self.assertNotIn(run, runs.search([]))

    def test_nothing_is_written_to_the_orders(self):
        self._story()
        orders = self.env["sale.order"].search([])
        self.env.cr.flush()
        orders.invalidate_recordset()
        before = orders.read()
        self._run(self.over_limit | self.overdue)
        self.env.cr.flush()
        orders.invalidate_recordset()
        self.assertEqual(orders.read(), before)
        self.assertFalse(
            self.env["crm.credit.hold"].search([("order_id", "in", orders.ids)])
        )
        self.assertFalse(self.over_limit.active)

    def test_window_and_replay_again(self):
        self._story()
        run = self._run(window_days=21)
        self.assertRecordValues(run, [{"order_count": 1, "held_count": 1}])
        again = run.copy({"window_days": 90})
        with freeze_time("2026-06-30 12:00:00"):
            again.action_run()
            again.action_run()
        self.assertEqual(again.held_count, 3)
        self.assertEqual(len(again.line_ids), 3)
        for days in (0, 1000):
            with self.assertRaisesRegex(ValidationError, "looks back"):
                run.window_days = days

    def test_average_days_late(self):
        self._story()
        slow = self.over_limit.sudo().create(
            {"name": "Slow", "kind": "average_days_late", "days": 6}
        )
        run = self._run(slow)  # the bill was paid 7 days late, on 25 May
        self.assertEqual(run.held_count, 2)
        self.assertEqual(run.line_ids[1].order_id, self.fifth)

    def test_from_the_rule(self):
        self.overdue.sudo().active = True
        action = self.over_limit.with_user(self.carl).action_dry_run()
        rules = action["context"]["default_rule_ids"]
        self.assertEqual(set(rules), set((self.overdue | self.over_limit).ids))
        run = self.env["crm.credit.dry.run"].with_user(self.carl)
        run = run.with_context(**action["context"]).create({})
        self.assertEqual(set(run.rule_ids.ids), set(rules))
        with self.assertRaisesRegex(UserError, "Choose the rules"):
            self.env["crm.credit.dry.run"].create({"rule_ids": False}).action_run()

    def test_salespeople_do_not_replay(self):
        sara = new_test_user(self.env, "dry run sara", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self._run(user=sara)

    def test_few_statements_for_many_orders(self):
        self._grant(10)
        counts = []
        for day in ("2026-05-01", "2026-05-02"):
            for _n in range(1 if not counts else 20):
                self._order(day, 100)
            run = self._run()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with freeze_time("2026-06-30 12:00:00"):
                run.action_run()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(run.order_count, 21)
        self.assertLessEqual(counts[1], counts[0] + 5)
