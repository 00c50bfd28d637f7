from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_cost import FIRST, LAST, CostCommon


@tagged("post_install", "-at_install")
class TestCostPool(CostCommon):
    def test_typed_in_cost_of_a_period(self):
        month = self.pool("Visits", "visits", 31, period="month")
        quarter = self.pool("Orders", "orders", 300, period="quarter")
        costs = (month | quarter)._costs(date(2025, 1, 31), date(2025, 3, 31))
        self.assertEqual(costs, {month: 63.0, quarter: 203.23})

    def test_cost_from_accounts(self):
        account = self.env["account.account"].create(
            {"name": "Vans", "code": "CRM600", "account_type": "expense"}
        )
        pool = self.pool(
            "Vans",
            "deliveries",
            source="accounts",
            account_ids=[Command.set(account.ids)],
        )
        other = self.env["account.account"].create(
            {"name": "Other", "code": "CRM601", "account_type": "expense"}
        )
        for day, amount in (("2025-04-01", 70), ("2026-03-31", 5), ("2026-04-01", 9)):
            lines = [
                Command.create({"account_id": account.id, "debit": amount}),
                Command.create({"account_id": other.id, "credit": amount}),
            ]
            entries = self.env["account.move"].create(
                [{"date": day, "line_ids": lines} for _kind in range(2)]
            )
            entries[0].action_post()  # the other stays a draft
        self.assertEqual(pool._costs(FIRST, LAST), {pool: 75.0})

    def test_bad_input_is_one_sentence(self):
        cases = [
            {"amount": -1},
            {"amount": float("nan")},
            {"amount": float("inf")},
            {"driver": "moonlight"},
            {"source": "accounts"},
        ]
        for vals in cases:
            with (
                self.subTest(**vals),
                self.assertRaisesRegex(ValidationError, r"\.$"),
                self.env.cr.savepoint(),
            ):
                self.pool("Visits", **{"driver": "visits", **vals})
        pool = self.pool("Visits", "visits")
        for vals in cases:
            with (
                self.subTest("changed", **vals),
                self.assertRaisesRegex(ValidationError, r"\.$"),
                self.env.cr.savepoint(),
            ):
                pool.write(vals)

    def test_pool_of_a_frozen_run_stays(self):
        pool = self.pool("Visits", "visits")
        run = self.run_()
        run.action_freeze()
        savepoint = self.env.cr.savepoint
        with self.assertRaisesRegex(ValidationError, "archive it"), savepoint():
            pool.unlink()
        with self.assertRaisesRegex(ValidationError, "shared out already"), savepoint():
            pool.company_id = self.abroad
        pool.write({"name": "Calls", "amount": 5, "active": False})
        self.assertEqual(run.pool_ids.amount, 100)

    def test_pool_of_a_draft_may_go(self):
        pool = self.pool("Visits", "visits")
        run = self.run_()
        pool.unlink()
        self.assertFalse(run.computed_at)


