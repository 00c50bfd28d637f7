from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_portfolio import PortfolioCommon


@tagged("post_install", "-at_install")
class TestStrategy(PortfolioCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invest, cls.cultivate, cls.restructure, cls.let = cls.four()
        cls.history = cls.env["crm.analytics.strategy"]

    def rows(self, partner):
        return self.history.search([("partner_id", "=", partner.id)], order="id")

    def test_what_is_computed_is_written_where_it_differs(self):
        before = self.history.search_count([])
        self.refresh()
        self.assertEqual(self.history.search_count([]), before)
        self.cut(100, 400)
        moved = self.rows(self.invest)[-1]
        self.assertEqual(self.history.search_count([]), before + 1)
        self.assertRecordValues(
            moved,
            [
                {
                    "kind": "computed",
                    "strategy_before": "invest",
                    "strategy": "cultivate",
                    "user_id": False,
                }
            ],
        )

    def test_a_choice_holds_until_it_is_taken_back(self):
        self.choose(self.sara, self.let, "invest", "New plant in May")
        self.cut(5, 5)
        self.cut(1000, 1000)
        self.refresh()
        row = self.of(self.let)
        self.assertEqual((row.strategy, row.strategy_computed), ("invest", "let_go"))
        self.choose(self.sara, self.let, False, "Plant sold", kind="released")
        self.assertEqual((row.strategy, row.strategy_chosen), ("let_go", False))
        chosen = self.rows(self.let).filtered(lambda row: row.kind != "computed")
        self.assertRecordValues(
            chosen,
            [
                {
                    "strategy_before": "let_go",
                    "strategy": "invest",
                    "reason": "New plant in May",
                    "user_id": self.sara.id,
                },
                {
                    "strategy_before": "invest",
                    "strategy": "let_go",
                    "reason": "Plant sold",
                    "user_id": self.sara.id,
                },
            ],
        )

    def test_cuts_do_not_move_what_people_chose(self):
        self.choose(self.sara, self.let, "invest")
        found = self.figures.with_user(self.mona).what_if_cuts(1, 1)
        self.assertEqual((found["moved"], found["chosen"]), (2, 1))

    def test_the_timeline_says_it(self):
        self.choose(self.sara, self.let, "invest", "New plant in May")
        self.cut(100, 400)
        events = self.env["crm.customer.event"].search([("kind", "=", "strategy")])
        chosen = events.filtered(lambda event: event.partner_id == self.let)[0]
        self.assertEqual(
            chosen.name, "Strategy: Let Go → Invest (Chosen). New plant in May"
        )
        self.assertEqual((chosen.user_id, chosen.company_id), (self.sara, self.company))
        computed = events.filtered(lambda event: event.partner_id == self.invest)
        self.assertEqual(computed[0].name, "Strategy: Invest → Cultivate (computed)")

    def test_history_is_not_changed(self):
        row = self.choose(self.mona, self.let, "invest")
        for user in (self.mona, self.env.user):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                row.with_user(user).write({"reason": "Other"})
            with self.assertRaises(UserError), self.env.cr.savepoint():
                row.with_user(user).unlink()

    def test_who_and_when_and_from_what_are_not_told_by_the_caller(self):
        row = self.choose(
            self.sara,
            self.let,
            "invest",
            user_id=self.mona.id,
            date="2001-01-01 00:00:00",
            strategy_before="invest",
            origin_id=self.invest.id,
        )
        self.assertEqual(row.user_id, self.sara)
        self.assertEqual((row.strategy_before, row.origin_id), ("let_go", self.let))
        self.assertGreater(row.date.year, 2001)
        with self.assertRaises(UserError):
            self.choose(self.sara, self.let, "invest", kind="computed")

    def test_a_reason_is_needed(self):
        for reason in ("", "   ", False):
            with self.assertRaises(UserError):
                self.choose(self.sara, self.let, "invest", reason)
        with self.assertRaises(UserError):
            self.choose(self.sara, self.let, False)

    def test_merged_customers_keep_both_histories(self):
        self.choose(self.sara, self.let, "cultivate", "First")
        self.choose(self.sara, self.invest, "restructure", "Later")
        count = len(self.rows(self.let) | self.rows(self.invest))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.let | self.invest).ids, self.let)
        self.env.invalidate_all()
        self.assertEqual(len(self.rows(self.let)), count)
        self.refresh()
        self.assertEqual(self.strategy(self.let), "restructure", "The last choice")

    def test_a_customer_that_joins_another_takes_its_history_along(self):
        self.choose(self.sara, self.let, "cultivate", "Before")
        count = len(self.rows(self.let)) + len(self.rows(self.invest))
        self.let.write({"parent_id": self.invest.id, "is_company": False})
        self.env.flush_all()
        self.assertEqual(len(self.rows(self.invest)), count)
        self.refresh()
        self.assertEqual(self.strategy(self.invest), "invest", "It decides nothing")
        self.let.write({"parent_id": False, "is_company": True})
        self.env.flush_all()
        self.refresh()
        self.assertEqual(self.strategy(self.let), "cultivate", "Its own again")

    def test_a_segment_of_a_strategy(self):
        segment = self.env["crm.analytics.segment"].create(
            {
                "name": "To invest in",
                "domain": "[('strategy', '=', 'invest')]",
                "company_id": self.company.id,
            }
        )
        self.assertFalse(segment.is_confidential)
        self.assertEqual(segment.count, 1)
        groups = self.figures._read_group(
            [("company_id", "=", self.company.id)], ["strategy"], ["__count"]
        )
        self.assertEqual(len(groups), 4)

    def test_refresh_equals_rebuild(self):
        self.choose(self.sara, self.let, "cultivate")
        self.assert_same_as_rebuilt()
