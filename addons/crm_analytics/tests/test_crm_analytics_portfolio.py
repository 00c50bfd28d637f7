import random

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..tools import portfolio
from .common_portfolio import PortfolioCommon


@tagged("post_install", "-at_install")
class TestPortfolio(PortfolioCommon):
    def test_on_the_cut_is_high(self):
        cases = {
            (100, 100): "invest",
            (100, 99.99): "cultivate",
            (99.99, 100): "restructure",
            (99.99, 99.99): "let_go",
            (5, -40): "let_go",
            (500, -40): "cultivate",
        }
        partners = {key: self.customer(str(key), *key) for key in cases}
        self.refresh()
        self.cut(100, 100)
        for key, strategy in cases.items():
            self.assertEqual(self.strategy(partners[key]), strategy, key)

    def test_the_cuts_begin_as_medians_of_what_is_above_nothing(self):
        for potential, value in ((10, 1), (20, 0), (60, 3), (90, 0), (95, 8)):
            self.customer("One", potential, value)
        self.refresh()
        settings = self.portfolio()
        self.assertEqual((settings.potential_cut, settings.value_cut), (60, 3))
        self.assertEqual(settings.as_of, self.today)

    def test_sql_sorts_as_the_pure_functions_do(self):
        dice = random.Random(7)
        rows = [(dice.randint(1, 9), dice.randint(-3, 9)) for _number in range(60)]
        partners = [self.customer("Any", *row) for row in rows]
        self.refresh()
        cuts = portfolio.median_cuts(*zip(*rows, strict=True))
        settings = self.portfolio()
        self.assertEqual(
            (settings.potential_cut, settings.value_cut), (cuts.potential, cuts.value)
        )
        expected = portfolio.strategies(*zip(*rows, strict=True), cuts)
        self.assertEqual([self.strategy(partner) for partner in partners], expected)
        found = self.matrix(self.mona)
        totals = portfolio.matrix(*zip(*rows, strict=True), expected)
        self.assertEqual(
            self.counts(found), {part.strategy: part.customers for part in totals}
        )

    def test_all_alike_are_high_and_nobody_with_nothing(self):
        same = [self.customer("Same", 50, 50) for _number in range(3)]
        self.refresh()
        self.assertEqual({self.strategy(partner) for partner in same}, {"invest"})
        self.env.cr.execute("UPDATE crm_customer_day SET revenue = 0")
        self.figures.rebuild()
        self.assertEqual({self.strategy(partner) for partner in same}, {"cultivate"})

    def test_one_customer_and_no_customer(self):
        self.refresh()
        found = self.matrix(self.mona)
        self.assertEqual((found["customers"], found["bins"]), (0, []))
        self.customer("Only", 70, 7)
        self.refresh()
        found = self.matrix(self.mona)
        self.assertEqual(found["bins"], [[70, 7, "invest", 1, "Only"]])
        self.assertEqual(found["cuts"], {"potential": 70, "value": 7})

    def test_a_potential_without_value(self):
        """Who never bought has no figures; its potential waits for the first order."""
        prospect = self.env["res.partner"].create({"name": "New", "is_company": True})
        prospect.crm_potential = 900
        self.refresh()
        self.assertFalse(self.of(prospect))
        asleep = self.customer("Asleep", 900, 0)
        self.customer("Buys", 10, 10)
        self.refresh()
        self.assertEqual(self.strategy(asleep), "cultivate")

    def test_a_customer_without_potential_has_no_strategy(self):
        nobody_knows = self.customer("Unknown", None, 80)
        self.customer("Known", 10, 10)
        self.refresh()
        row = self.of(nobody_knows)
        self.assertFalse(row.potential_source or row.strategy or row.potential)
        self.assertEqual(self.matrix(self.mona)["without"], 1)
        action = self.figures.action_open_strategy(False)
        self.assertEqual(self.figures.search(action["domain"]), row)

    def test_two_companies_and_currencies_are_apart(self):
        both = self.customer("Both", 500, 500)
        self.customer("Home only", 100, 100)
        both.with_company(self.abroad).crm_potential = 1
        self.bought(both, 5, self.abroad)
        self.customer("Abroad only", 900, 900, self.abroad)
        self.refresh()
        self.cut(300, 300)
        self.cut(300, 300, self.abroad)
        self.assertEqual(self.strategy(both), "invest")
        self.assertEqual(self.strategy(both, self.abroad), "let_go")
        found = self.matrix(self.mona, self.abroad)
        self.assertEqual(found["currency_id"], self.abroad.currency_id.id)
        self.assertEqual(sum(self.counts(found).values()), 2)

    def test_the_larger_of_typed_and_expected(self):
        rows = {"small": 10, "large": 900, "none": 0}
        partners = {
            name: self.customer(name, typed, 60) for name, typed in rows.items()
        }
        for partner in partners.values():
            self.bought(partner, 40, day="2025-02-01")  # the year before
        self.refresh()
        self.portfolio().potential_measure = "growth"
        found = {
            name: (self.of(partner).potential, self.of(partner).potential_source)
            for name, partner in partners.items()
        }
        self.assertEqual(
            found,
            {"small": (80, "growth"), "large": (900, "typed"), "none": (80, "growth")},
        )

    def test_expected_purchases_are_of_a_year(self):
        partner = self.customer("Modelled", 5, 60)
        self.refresh()
        run = self.env["crm.analytics.clv.run"].create(
            {"company_id": self.company.id, "horizon_months": 24}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_analytics_customer SET expected_orders = 3, clv_run_id = %s,"
            " clv_source = 'model' WHERE partner_id = %s",
            (run.id, partner.id),
        )
        self.env["crm.analytics.portfolio"]._evaluate(self.company)
        row = self.of(partner)
        self.assertEqual((row.potential, row.potential_source), (90, "expected"))
        self.env.cr.execute("UPDATE crm_analytics_customer SET clv_source = 'history'")
        self.env["crm.analytics.portfolio"]._evaluate(self.company)
        row.invalidate_recordset()
        self.assertEqual((row.potential, row.potential_source), (5, "typed"))

    def test_of_whom_nothing_is_known_customers_like_it_say_something(self):
        industry = self.env["res.partner.industry"].create({"name": "Rope"})
        alike = [
            self.customer("Rope", None, value, industry_id=industry.id)
            for value in (10, 20, 30, 40, 500)
        ]
        other = self.customer("Lonely", None, 10)
        self.refresh()
        row = self.of(alike[0])
        self.assertEqual((row.potential, row.potential_source), (30, "peers"))
        self.assertFalse(self.of(other).potential_source)

    def test_a_potential_cannot_be_negative(self):
        with self.assertRaises(ValidationError):
            self.alpha.crm_potential = -1

    def test_another_table_of_strategies(self):
        invest, *_others = self.four()
        self.portfolio().strategy_high_high = "cultivate"
        self.assertEqual(self.strategy(invest), "cultivate")
        found = self.counts(self.matrix(self.mona))
        self.assertEqual(found["cultivate"], 2)
        self.assertEqual(found["invest"], 0)

    def test_cuts_that_are_tried_write_nothing(self):
        self.four()
        before = self.env["crm.analytics.strategy"].search_count([])
        figures = self.figures.with_user(self.sara)
        found = figures.what_if_cuts(400, 400)
        self.assertEqual(found["moved"], 1)
        self.assertEqual(
            found["ways"], [{"from": "Invest", "to": "Let Go", "customers": 1}]
        )
        self.assertEqual(
            self.counts(found),
            {"invest": 0, "cultivate": 1, "restructure": 1, "let_go": 2},
        )
        self.assertEqual(self.env["crm.analytics.strategy"].search_count([]), before)
        for cut in ("nan", "inf", "x", None):
            with self.assertRaises(UserError):
                figures.what_if_cuts(cut, 1)

    def test_managers_save_the_cuts(self):
        invest, *_others = self.four()
        for user in (self.sara, self.karim):
            with self.assertRaises(AccessError):
                self.figures.with_user(user).save_cuts(400, 400)
            with self.assertRaises(AccessError):
                self.figures.with_user(user).use_median_cuts()
        self.figures.with_user(self.mona).save_cuts(400, 400)
        self.assertEqual(self.strategy(invest), "let_go")
        self.refresh()
        self.assertEqual(self.portfolio().value_cut, 400, "A refresh keeps them")
        self.figures.with_user(self.mona).use_median_cuts()
        self.assertEqual(self.portfolio().value_cut, 160)

    def test_another_measure_takes_its_own_cuts(self):
        self.four()
        self.portfolio().value_measure = "margin_12m"
        self.assertFalse(self.portfolio().cuts_fixed)
        self.assertEqual(self.portfolio().value_cut, 80)