@tagged("post_install", "-at_install")
class TestCostRun(CostCommon):
    def test_shares_out_to_the_cent(self):
        self.day(self.alpha, date(2025, 8, 1), visit_count=1)
        visits = self.pool("Visits", "visits", 100)
        run = self.run_()
        self.assertRecordValues(
            run.line_ids.sorted(lambda line: line.partner_id.id),
            [
                {
                    "partner_id": self.alpha.id,
                    "quantity": 1,
                    "amount": 14.29,
                    "volume_amount": 90.0,
                    "pool_id": visits.id,
                },
                {
                    "partner_id": self.beta.id,
                    "quantity": 4,
                    "amount": 57.14,
                    "volume_amount": 10.0,
                    "pool_id": visits.id,
                },
                {
                    "partner_id": self.gamma.id,
                    "quantity": 2,
                    "amount": 28.57,
                    "volume_amount": 0.0,
                    "pool_id": visits.id,
                },
            ],
        )
        self.assertRecordValues(
            run, [{"total": 100, "allocated": 100, "unallocated": 0}]
        )
        self.assertAlmostEqual(run.pool_ids.rate, 100 / 7, 6)

    def test_currency_without_cents(self):
        self.abroad.currency_id.rounding = 1
        for partner in (self.alpha, self.beta, self.gamma):
            self.buy(partner, LAST, 7, company=self.abroad)
        self.pool("Invoicing", "invoices", 100, self.abroad)
        run = self.run_(self.abroad)
        self.assertEqual(sorted(run.line_ids.mapped("amount")), [33, 33, 34])

    def test_nobody_used_the_driver(self):
        self.pool("Handling of returns", "returns", 50)
        self.pool("Visits", "visits", 100)
        run = self.run_()
        self.assertRecordValues(
            run, [{"total": 150, "allocated": 100, "unallocated": 50}]
        )
        self.assertIn("Handling of returns", run.unallocated_note)
        self.assertIn("“Returns”", run.pool_ids.filtered("unallocated").note)
        self.assertEqual(sum(run.profit_ids.mapped("cost_to_serve")), 100)
        self.assertEqual(sum(run.profit_ids.mapped("volume_cost")), 100)

    def test_nothing_at_all(self):
        run = self.run_(self.abroad)
        self.assertRecordValues(run, [{"customer_count": 0, "total": 0, "profit": 0}])
        self.assertFalse(run.unallocated_note)
        self.pool("Visits", "visits", 100, self.abroad)
        run.action_compute()
        self.assertRecordValues(run, [{"customer_count": 0, "unallocated": 100}])
        self.assertEqual(run.get_whale(run.id)["run"]["parts"], [])

    def test_companies_apart(self):
        self.buy(self.alpha, LAST, 500, cost=100, company=self.abroad)
        self.pool("Here", "orders", 100)
        self.pool("There", "invoices", 30, self.abroad)
        here, there = self.run_(), self.run_(self.abroad)
        self.assertEqual(here.pool_ids.pool_id.name, "Here")
        self.assertRecordValues(
            there.profit_ids,
            [
                {
                    "partner_id": self.alpha.id,
                    "profit": 370,
                    "company_id": self.abroad.id,
                }
            ],
        )
        only_here = self.fiona.copy({"login": "only here"})
        only_here.company_ids = self.company
        runs = self.env["crm.cost.run"].with_user(only_here)
        self.assertEqual(runs.search([]), here)
        self.assertFalse(
            self.env["crm.analytics.profit"]
            .with_user(only_here)
            .search_count([("run_id", "=", there.id)])
        )
        with self.assertRaises(AccessError):
            runs.get_whale(there.id)

    def test_job_log(self):
        run = self.run_()
        log = self.env["crm.pass"].search([("code", "=", "crm.cost.run")], limit=1)
        self.assertRecordValues(
            log, [{"state": "done", "company_id": run.company_id.id, "total": 1}]
        )

    @mute_logger("odoo.addons.crm_relationship.models.crm_pass_mixin")
    def test_failure_is_told(self):
        def fail(run):
            raise ValueError("no driver")

        self.patch(type(self.env["crm.cost.run"]), "_facts", fail)
        with self.assertRaisesRegex(UserError, "could not be computed: .*no driver"):
            self.run_()

    def test_bad_dates(self):
        cases = (
            {"date_from": LAST, "date_to": FIRST},
            {"date_to": date.today() + timedelta(days=2)},
            {"capital_rate": -1},
        )
        for vals in cases:
            with self.subTest(vals), self.assertRaisesRegex(ValidationError, r"\.$"):
                self.run_(**vals)

    def test_what_changes_outdates_a_draft(self):
        pool = self.pool("Visits", "visits")
        run = self.run_()
        for change in (
            lambda: pool.write({"amount": 7}),
            lambda: self.pool("New", "orders"),
            lambda: run.write({"date_to": date(2026, 3, 30)}),
            lambda: run.write({"capital_rate": 3}),
        ):
            run.action_compute()
            change()
            self.assertFalse(run.computed_at or run.line_ids or run.profit_ids)
            with self.assertRaisesRegex(UserError, "compute it first"):
                run.action_freeze()

    def test_frozen_for_everybody(self):
        self.pool("Visits", "visits")
        run = self.run_()
        run.action_freeze()
        before = run.line_ids.mapped("amount")
        for user in (self.fiona, self.mona, self.env.ref("base.user_root")):
            mine = run.with_user(user)
            for refused in (
                lambda mine=mine: mine.write({"date_to": FIRST}),
                lambda mine=mine: mine.write({"state": "draft"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.action_compute(),
                lambda mine=mine: mine.action_freeze(),
            ):
                with self.subTest(user.login), self.assertRaises(UserError):
                    refused()
        self.assertRecordValues(
            run, [{"state": "frozen", "frozen_by_id": self.fiona.id}]
        )
        self.assertEqual(run.line_ids.mapped("amount"), before)

    def test_rows_are_never_written_by_hand(self):
        self.pool("Visits", "visits")
        run = self.run_()
        for row in (run.line_ids[0], run.profit_ids[0], run.pool_ids[0]):
            for records in (row.sudo(), row.with_user(self.mona)):
                with self.assertRaises(UserError):
                    records.write({"company_id": self.abroad.id})
                with self.assertRaises(UserError):
                    records.unlink()
                with self.assertRaises(UserError):
                    records.create({"run_id": run.id})
        imported = run.line_ids.sudo().load([".id", "amount"], [[str(row.id), "1"]])
        self.assertTrue(imported["messages"])
        with self.assertRaises(UserError):
            run.sudo().write({"state": "frozen"})
        with self.assertRaises(UserError):
            run.sudo().create({"state": "frozen"})
        with self.assertRaises(UserError):
            run.write({"line_ids": [Command.clear()]})

    def test_a_draft_can_be_deleted(self):
        self.pool("Visits", "visits")
        run = self.run_()
        lines = run.line_ids
        run.unlink()
        self.assertFalse(lines.exists())

    def test_merged_customers(self):
        self.pool("Visits", "visits")
        run = self.run_()
        run.action_freeze()
        profit = self.row(run, self.beta).profit + self.row(run, self.gamma).profit
        gamma = self.gamma.id
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.beta | self.gamma).ids, self.beta
        )
        self.assertFalse(self.gamma.browse(gamma).exists())
        self.assertAlmostEqual(self.row(run, self.beta).profit, profit)
        self.assertEqual(sum(run.line_ids.mapped("amount")), 100)
        self.assertEqual(len(run.line_ids), 2)  # alpha bears some by volume


@tagged("post_install", "-at_install")
class TestCostRunRights(CostCommon):
    def test_profit_is_not_for_sales(self):
        self.pool("Visits", "visits")
        run = self.run_()
        for user in (self.sara, self.karim):
            for model in (
                "crm.cost.pool",
                "crm.cost.run",
                "crm.cost.run.line",
                "crm.cost.run.pool",
                "crm.analytics.profit",
            ):
                with self.subTest(model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.env["crm.cost.run"].with_user(user).get_whale()
            with self.assertRaises(AccessError):
                run.with_user(user).action_compute()
            figures = self.figures.with_user(user).fields_get()
            self.assertNotIn("profit_12m", figures)

    def test_accountants_are_finance(self):
        accountant = self.env.ref("account.group_account_manager")
        finance = self.env.ref("crm_analytics.group_crm_analytics_finance")
        self.assertIn(finance, accountant.all_implied_ids)
