from odoo import fields
from odoo.tests import tagged

from .common_trace_mrp import TraceMrpCommon


@tagged("post_install", "-at_install")
class TestCrmOrderPromisingMrp(TraceMrpCommon):
    """What can be promised of goods that are made, and of kits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = False
        make = cls.env.ref("mrp.route_warehouse0_manufacture")
        cls.screw = cls._product("Screw", cls._route_buy(), delay=6)
        cls.leg = cls._product("Leg", make)
        cls.desk = cls._product("Desk", make)
        cls._bom(cls.leg, (cls.screw, 4), produce_delay=1)
        cls._bom(cls.desk, (cls.leg, 4), produce_delay=2)
        cls.env.cr.flush()

    def _offer(self, product, quantity):
        """Days, the sentence, and the parts in days."""
        self.env.flush_all()
        line = self._order((product, quantity), confirm=False).order_line
        offer = line.promise_offer
        return (
            offer["date"] and (fields.Date.to_date(offer["date"]) - self.today).days,
            offer["sentence"],
            [
                (
                    part["quantity"],
                    (fields.Date.to_date(part["date"]) - self.today).days,
                )
                for part in offer["split"]
            ],
        )

    def _when(self, day):
        date = self._day(day)
        return f"{date:%b} {date.day}"

    def test_components_in_stock(self):
        self._stock(self.leg, 8)
        self.assertEqual(
            self._offer(self.desk, 2), (2, f"2 to make ({self._when(2)})", [])
        )

    def test_the_component_of_a_component_is_bought(self):
        self.assertEqual(
            self._offer(self.desk, 1),
            (9, f"waits for Screw (to buy from Wood Corner, {self._when(6)})", []),
        )

    def test_a_component_on_its_way(self):
        purchase = self._purchase(self.screw, 16, days=4)
        self.assertEqual(
            self._offer(self.desk, 1),
            (7, f"waits for Screw ({purchase.name}, {self._when(4)})", []),
        )

    def test_what_is_in_stock_and_what_is_made(self):
        self._stock(self.desk, 1)
        self._stock(self.leg, 4)
        self.assertEqual(
            self._offer(self.desk, 2),
            (2, f"1 in stock, 1 to make ({self._when(2)})", [(1, 0), (1, 2)]),
        )

    def test_a_production_that_waits_for_a_purchase(self):
        """An open production is supply, on the day on which it will really end."""
        self._stock(self.leg, 2)
        production = self.env["mrp.production"].create(
            {
                "product_id": self.desk.id,
                "product_qty": 3,
                "date_start": self._noon(1),
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.manu_type_id.id,
            }
        )
        production.action_confirm()
        purchase = self._purchase(self.leg, 12, days=8)
        days, sentence, _parts = self._offer(self.desk, 3)
        self.assertEqual(days, 10)
        self.assertEqual(
            sentence,
            f"3 on {production.name} ({self._when(10)}, waits for {purchase.name})",
        )

    def test_a_component_that_nobody_sells(self):
        self.screw.seller_ids.unlink()
        self.assertEqual(
            self._offer(self.desk, 1),
            (False, "nobody can say when Screw can be had", []),
        )

    def test_a_kit_goes_in_parts(self):
        seat, frame = (self._product(name, self._route_buy(), delay=8) for name in "SF")
        chair = self._product("Chair Set")
        self._bom(chair, (seat, 1), (frame, 2), type="phantom")
        self._stock(seat, 10)
        self._stock(frame, 4)
        self.assertEqual(
            self._offer(chair, 4),
            (
                8,
                "2 in stock, "
                f"2 waiting for F (to buy from Wood Corner, {self._when(8)})",
                [(2, 0), (2, 8)],
            ),
        )

    def test_two_lines_do_not_share_a_component(self):
        self._stock(self.leg, 4)
        order = self._order((self.desk, 1), (self.desk, 1), confirm=False)
        days = [
            (fields.Date.to_date(line.promise_offer["date"]) - self.today).days
            for line in order.order_line
        ]
        self.assertEqual(days, [2, 9])
