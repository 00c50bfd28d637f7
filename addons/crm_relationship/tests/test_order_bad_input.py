import re

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from .test_portal_order_tracking import LIST, PortalCommon

SHOWN = (
    "product_id",
    "cause_sentence",
    "cause_name",
    "can_open_cause",
    "customer_count",
    "waiting_since",
    "tier_id",
)


class BadInputCommon(PortalCommon):
    """An order of one odd line and one from stock, which is to stay right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = False
        cls.lamp = cls._product("Lamp")
        cls._stock(cls.lamp, 9)
        cls.env.cr.flush()

    def _with_lamp(self, product, quantity=2, promise=7, **vals):
        order = self._order(
            (product, quantity), (self.lamp, 1), promise=promise, **vals
        )
        return order, order.order_line[0], order.order_line[1]

    def _lamp_is_right(self, line):
        self.assertTrace(
            line,
            stage="in_stock",
            qty_reserved=1,
            expected=7,
            is_late=False,
            reason="planned",
        )

    def _everything_opens(self, order):
        """Each screen of the order, for those who work with it."""
        self.env.flush_all()
        self.env.invalidate_all()
        self._lists_open(order)
        self._chains_open(order)
        seller = order.with_user(self.seller)
        self.assertTrue(seller.web_read({"trace_sentence": {}, "trace_stages": {}}))
        purchases = order.sudo().order_line.move_ids.created_purchase_line_ids.order_id
        for purchase in purchases.with_user(self.buyer):
            purchase.web_read({"waiting_sentence": {}, "waiting_customer_count": {}})

    def _lists_open(self, order):
        names = {name: {} for name in SHOWN}
        domain = [("order_id", "=", order.id)]
        for user in (self.seller, self.buyer, self.worker):
            traces = self.env["crm.order.trace"].with_user(user)
            rows = traces.web_search_read(domain, names)["records"]
            self.assertEqual(len(rows), len(order.order_line))
            self.assertTrue(all(row["cause_sentence"] for row in rows))
            self.assertTrue(traces.cockpit(domain)["stages"])
        traces = self.env["crm.order.trace"].with_user(self.seller)
        self.assertTrue(traces.web_search_read(domain, {"value": {}, "urgency": {}}))
        cards = self.env["crm.order.board"].with_user(self.worker).search(domain)
        self.assertTrue(cards)
        self.assertTrue(all(card.name and card.readiness for card in cards))
        self.assertTrue(cards.action_open_transfer())

    def _chains_open(self, order):
        for user in (self.seller, self.worker, self.buyer):
            for line in order.order_line:
                traces = self.env["crm.order.trace"].with_user(user)
                self.assertTrue(traces.chain(line.id)["nodes"])


@tagged("post_install", "-at_install")
class TestOrderOfArchivedThings(BadInputCommon, HttpCase):
    """What the order stands on is archived after it was confirmed."""

    def _pages_open(self, order):
        self.authenticate("portal_customer", "portal_customer")
        for url in (LIST, *(f"{LIST}/{id_}" for id_ in order.order_line.ids)):
            answer = self.url_open(url)
            self.assertEqual(answer.status_code, 200, url)
            self.assertIn(order.name, re.sub(r"<[^>]+>", " ", answer.text))

    def _still_right(self, product, archive, **expected):
        """Archive, and see that a delayed purchase is still known, or `expected`."""
        order, odd, lamp = self._with_lamp(product)
        purchase = self._purchase_for(order)
        if purchase:
            purchase.order_line.date_planned = self._noon(37)
            purchase.button_confirm()
            expected = {"expected": 37, "days_late": 30, "cause": purchase, **expected}
        archive(order)
        self.assertTrace(odd, **expected)
        self._lamp_is_right(lamp)
        self._everything_opens(order)
        self._pages_open(order)
        return order, odd

    def test_the_product(self):
        _order, odd = self._still_right(
            self.to_order, lambda _order: self.to_order.action_archive()
        )
        self.assertIn("Table", odd.display_name)

    def test_the_product_that_nobody_has_ordered(self):
        self._still_right(
            self.bought,
            lambda _order: self.bought.product_tmpl_id.action_archive(),
            stage="to_source",
            reason="no_supply",
            expected=7,
        )

    def test_the_route(self):
        route = self.env["stock.route"].create(
            {
                "name": "By the river",
                "sale_selectable": True,
                "rule_ids": [
                    Command.create(
                        {
                            "name": "Boat",
                            "action": "pull",
                            "picking_type_id": self.warehouse.out_type_id.id,
                            "location_src_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                            "delay": 3,
                        }
                    )
                ],
            }
        )
        order = self._order((self.bought, 2), (self.lamp, 1), confirm=False, promise=7)
        order = order.sudo()
        odd, lamp = order.order_line
        odd.route_ids = route
        order.action_confirm()
        purchase = self._purchase(self.bought, 2, days=37)
        self.assertTrace(odd, expected=40, cause=purchase)
        route.action_archive()
        self.assertTrace(odd, expected=40, days_late=33, cause=purchase)
        self._lamp_is_right(lamp)
        self._everything_opens(order)

    def test_the_route_to_buy_on_order(self):
        self._still_right(
            self.to_order, lambda _order: self._route_mto().action_archive()
        )

    def test_the_supplier_of_a_purchase(self):
        order, odd = self._still_right(
            self.to_order, lambda _order: self.supplier.action_archive()
        )
        sentence = self._trace(odd).cause_sentence
        self.assertIn("from Wood Corner now", sentence.replace(", ", " now "))
        self.assertIn(self._purchase_for(order).name, sentence)

    def test_the_only_supplier_of_what_nobody_has_ordered(self):
        order, odd, lamp = self._with_lamp(self.bought, promise=7)
        self.assertTrace(odd, expected=7, reason="no_supply", cause=self.bought)
        self.supplier.action_archive()
        self.assertTrace(
            odd, expected=False, reason="no_supply", is_late=True, days_late=0
        )
        self.assertIn("Nobody can say when", self._trace(odd).cause_sentence)
        self._lamp_is_right(lamp)
        self._everything_opens(order)
        self._pages_open(order)
        self.supplier.action_unarchive()
        self.assertTrace(odd, expected=7, is_late=False)

    def test_the_customer_and_the_salesperson(self):
        order, odd, lamp = self._with_lamp(self.to_order)
        purchase = self._purchase_for(order)
        purchase.button_confirm()
        purchase.order_line.date_planned = self._noon(37)
        self.env.flush_all()
        self.seller.active = self.customer.active = False
        self.assertTrace(odd, expected=37, cause=purchase)
        self._lamp_is_right(lamp)
        self.seller = new_test_user(
            self.env,
            "trace_successor",
            "sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self._everything_opens(order)
        self._pages_open(order)


@tagged("post_install", "-at_install")
class TestOrderBadInput(BadInputCommon):
    """What should not be: a sentence is said, and the rest stays right."""

    def _offer(self, line):
        line.invalidate_recordset(["promise_offer"])
        return line.promise_offer

    # Quotations ----------------------------------------------------------------------

    def test_a_quotation_with_an_archived_product(self):
        order = self._order((self.bought, 2), (self.lamp, 1), confirm=False)
        odd, lamp = order.order_line
        self.bought.action_archive()
        self.assertEqual(self._offer(odd)["date"], str(self._day(5)))
        self.assertEqual(self._offer(lamp)["sentence"], "1 in stock")

    def test_a_quotation_with_an_archived_supplier(self):
        order = self._order((self.bought, 2), (self.lamp, 1), confirm=False)
        odd, lamp = order.order_line
        self.supplier.action_archive()
        self.assertEqual(
            self._offer(odd)["sentence"], "nobody can say when 2 more can be had"
        )
        with self.assertRaisesRegex(UserError, "Nobody can say when Chair can be had"):
            odd.action_use_promise()
        self.assertEqual(self._offer(lamp)["sentence"], "1 in stock")

    def test_a_quotation_with_an_archived_route(self):
        route = self._route_mto()
        order = self._order((self.to_order, 2), (self.lamp, 1), confirm=False)
        odd, lamp = order.order_line
        self._stock(self.to_order, 2)
        self.assertEqual(self._offer(odd)["date"], str(self._day(5)))
        route.action_archive()
        self.assertEqual(self._offer(odd)["sentence"], "2 in stock")
        self.assertEqual(self._offer(lamp)["sentence"], "1 in stock")

    def test_a_quotation_with_an_archived_warehouse(self):
        other = self.env["stock.warehouse"].create(
            {"name": "North", "code": "NOR", "company_id": self.company.id}
        )
        order = self._order(
            (self.bought, 2), (self.lamp, 1), confirm=False, warehouse_id=other.id
        )
        other.action_archive()
        odd, lamp = order.order_line
        self.assertEqual(self._offer(odd)["date"], str(self._day(5)))
        self.assertIn("nobody can say", self._offer(lamp)["sentence"])

    def test_half_a_quotation(self):
        with Form(self.env["sale.order"].with_user(self.seller)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.bought
                line.product_uom_qty = 0
                self.assertFalse(line.promise_offer)
                line.product_uom_qty = 2
                self.assertEqual(line.promise_offer["date"], str(self._day(5)))

    # Suppliers -----------------------------------------------------------------------

    def test_a_product_that_nobody_sells(self):
        unique = self._product("Sculpture", self._route_buy())
        order = self._order((unique, 1), (self.lamp, 1), confirm=False, promise=7)
        odd, lamp = order.order_line
        sentence = "nobody can say when 1 more can be had"
        self.assertEqual(self._offer(odd)["sentence"], sentence)
        order.action_confirm()
        self.assertTrace(
            odd,
            stage="to_source",
            expected=False,
            is_late=True,
            days_late=0,
            reason="no_supply",
            cause=unique,
        )
        sentence = "Nobody can say when — nobody has ordered Sculpture"
        self.assertEqual(self._trace(odd).cause_sentence, sentence)
        self._lamp_is_right(lamp)
        self._everything_opens(order)

    def test_an_offer_that_is_over_counts_less_than_one_that_holds(self):
        self.bought.seller_ids.write({"date_end": self._day(-1), "sequence": 1})
        order, odd, _lamp = self._with_lamp(self.bought, promise=0)
        self.assertTrace(odd, expected=5)
        self.env["product.supplierinfo"].create(
            {
                "product_tmpl_id": self.bought.product_tmpl_id.id,
                "partner_id": self.distributor.id,
                "delay": 8,
                "sequence": 2,
            }
        )
        self.assertTrace(odd, expected=8)
        quotation = self._order((self.bought, 1), confirm=False)
        self.assertEqual(self._offer(quotation.order_line)["date"], str(self._day(8)))

    # Circles -------------------------------------------------------------------------

    def test_transfers_that_wait_for_each_other(self):
        order, odd, lamp = self._with_lamp(self.bought)
        delivery = odd.sudo().move_ids
        other = delivery.copy({"sale_line_id": odd.id, "picking_id": False})
        other._action_confirm(merge=False)
        delivery.move_orig_ids = other
        other.move_orig_ids = delivery
        self.assertTrace(odd, expected=False, reason="circular", is_late=True)
        sentence = "Nobody can say when — its route goes in a circle"
        self.assertEqual(self._trace(odd).cause_sentence, sentence)
        self._lamp_is_right(lamp)
        self._everything_opens(order)
        row = self._trace(odd).sudo()._portal_row(self.customer)
        self.assertFalse(row["expected"])
        self.assertTrue(row["reason"])
        delivery.move_orig_ids = False
        self.assertTrace(odd, reason="no_supply", expected=7)

    def test_a_transfer_that_waits_for_itself(self):
        order, odd, lamp = self._with_lamp(self.bought)
        odd.sudo().move_ids.move_orig_ids = odd.sudo().move_ids
        self.assertTrace(odd, expected=False, reason="circular")
        self._lamp_is_right(lamp)
        self._everything_opens(order)

    def test_rules_that_fetch_from_each_other(self):
        place = self.env["stock.location"].create(
            {
                "name": "Annexe",
                "location_id": self.warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        stock = self.warehouse.lot_stock_id
        rules = [
            Command.create(
                {
                    "name": f"{source.name} to {target.name}",
                    "action": "pull",
                    "procure_method": "make_to_order",
                    "picking_type_id": self.warehouse.int_type_id.id,
                    "location_src_id": source.id,
                    "location_dest_id": target.id,
                }
            )
            for source, target in ((stock, place), (place, stock))
        ]
        route = self.env["stock.route"].create(
            {"name": "Round and round", "sale_selectable": True, "rule_ids": rules}
        )
        lost = self._product("Lost", route, self._route_mto())
        order = self._order((lost, 1), (self.lamp, 1), confirm=False, promise=7)
        self.assertIn("nobody can say", self._offer(order.order_line[0])["sentence"])
        with self.assertRaisesRegex(UserError, "loop|circle"):
            order.action_confirm()

    # Units ---------------------------------------------------------------------------

    def test_dozens_are_bought_for_pieces(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order, odd, lamp = self._with_lamp(self.bought, quantity=20)
        purchase = self._purchase(self.bought, 2, days=9, confirm=False)
        purchase.order_line.product_uom_id = dozen
        purchase.order_line.date_planned = self._noon(9)
        self.assertTrace(odd, expected=9, reason="request", cause=purchase)
        purchase.button_confirm()
        self.assertTrace(odd, expected=9, reason="planned", cause=purchase)
        self._transfer(purchase.picking_ids, {self.bought: 12})
        order.sudo().picking_ids.action_assign()
        self.assertTrace(odd, qty_reserved=12, expected=9)
        self._lamp_is_right(lamp)

    def test_more_is_wanted_later_in_another_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self._stock(self.bought, 12)
        order = self._order((self.bought, 12), (self.lamp, 1), promise=7)
        odd, lamp = order.order_line
        self.assertTrace(odd, qty_ordered=12, qty_reserved=12, stage="in_stock")
        odd.sudo().write({"product_uom_qty": 2, "product_uom_id": dozen.id})
        order.sudo().picking_ids.action_assign()
        self.assertTrace(odd, qty_ordered=2, qty_reserved=1, reason="no_supply")
        self._lamp_is_right(lamp)
        self._everything_opens(order)

    # Promises ------------------------------------------------------------------------

    def test_a_delivery_date_of_the_past(self):
        order, odd, lamp = self._with_lamp(self.bought)
        day = self._day(-3)
        for line in (odd, lamp):
            self.assertTrace(line, promise=7)
        with self.assertRaisesRegex(UserError, "is past; promise .* for today or"):
            order.commitment_date = self._noon(-3)
        with self.assertRaisesRegex(UserError, "is past; promise Chair for today"):
            odd._promise(day, "again", "The customer said so")
        for line in (odd, lamp):
            self.assertTrace(line, promise=7)

    def test_a_split_of_which_a_part_is_delivered(self):
        self._stock(self.bought, 3)
        order, odd, lamp = self._with_lamp(self.bought, quantity=5)
        self._transfer(order.picking_ids, {self.bought: 3})
        for parts in ([3, 2], [2, 1], []):
            with self.assertRaisesRegex(UserError, "2 are to be delivered"):
                odd._split_promise([(part, self._day(9)) for part in parts])
        odd._split_promise([(1, self._day(9)), (1, self._day(12))])
        first, second = order.order_line.filtered(
            lambda line: line.product_id == self.bought
        )
        self.assertTrace(first, qty_ordered=4, qty_delivered=3, promise=9)
        self.assertTrace(second, qty_ordered=1, qty_delivered=0, promise=12)
