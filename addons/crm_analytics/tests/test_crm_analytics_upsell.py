from odoo.tests import tagged

from .common_basket import BasketCommon


@tagged("post_install", "-at_install")
class TestUpsell(BasketCommon):
    """What customers moved to: first one product, and then only a better one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.moves = cls.env["crm.analytics.upsell"]
        [cls.good] = cls._products("Good Table", list_price=140)

    def _move(self, customer, first, then):
        self._order(customer, first, days_ago=60)
        self._order(customer, then, days_ago=10)

    def _found(self):
        return {
            (move.product_id, move.better_id): (
                move.customers,
                move.product_customers,
                round(move.price_ratio, 2),
            )
            for move in self.moves.search([("company_id", "=", self.company.id)])
        }

    def test_two_customers_moved_to_the_good_table(self):
        """Tables cost 100, good ones 140: 1.4 times. A third customer stays."""
        self._move(self.ann, self.table, self.good)
        self._move(self.bob, self.table, self.good)
        self._order(self.cem, self.table)
        run = self._run(min_customers=2)
        self.assertEqual(self._found(), {(self.table, self.good): (2, 3, 1.4)})
        self.assertEqual(run.upsell_count, 1)

    def test_what_is_no_move(self):
        """To go on buying, to buy both at once, to go down, to look elsewhere."""
        self._move(self.ann, self.table, self.good)
        self._order(self.ann, self.table, days_ago=5)
        self._order(self.bob, self.table, self.good)
        self._move(self.cem, self.good, self.table)
        lamp, hall = self._products("Dear Lamp", "Hall", list_price=150)
        lamp.categ_id = self.category.copy()
        hall.list_price = 301  # more than three times
        for customer, product in zip(
            self._customers("Dan", "Eve"), lamp | hall, strict=True
        ):
            self._move(customer, self.table, product)
        self._run()
        self.assertEqual(self._found(), {})

    def test_prices_are_by_unit_and_in_one_currency(self):
        """A dozen good tables for 1680 are 140 each."""
        dozen = {
            "product_id": self.good.id,
            "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
            "product_uom_qty": 2,
            "price_unit": 1680,
        }
        self._move(self.ann, self.table, dozen)
        self._run()
        self.assertEqual(self._found(), {(self.table, self.good): (1, 1, 1.4)})

    def test_companies_stay_apart(self):
        self._order(self.ann, self.table, days_ago=60, company=self.sister)
        self._order(self.ann, self.good)
        self._run()
        self._run(company=self.sister)
        self.assertFalse(self.moves.search([("product_id", "=", self.table.id)]))

    def test_a_move_opens_the_orders_of_the_better_one(self):
        self._move(self.ann, self.table, self.good)
        self._run()
        [move] = self.moves.search([("product_id", "=", self.table.id)])
        orders = self.env["sale.order"].search(move.action_open_orders()["domain"])
        self.assertEqual(orders.order_line.product_id, self.good)
