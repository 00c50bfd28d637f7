from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_trace import TraceCommon


@tagged("post_install", "-at_install")
class TestCrmOrderPromising(TraceCommon):
    """What a salesperson is told before promising. The company works every day, unless
    a story says otherwise.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = False
        cls.chair = cls._product("Chair", cls._route_buy(), delay=9)
        cls.table = cls._product("Table", cls._route_buy(), cls._route_mto(), delay=5)
        cls.env.cr.flush()

    def _quote(self, *items, **vals):
        return self._order(*items, confirm=False, **vals)

    def _when(self, day):
        """Nov 18, as a sentence says it."""
        date = self._day(day)
        return f"{date:%b} {date.day}"

    def assertOffer(self, line, day, sentence, split=()):
        line.invalidate_recordset(["promise_offer"])
        self.env.flush_all()
        offer = line.promise_offer
        found = offer["date"] and (fields.Date.to_date(offer["date"]) - self.today).days
        parts = [
            (part["quantity"], (fields.Date.to_date(part["date"]) - self.today).days)
            for part in offer["split"]
        ]
        self.assertEqual(
            (found, offer["sentence"], parts), (day, sentence, list(split))
        )

    def test_free_stock_can_be_promised_today(self):
        self._stock(self.chair, 5)
        order = self._quote((self.chair, 5))
        self.assertOffer(order.order_line, 0, "5 in stock")

    def test_a_count_that_is_not_applied_cannot_be_promised(self):
        self.env["crm.tier"].create(
            {"name": "Best", "sequence": -1, "protected_share": 20}
        )
        purchase = self._purchase(self.chair, 5, days=6)
        self._count(self.chair, 5)
        order = self._quote((self.chair, 5))
        self.assertOffer(order.order_line, 6, f"5 on {purchase.name} ({self._when(6)})")

    def test_stock_and_a_purchase_make_a_split(self):
        self._stock(self.chair, 3)
        purchase = self._purchase(self.chair, 4, days=6)
        order = self._quote((self.chair, 5))
        self.assertOffer(
            order.order_line,
            6,
            f"3 in stock, 2 on {purchase.name} ({self._when(6)})",
            [(3, 0), (2, 6)],
        )

    def test_what_is_neither_there_nor_on_order_is_bought(self):
        self._stock(self.chair, 3)
        order = self._quote((self.chair, 5))
        self.assertOffer(
            order.order_line,
            9,
            f"3 in stock, 2 to buy from Wood Corner ({self._when(9)})",
            [(3, 0), (2, 9)],
        )

    def test_what_others_were_promised_is_not_offered_again(self):
        self._stock(self.chair, 3)
        purchase = self._purchase(self.chair, 4, days=6)
        self._order((self.chair, 4), promise=7)
        order = self._quote((self.chair, 3))
        self.assertOffer(order.order_line, 6, f"3 on {purchase.name} ({self._when(6)})")

    def test_two_lines_of_a_quotation_do_not_share_a_piece(self):
        self._stock(self.chair, 3)
        order = self._quote((self.chair, 2), (self.chair, 2))
        first, second = order.order_line
        self.assertOffer(first, 0, "2 in stock")
        self.assertOffer(
            second,
            9,
            f"1 in stock, 1 to buy from Wood Corner ({self._when(9)})",
            [(1, 0), (1, 9)],
        )

    def test_a_request_that_nobody_has_confirmed_is_not_promised(self):
        self._purchase(self.chair, 4, days=3, confirm=False)
        order = self._quote((self.chair, 2))
        self.assertOffer(
            order.order_line, 9, f"2 to buy from Wood Corner ({self._when(9)})"
        )

    def test_goods_bought_to_order_leave_the_stock_alone(self):
        self._stock(self.table, 8)
        order = self._quote((self.table, 2))
        self.assertOffer(
            order.order_line, 5, f"2 to buy from Wood Corner ({self._when(5)})"
        )

    def test_goods_without_a_supplier_have_no_date(self):
        self.chair.seller_ids.unlink()
        self._stock(self.chair, 1)
        order = self._quote((self.chair, 2))
        self.assertOffer(
            order.order_line, False, "1 in stock, nobody can say when 1 more can be had"
        )
        with self.assertRaisesRegex(UserError, "Nobody can say when Chair"):
            order.order_line.action_use_promise()

    def test_an_archived_supplier_does_not_count(self):
        self.supplier.active = False
        order = self._quote((self.chair, 2))
        self.assertOffer(
            order.order_line, False, "nobody can say when 2 more can be had"
        )

    def test_the_suppliers_time_the_purchasers_and_the_transports(self):
        self.company.days_to_purchase = 2
        self.company.security_lead = 1
        self.warehouse.delivery_route_id.rule_ids.delay = 3
        order = self._quote((self.chair, 2))
        # 2 days until it is ordered, 9 of the supplier, 3 to the customer, 1 to be sure
        self.assertOffer(
            order.order_line, 15, f"2 to buy from Wood Corner ({self._when(11)})"
        )

    def test_the_customer_waits_as_long_as_the_line_says(self):
        self._stock(self.chair, 5)
        order = self._quote((self.chair, 2))
        order.order_line.customer_lead = 4
        self.assertOffer(order.order_line, 4, "2 in stock")

    def test_closed_days_are_skipped(self):
        """The company is closed for the two weeks in which the goods would come."""
        calendar = self.env["resource.calendar"].create(
            {
                "name": "All days",
                "tz": "UTC",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "day",
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 17,
                            "day_period": "full_day",
                        }
                    )
                    for day in range(7)
                ],
            }
        )
        self.company.resource_calendar_id = calendar
        order = self._quote((self.chair, 2))
        self.assertOffer(
            order.order_line, 9, f"2 to buy from Wood Corner ({self._when(9)})"
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Inventory",
                "company_id": self.company.id,
                "calendar_id": calendar.id,
                "date_from": self._noon(8) - timedelta(hours=12),
                "date_to": self._noon(20) + timedelta(hours=11),
            }
        )
        self.assertOffer(
            order.order_line, 21, f"2 to buy from Wood Corner ({self._when(21)})"
        )

    def test_a_dozen_is_offered_in_dozens(self):
        self._stock(self.chair, 30)
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._quote((self.chair, 4))
        order.order_line.product_uom_id = dozen
        # 2 whole dozens can go at once, the third needs six pieces more
        self.assertOffer(
            order.order_line,
            9,
            f"2.50 in stock, 1.50 to buy from Wood Corner ({self._when(9)})",
            [(2, 0), (2, 9)],
        )

    def test_part_of_the_stock_is_kept_for_a_better_tier(self):
        best = self.env["crm.tier"].create(
            {"name": "Best", "sequence": -1, "protected_share": 20}
        )
        self._stock(self.chair, 10)
        order = self._quote((self.chair, 9))
        self.assertOffer(
            order.order_line,
            9,
            f"8 in stock, 1 to buy from Wood Corner ({self._when(9)}), "
            "1 kept for better tiers",
            [(8, 0), (1, 9)],
        )
        self.customer._override_tier(best, "grows", self._day(100), self.env.user)
        order.invalidate_recordset()
        self.assertOffer(order.order_line, 0, "9 in stock")

    def test_the_other_warehouse_has_its_own_stock(self):
        other = self.env["stock.warehouse"].create(
            {"name": "North", "code": "N", "company_id": self.company.id}
        )
        self._stock(self.chair, 5, other)
        order = self._quote((self.chair, 2))
        self.assertOffer(
            order.order_line, 9, f"2 to buy from Wood Corner ({self._when(9)})"
        )
        order.warehouse_id = other
        self.assertOffer(order.order_line, 0, "2 in stock")

    def test_a_delayed_purchase_is_offered_when_it_comes(self):
        purchase = self._purchase(self.chair, 4, days=6)
        purchase.order_line.date_planned = self._noon(30)
        order = self._quote((self.chair, 3))
        self.assertOffer(
            order.order_line, 30, f"3 on {purchase.name} ({self._when(30)})"
        )

    def test_services_and_notes_need_no_offer(self):
        service = self.env["product.product"].create(
            {"name": "Fitting", "type": "service"}
        )
        order = self._quote((service, 1))
        self.assertFalse(order.order_line.promise_offer)

    def test_fifty_lines_cost_as_many_queries_as_two(self):
        products = [
            self._product(f"Part {n}", self._route_buy(), delay=n % 7)
            for n in range(50)
        ]
        for product in products[::2]:
            self._stock(product, 3)
            self._purchase(product, 2, days=4)
        few = self._quote(*((product, 6) for product in products[:2]))
        many = self._quote(*((product, 6) for product in products))
        counts = []
        for order in (few, many, few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            order.order_line.fetch(["product_id"])
            before = self.cr.sql_log_count
            self.assertTrue(all(line.promise_offer for line in order.order_line))
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[3], counts[2] + 2)
