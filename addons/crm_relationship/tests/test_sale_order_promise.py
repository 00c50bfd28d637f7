from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_trace import TraceCommon


@tagged("post_install", "-at_install")
class TestSaleOrderPromise(TraceCommon):
    """What a salesperson accepts, how it is kept, and how it becomes another date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = False
        cls.chair = cls._product("Chair", cls._route_buy(), delay=9)
        cls.env.cr.flush()

    def _accepted(self, *items, **vals):
        order = self._order(*items, confirm=False, **vals)
        order.order_line.action_use_promise()
        return order

    def _days(self, records, name="promise_date"):
        return [(record[name] - self.today).days for record in records]

    def _history(self, line):
        self.env.flush_all()
        promises = self.env["crm.order.promise"].search(
            [("sale_line_id", "=", line.id)], order="id"
        )
        return [
            (promise.kind, (promise.date - self.today).days, promise.reason or "")
            for promise in promises
        ]

    def _again(self, order):
        action = order.action_repromise()
        return (
            self.env[action["res_model"]]
            .with_user(self.seller)
            .browse(action["res_id"])
        )

    # Accepting ------------------------------------------------------------------------

    def test_accepting_promises_the_line_and_dates_the_order(self):
        self._stock(self.chair, 3)
        order = self._order((self.chair, 5), confirm=False)
        self.assertFalse(order.commitment_date)
        order.order_line.action_use_promise()
        self.assertEqual(self._days(order.order_line), [9])
        self.assertEqual(order.commitment_date, self._noon(9))
        order.action_confirm()
        move = order.sudo().picking_ids.move_ids
        self.assertEqual(move.date, self._noon(9))
        self.assertEqual(move.date_deadline, self._noon(9))
        self.assertTrace(order.order_line, promise=9, expected=9, is_late=False)
        self.assertEqual(self._history(order.order_line), [("confirmed", 9, "")])

    def test_the_salesperson_who_does_not_accept_dates_nothing(self):
        order = self._order((self.chair, 5))
        self.assertFalse(order.commitment_date)
        self.assertTrace(order.order_line, promise=0, expected=9, days_late=9)

    def test_accepting_the_split_makes_two_lines(self):
        self._stock(self.chair, 3)
        other = self._product("Lamp", self._route_buy(), delay=1)
        order = self._order((self.chair, 5), (other, 1), confirm=False)
        order.order_line[0].price_unit = 7.5
        order.order_line[0].action_split_promise()
        self.env.flush_all()
        order.invalidate_recordset(["order_line"])
        self.assertEqual(order.order_line[2].product_id, other)
        lines = order.order_line[:2]
        self.assertEqual(lines.mapped("product_uom_qty"), [3, 2])
        self.assertEqual(lines.mapped("price_unit"), [7.5, 7.5])
        self.assertEqual(self._days(lines), [0, 9])
        self.assertEqual(order.commitment_date, self._noon(9))
        order.action_confirm()
        self.assertTrace(lines[0], promise=0, expected=0, qty_reserved=3)
        self.assertTrace(lines[1], promise=9, expected=9, qty_reserved=0)

    # Keeping --------------------------------------------------------------------------

    def test_the_last_piece_is_promised_once(self):
        self._stock(self.chair, 1)
        first, second = (self._accepted((self.chair, 1)) for _n in range(2))
        self.assertEqual(self._days((first | second).order_line), [0, 0])
        first.action_confirm()
        with self.assertRaisesRegex(UserError, "Chair cannot be promised for .* any"):
            second.action_confirm()
        self.assertEqual(second.state, "draft")
        second.order_line.invalidate_recordset(["promise_offer"])
        second.order_line.action_use_promise()
        second.action_confirm()
        self.assertTrace(second.order_line, promise=9, expected=9, is_late=False)
        self.assertTrace(first.order_line, promise=0, expected=0, is_late=False)

    def test_supply_on_its_way_is_promised_once(self):
        self._purchase(self.chair, 2, days=4)
        first, second = (self._accepted((self.chair, 2)) for _n in range(2))
        first.action_confirm()
        with self.assertRaisesRegex(UserError, "cannot be promised"):
            second.action_confirm()

    def test_orders_confirmed_together_do_not_share_a_piece(self):
        self._stock(self.chair, 1)
        first, second = (self._accepted((self.chair, 1)) for _n in range(2))
        (first | second).sudo().action_confirm()
        self.assertEqual(self._days((first | second).order_line), [0, 9])

    def test_a_customer_who_signs_gets_the_earliest_date(self):
        self._stock(self.chair, 1)
        first, second = (self._accepted((self.chair, 1)) for _n in range(2))
        first.action_confirm()
        second.sudo().action_confirm()
        self.assertTrace(second.order_line, promise=9, expected=9)
        ((kind, day, reason),) = self._history(second.order_line)
        self.assertEqual((kind, day), ("confirmed", 9))
        self.assertIn("Chair cannot be promised for", reason)
        self.assertEqual(second.sudo().activity_ids.user_id, second.user_id)

    def test_an_order_that_starts_anew_is_checked_again(self):
        self._stock(self.chair, 1)
        first, second = (self._accepted((self.chair, 1)) for _n in range(2))
        first.action_confirm()
        first.sudo()._action_cancel()
        first.action_draft()
        first.order_line.invalidate_recordset(["promise_offer"])
        first.order_line.action_use_promise()
        second.action_confirm()
        with self.assertRaisesRegex(UserError, "cannot be promised"):
            first.action_confirm()
        first.order_line.invalidate_recordset(["promise_offer"])
        first.order_line.action_use_promise()
        first.action_confirm()
        self.assertEqual(
            self._history(first.order_line),
            [("confirmed", 0, ""), ("confirmed", 9, "")],
        )

    def test_a_date_given_with_a_reason_is_not_questioned(self):
        order = self._order((self.chair, 1), confirm=False)
        wizard = self._again(order)
        wizard.line_ids.date = self._day(2)
        with self.assertRaisesRegex(
            UserError, "Chair can be had on .* at the earliest"
        ):
            wizard.action_promise()
        wizard.reason = "The supplier has agreed on the phone"
        wizard.action_promise()
        order.action_confirm()
        self.assertEqual(
            self._history(order.order_line),
            [("confirmed", 2, "The supplier has agreed on the phone")],
        )
        self.assertTrace(order.order_line, promise=2, expected=9, days_late=7)

    # Promising again ------------------------------------------------------------------

    def test_a_new_promise_keeps_the_old_and_moves_the_delivery(self):
        self._stock(self.chair, 5)
        order = self._accepted((self.chair, 5))
        order.action_confirm()
        wizard = self._again(order)
        self.assertEqual(wizard.line_ids.sentence, "all reserved")
        wizard.line_ids.date = self._day(6)
        wizard.reason = "The customer asked for it"
        action = wizard.action_promise()
        self.assertEqual(
            self._history(order.order_line),
            [("confirmed", 0, ""), ("again", 6, "The customer asked for it")],
        )
        self.assertEqual(order.commitment_date, self._noon(6))
        move = order.sudo().picking_ids.move_ids
        self.assertEqual((move.date, move.date_deadline), (self._noon(6),) * 2)
        self.assertTrace(order.order_line, promise=6, expected=6)
        self.assertEqual(action["res_model"], "mail.compose.message")
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.seller)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn(order.name, composer.subject)
        self.assertIn("Chair", composer.body)
        self.assertIn(
            self._day(6).strftime("%m/%d/%Y"), composer.body, "the date is told"
        )
        self.assertEqual(composer.partner_ids, self.customer)

    def test_the_delivery_date_of_the_order_is_a_promise_too(self):
        order = self._accepted((self.chair, 5))
        order.action_confirm()
        order.commitment_date = self._noon(20)
        self.assertEqual(
            self._history(order.order_line), [("confirmed", 9, ""), ("order", 20, "")]
        )

    def test_a_confirmed_line_is_split_with_its_transfers(self):
        self._stock(self.chair, 3)
        order = self._accepted((self.chair, 5))
        order.action_confirm()
        line = order.order_line
        self.assertTrace(line, qty_reserved=3, expected=9)
        moves = self.env["stock.move"].search_count([])
        wizard = self._again(order)
        wizard.line_ids.action_split()
        self.assertEqual(wizard.line_ids.mapped("quantity"), [3, 2])
        wizard.action_promise()
        first, second = order.order_line
        self.assertEqual((first, first.product_uom_qty), (line, 3))
        self.assertEqual(second.product_uom_qty, 2)
        self.assertEqual(self.env["stock.move"].search_count([]), moves + 1)
        self.assertTrace(first, promise=0, expected=0, qty_reserved=3)
        self.assertTrace(second, promise=9, expected=9, qty_reserved=0)
        self.assertEqual(self._history(second), [("split", 9, "")])
        self._transfer(order.picking_ids, {self.chair: 3})

    def _earliest(self, order):
        rows = self._again(order).line_ids
        return self._days(rows, "earliest_date")

    def test_what_is_reserved_can_come_before_the_day_promised(self):
        self._stock(self.chair, 5)
        order = self._order((self.chair, 5), promise=30)
        self.assertTrace(order.order_line, expected=30)
        self.assertEqual(self._earliest(order), [0])

    def test_what_is_bought_on_order_can_come_before_the_day_promised(self):
        table = self._product("Table", self._route_buy(), self._route_mto(), delay=5)
        order = self._order((table, 2), promise=30)
        purchase = self._purchase_for(order)
        planned = purchase.order_line.date_planned
        self.assertGreater(planned, self._noon(20))
        self.assertEqual(self._earliest(order), [5], "nobody has confirmed a day")
        order.order_line._promise(self._day(10), "again")
        self.assertEqual(purchase.order_line.date_planned, planned - timedelta(days=20))
        self.assertTrace(order.order_line, promise=10, expected=10, is_late=False)
        purchase.order_line.date_planned = self._noon(12)
        self.assertEqual(self._earliest(order), [12], "the buyer knows better")
        purchase.order_line.date_planned = self._noon(8)
        purchase.button_confirm()
        self.assertEqual(self._earliest(order), [8], "the supplier has confirmed")

    # Bad input ------------------------------------------------------------------------

    def test_a_promise_in_the_past(self):
        order = self._accepted((self.chair, 5))
        wizard = self._again(order)
        wizard.line_ids.date = self._day(-1)
        wizard.reason = "So it was"
        with self.assertRaisesRegex(UserError, "is past; promise Chair for today"):
            wizard.action_promise()

    def test_a_split_that_does_not_add_up(self):
        order = self._accepted((self.chair, 5))
        order.action_confirm()
        for parts in ([3, 3], [5, 0], [6, -1]):
            with self.assertRaisesRegex(UserError, "5 are to be delivered"):
                order.order_line._split_promise([(q, self._day(10)) for q in parts])

    def test_a_split_that_leaves_less_than_is_invoiced(self):
        order = self._accepted((self.chair, 5))
        order.action_confirm()
        order.order_line.sudo().qty_invoiced = 4
        with self.assertRaisesRegex(UserError, "Chair is invoiced for 4 already"):
            order.order_line._split_promise([(3, self._day(9)), (2, self._day(10))])

    def test_a_promise_without_a_date(self):
        order = self._order((self.chair, 5))
        wizard = self._again(order)
        wizard.line_ids.date = False
        with self.assertRaisesRegex(UserError, "Enter the date to promise for Chair"):
            wizard.action_promise()

    def test_a_promise_is_not_simply_overwritten(self):
        order = self._accepted((self.chair, 5))
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "changed with Promise Again"):
            order.order_line.promise_date = self._day(1)
        with self.assertRaisesRegex(UserError, "changed with Promise Again"):
            order.order_line.with_context(promising=True).promise_date = self._day(1)

    def test_nothing_left_to_promise(self):
        self._stock(self.chair, 5)
        order = self._accepted((self.chair, 5))
        order.action_confirm()
        self._transfer(order.picking_ids)
        with self.assertRaisesRegex(UserError, "Everything on .* is delivered"):
            order.action_repromise()

    def test_lines_of_two_orders(self):
        lines = (self._order((self.chair, 1)) | self._order((self.chair, 1))).order_line
        with self.assertRaisesRegex(UserError, "Choose lines of one order"):
            lines.action_repromise()

    def test_others_may_not_promise(self):
        order = self._order((self.chair, 1))
        with self.assertRaises(AccessError):
            order.with_user(self.buyer).action_repromise()
        with self.assertRaises(AccessError):
            order.order_line.with_user(self.worker).read(["promise_offer"])

    def test_an_order_that_starts_anew_is_promised_anew(self):
        self._stock(self.chair, 5)
        order = self._accepted((self.chair, 5))
        order.action_confirm()
        order.sudo()._action_cancel()
        order.action_draft()
        self.assertFalse(order.order_line.promise_date)
        self._stock(self.chair, -5)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
