import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_basket import BasketCommon


@tagged("post_install", "-at_install")
class TestThinBaskets(BasketCommon):
    """Too little to learn from: no rules, and a sentence that says why."""

    def _assert_no_rules(self, words, **vals):
        run = self._run(**vals)
        self.assertEqual(run.state, "done")
        self.assertFalse(self.rules.search([("run_id", "=", run.id)]))
        self.assertIn(words, run.message)

    def test_no_orders(self):
        self._assert_no_rules("there is no confirmed order")

    def test_no_orders_after_all_were_cancelled(self):
        """The rules of before are gone with the orders."""
        order = self._order(self.ann, self.table, self.chair)
        self._run()
        self.assertTrue(self._rule(self.table, self.chair))
        order.state = "cancel"
        self._assert_no_rules("there is no confirmed order")
        self.assertFalse(self._rule(self.table, self.chair))

    def test_one_order(self):
        self._order(self.ann, self.table, self.chair)
        self._assert_no_rules("only one order", min_orders=3)

    def test_always_the_same_product(self):
        for _n in range(4):
            self._order(self.ann, self.table)
        self._assert_no_rules("all 4 orders are of the same product")

    def test_one_product_an_order(self):
        for product in (self.table, self.chair, self.table):
            self._order(self.ann, product)
        self._assert_no_rules("no order holds two products")

    def test_one_customer_holds_all(self):
        for _n in range(4):
            self._order(self.ann, self.table, self.chair)
        self._order(self.ann, self.lamp)
        self._assert_no_rules(
            "all 5 orders are of 1 customer", min_orders=3, min_customers=2
        )

    def test_everything_too_seldom(self):
        self._order(self.ann, self.table, self.chair)
        self._order(self.bob, self.lamp)
        self._assert_no_rules("no two products are together", min_orders=3)

    def test_settings_that_make_no_sense(self):
        for vals in (
            {"date_from": "2026-02-01", "date_to": "2026-01-01"},
            {"min_orders": 0},
            {"min_confidence": 1.5},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
                mute_logger("odoo.sql_db"),
            ):
                self.runs.create({"company_id": self.company.id, **vals})
