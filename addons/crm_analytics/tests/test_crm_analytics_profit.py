from datetime import date

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import uninstall_hook
from .common_cost import FIRST, LAST, CostCommon


@tagged("post_install", "-at_install")
class TestProfit(CostCommon):
    def test_from_revenue_to_profit(self):
        self.pool("Visits", "visits", 60)
        self.pool("Orders", "orders", 30)
        run = self.run_()
        self.assertRecordValues(
            self.row(run, self.beta),
            [
                {
                    "gross": 115,  # 100 + 10 of discount + 5 sent back
                    "discount": 10,
                    "returns": 5,
                    "revenue": 100,
                    "goods": 30,
                    "margin": 70,
                    "cost_to_serve": 60,
                    "capital_cost": 0,
                    "profit": 10,
                    "volume_cost": 9,
                    "volume_profit": 61,
                    "difference": -51,
                    "place": 2,
                }
            ],
        )
        self.assertEqual(sum(run.profit_ids.mapped("difference")), 0)
        self.assertEqual(run.profit, 470 - 90)

    def test_statement_is_readable(self):
        self.pool("Visits", "visits", 60)
        row = self.row(self.run_(), self.beta)
        rows = row._statement_rows()
        self.assertEqual(
            [(line["label"], line["amount"]) for line in rows],
            [
                ("Gross revenue", 115),
                ("Discounts", -10),
                ("Returns", -5),
                ("Net revenue", 100),
                ("Cost of goods", -30),
                ("Margin", 70),
                ("Visits", -40),
                ("Cost of capital", 0),
                ("Profit", 30),
            ],
        )
        self.assertIn("4 × 10 (Visits)", row.statement)
        self.assertIn(
            "-34.0", [f"{line['amount'] - line['volume']:.1f}" for line in rows]
        )

    def test_cost_of_capital(self):
        """200 owed in the last 73 of 365 days are 40 in the mean."""
        accounts = self.env["account.account"].create(
            [
                {
                    "name": "Owed",
                    "code": "CRM101",
                    "account_type": "asset_receivable",
                    "reconcile": True,
                },
                {"name": "Sold", "code": "CRM401", "account_type": "income"},
            ]
        )
        person = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.alpha.id}
        )
        lines = [
            Command.create(
                {"account_id": accounts[0].id, "debit": 200, "partner_id": person.id}
            ),
            Command.create({"account_id": accounts[1].id, "credit": 200}),
        ]
        entry = self.env["account.move"].create(
            {"date": date(2026, 1, 18), "line_ids": lines}
        )
        entry.action_post()
        run = self.run_(capital_rate=10)
        self.assertRecordValues(
            self.row(run, self.alpha), [{"receivable": 40, "capital_cost": 4}]
        )

    def test_list_asks_the_database_as_often_for_many(self):
        run = self.run_()
        rows = run.profit_ids
        fields = {"partner_id": {}, "profit": {}, "run_id": {}}

        def queries(ids):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            rows.browse(ids).web_read(fields)
            return self.env.cr.sql_log_count - start

        queries(rows.ids)
        self.assertEqual(queries(rows.ids[:1]), queries(rows.ids))


@tagged("post_install", "-at_install")
class TestProfitElsewhere(CostCommon):
    def test_figures_get_the_profit_of_twelve_months(self):
        self.refresh()
        first = self.run_(date_to=date(2025, 9, 30))
        first.action_freeze()
        self.assertEqual(self.of(self.alpha).profit_12m, 0)
        second = self.run_(date_from=date(2025, 10, 1))
        second.action_freeze()
        self.assertEqual(self.of(self.alpha).profit_12m, 400)
        self.assertEqual(self.of(self.beta).profit_12m, 70)
        self.refresh()  # computing the runs brought the demo documents' days back
        self.assertEqual(self.of(self.beta).profit_12m, 70)
        self.assert_same_as_rebuilt()

    def test_draft_does_not_count(self):
        self.refresh()
        self.run_()
        self.env.cr.execute("SELECT COUNT(profit_12m) FROM crm_analytics_customer")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_whale(self):
        self.pool("Visits", "visits", 600)
        run = self.run_()
        found = run.get_whale()["run"]
        self.assertEqual(found["id"], run.id)
        self.assertEqual(
            found["points"][1:], [[1 / 3, 400, 1], [2 / 3, 200, 2], [1, -130, 3]]
        )
        self.assertEqual(
            (found["peak"], found["peak_customers"], found["losing"], found["total"]),
            (400, 1, 2, -130),
        )
        self.assertEqual(found["destroyed"], 530)
        self.assertEqual(found["customers_80"], 1)
        action = run.action_open_places(2, 3)
        rows = self.env["crm.analytics.profit"].search(action["domain"])
        self.assertEqual(rows.partner_id, self.beta | self.gamma)

    def test_tiers_by_profit(self):
        tiers = self.env["crm.tier"].search([])
        self.pool("Visits", "visits", 600)
        self.env["crm.tier.policy"].search([]).active = False
        policy = self.env["crm.tier.policy"].create(
            {
                "name": "By profit",
                "measure": "profit",
                "method": "threshold",
                "exclude_new": False,
                "hysteresis_pct": 0,
                "cut_ids": [
                    Command.create({"tier_id": tier.id, "cut": cut})
                    for tier, cut in zip(tiers[:3], (300, -250, -1000), strict=True)
                ],
            }
        )
        run = self.run_()
        with self.assertRaisesRegex(UserError, "freeze a cost run"):
            policy._evaluate(self.today)
        run.action_freeze()
        lines = policy._evaluate(self.today).line_ids
        of = {line.partner_id: (line.value, line.tier_id) for line in lines}
        self.assertEqual(of[self.alpha], (400, tiers[0]))
        self.assertEqual(of[self.beta][0], -330)
        with self.assertRaisesRegex(UserError, "of 24 months"):
            policy.window_months = 24
            policy._evaluate(LAST)
        visible = self.env["crm.tier.policy"].with_user(self.sara)._visible_measures()
        self.assertNotIn("profit", visible)
        self.assertEqual(run.date_from, FIRST)

    def test_uninstalling_frees_the_policies(self):
        """Its measures go; a policy falls back on revenue and waits for somebody."""
        policy = self.env["crm.tier.policy"].create(
            {"name": "By profit", "measure": "profit", "auto_apply": True}
        )
        uninstall_hook(self.env)
        self.assertEqual((policy.measure, policy.auto_apply), ("revenue", False))
