from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_trace import TraceCommon

COCKPIT = ("tier_id", "partner_id", "order_id", "stage", "promise_date")
COCKPIT += ("cause_sentence", "cause_name", "value", "urgency", "can_open_cause")


class CockpitCommon(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair = cls._product("Chair", cls._route_buy(), delay=5)
        cls.table = cls._product("Table", cls._route_buy(), cls._route_mto(), delay=5)
        cls.table.responsible_id = cls.buyer
        cls.other = cls.env["res.partner"].create({"name": "Brightway"})
        cls.env.cr.flush()

    def _traces(self, user, *orders):
        lines = [line for order in orders for line in order.sudo().order_line.ids]
        return (
            self.env["crm.order.trace"]
            .with_user(user)
            .search([("sale_line_id", "in", lines)])
        )

    def _late_purchase(self, order, days=36):
        """The purchase for the order, confirmed for day 6 and put off."""
        purchase = self._purchase_for(order)
        purchase.order_line.date_planned = self._noon(6)
        purchase.button_confirm()
        purchase.order_line.date_planned = self._noon(days)
        return purchase


@tagged("post_install", "-at_install")
class TestCrmOrderCockpit(CockpitCommon):
    """What the people who look after a late line see of it, and can do."""

    def test_the_sentence_tells_the_cause_and_what_was_agreed(self):
        order = self._order((self.table, 2), promise=7)
        purchase = self._late_purchase(order)
        trace = self._traces(self.seller, order)
        now, before = (trace._short_date(self._day(days)) for days in (36, 6))
        self.assertEqual(
            trace.cause_sentence,
            f"29 days late — purchase {purchase.name} from Wood Corner now {now} "
            f"(was {before})",
        )
        self.assertEqual(
            order.trace_sentence,
            f"Late lines: 1 of 1. Table: {trace.cause_sentence}",
        )
        bar = {row["stage"]: row for row in order.trace_stages}
        self.assertEqual((bar["buying"]["count"], bar["buying"]["late"]), (1, 1))
        self.assertEqual(bar["paid"]["count"], 0)

    def test_sentences_of_other_causes(self):
        asked = self._order((self.table, 2), promise=2)
        purchase = self._purchase_for(asked)
        purchase.order_line.date_planned = self._noon(4)
        nobody = self._order((self.chair, 2), promise=1)
        self._stock(self.chair, 1)
        ready = self._order((self.chair, 1), promise=3, priority="3")
        self.assertEqual(
            self._traces(self.seller, asked).cause_sentence,
            f"2 days late — purchase {purchase.name} from Wood Corner is not "
            "confirmed yet",
        )
        self.assertEqual(
            self._traces(self.seller, nobody).cause_sentence,
            "4 days late — nobody has ordered Chair",
        )
        trace = self._traces(self.seller, ready)
        self.assertEqual(
            trace.cause_sentence,
            f"In time — transfer {ready.sudo().picking_ids.name}, planned for "
            f"{trace._short_date(self._day(3))}",
        )
        self._transfer(ready.sudo().picking_ids)
        trace = self._traces(self.seller, ready)
        self.assertEqual(
            trace.cause_sentence,
            f"Delivered on {trace._short_date(self.today)}, in time",
        )

    def test_the_most_urgent_line_is_first(self):
        cheap = self._order((self.table, 1), promise=7)
        dear = self._order((self.table, 9), promise=7)
        fine = self._order((self.table, 99), promise=90)
        for order in (cheap, dear, fine):
            self._late_purchase(order)
        traces = self._traces(self.seller, cheap, dear, fine)
        self.assertEqual(
            traces.search([("id", "in", traces.ids)], order="urgency desc").order_id,
            dear | cheap | fine,
        )
        self.assertEqual(
            {trace.order_id: trace.urgency for trace in traces},
            {dear: 29 * 90, cheap: 29 * 10, fine: 0},
        )
        key = self._order((self.table, 8), promise=7, partner_id=self.other.id)
        self._late_purchase(key)
        self.other.with_company(self.company)._override_tier(
            self.env.ref("crm_relationship.tier_platinum"),
            "Contract",
            self._day(90),
            self.env.user,
        )
        traces |= self._traces(self.seller, key)
        self.assertEqual(
            traces.search([("id", "in", traces.ids)], order="urgency desc").order_id,
            key | dear | cheap | fine,
        )

    def test_the_value_is_of_what_is_still_to_come_in_our_currency(self):
        euro = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", "EUR")])
        )
        euro.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 0.5,
            }
        )
        prices = self.env["product.pricelist"].create(
            {
                "name": "Euro",
                "currency_id": euro.id,
                "company_id": self.company.id,
            }
        )
        self._stock(self.chair, 1)
        order = self._order((self.chair, 4), promise=7, pricelist_id=prices.id)
        trace = self._traces(self.seller, order)
        self.assertEqual(trace.value, 80)
        self._transfer(order.sudo().picking_ids, {self.chair: 1})
        trace = self._traces(self.seller, order)
        self.assertEqual(trace.value, 60)
        self.assertEqual(
            trace.search([("value", ">", 59), ("id", "=", trace.id)]), trace
        )
        self.assertFalse(trace.search([("value", ">", 61), ("id", "=", trace.id)]))
        [[total]] = trace._read_group([("id", "=", trace.id)], [], ["value:sum"])
        self.assertEqual(total, 60)

    def test_the_warehouse_learns_no_value_in_any_way(self):
        order = self._order((self.chair, 4), promise=7)
        self.worker.group_ids += self.env.ref("base.group_allow_export")
        traces = self._traces(self.worker, order)
        self.assertTrue(traces.cause_sentence)
        for name in ("value", "urgency"):
            with self.subTest(field=name):
                self.assertNotIn(name, traces.fields_get())
                for attempt in (
                    lambda name=name: traces.read([name]),
                    lambda name=name: traces.search([(name, ">", 1)]),
                    lambda name=name: traces.search([], order=f"{name} desc"),
                    lambda name=name: traces._read_group([], [], [f"{name}:sum"]),
                    lambda name=name: traces.export_data([name]),
                ):
                    with self.assertRaises(AccessError):
                        attempt()
        with self.assertRaises(AccessError):
            traces.action_expedite()
        self.assertTrue(traces.cockpit([])["stages"])

    def test_another_salespersons_amounts_are_not_shown(self):
        order = self._order((self.chair, 4), promise=7)
        both = new_test_user(
            self.env,
            "trace_both",
            "sales_team.group_sale_salesman,stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        trace = self._traces(both, order)
        self.assertTrue(trace)
        self.assertEqual(trace.value, 0)
        self.assertEqual(self._traces(self.seller, order).value, 40)

    def test_the_cockpit_counts_stages_and_causes(self):
        self._order((self.chair, 1), (self.chair, 2), promise=7)
        self._order((self.chair, 1), promise=7, partner_id=self.other.id)
        purchase = self._purchase(self.chair, 4, days=30)
        self._order((self.table, 1), promise=9)
        figures = (
            self.env["crm.order.trace"]
            .with_user(self.seller)
            .cockpit([("stage", "=", "delivered"), ("is_finished", "=", False)])
        )
        stages = {
            row["stage"]: (row["count"], row["late"]) for row in figures["stages"]
        }
        self.assertEqual(stages["buying"], (3, 3))
        self.assertEqual(stages["to_source"], (1, 0))
        figures = self.env["crm.order.trace"].with_user(self.seller).cockpit([])
        self.assertEqual(
            figures["causes"],
            [
                {
                    "model": "purchase.order",
                    "id": purchase.id,
                    "name": purchase.name,
                    "lines": 3,
                    "customers": 2,
                    "figures": "3 lines, 2 customers",
                }
            ],
        )
        groups = (
            self.env["crm.order.trace"]
            .with_user(self.seller)
            ._read_group(
                [("cause_name", "ilike", purchase.name)],
                ["cause_name"],
                ["__count", "customer_count:count_distinct"],
            )
        )
        self.assertEqual(groups, [(purchase.name, 3, 2)])

    def test_expediting_asks_the_buyer_once_and_names_who_waits(self):
        first = self._order((self.chair, 1), promise=7)
        second = self._order((self.chair, 1), promise=9, partner_id=self.other.id)
        purchase = self._purchase(self.chair, 2, days=36)
        self.assertEqual(purchase.user_id, self.buyer)
        for _time in range(2):
            self._traces(self.seller, first).action_expedite()
        activity = purchase.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.buyer)
        self.assertEqual(activity.create_uid, self.seller)
        for word in ("Azure", "Brightway", second.name, "29 days late"):
            self.assertIn(word, activity.note)

    def test_expediting_what_nobody_looks_after_says_so(self):
        order = self._order((self.chair, 1), promise=1)
        self.chair.responsible_id = False
        with self.assertRaisesRegex(UserError, "Nobody looks after Chair"):
            self._traces(self.seller, order).action_expedite()
        self.chair.responsible_id = self.buyer
        self._traces(self.seller, order).action_expedite()
        self.assertEqual(self.chair.activity_ids.user_id, self.buyer)

    def test_the_cause_opens_for_who_may_read_it(self):
        order = self._order((self.table, 1), promise=7)
        purchase = self._late_purchase(order)
        trace = self._traces(self.seller, order)
        self.assertFalse(trace.can_open_cause)
        with self.assertRaisesRegex(UserError, "You may not open"):
            trace.action_open_cause()
        action = self._traces(self.buyer, order).action_open_cause()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("purchase.order", purchase.id)
        )

    def test_the_message_to_the_customer_names_none_of_our_documents(self):
        order = self._order((self.table, 1), promise=7)
        purchase = self._late_purchase(order)
        action = self._traces(self.seller, order).action_message_customer()
        composer = Form(
            self.env[action["res_model"]]
            .with_user(self.seller)
            .with_context(**action["context"])
        ).save()
        self.assertEqual(composer.partner_ids, self.customer)
        self.assertIn("Our supplier delivers later than planned.", composer.body)
        self.assertNotIn(purchase.name, composer.body)
        self.assertNotIn("Wood Corner", composer.body)
        composer.action_send_mail()
        self.assertIn("Table", order.message_ids[0].body)
        other = self._order((self.table, 1), promise=7)
        with self.assertRaisesRegex(UserError, "lines of one order"):
            self._traces(self.seller, order, other).action_message_customer()

    def test_a_late_line_is_promised_again(self):
        order = self._order((self.table, 1), promise=7)
        self._late_purchase(order)
        trace = self._traces(self.seller, order)
        action = trace.action_repromise()
        dialog = self.env[action["res_model"]].with_user(self.seller)
        dialog.browse(action["res_id"]).tell_customer = False
        dialog.browse(action["res_id"]).action_promise()
        trace = self._traces(self.seller, order)
        self.assertEqual(trace.promise_date, self._day(36))
        self.assertFalse(trace.is_late)
        self.assertEqual(trace.action_open_chain()["type"], "ir.actions.client")

    def test_one_line_costs_as_many_queries_as_eighty(self):
        small = self._order((self.table, 1), promise=7)
        self._late_purchase(small)
        big = self._order(*[(self.table, 1)] * 80, promise=5)
        self._late_purchase(big)
        spec = {name: {} for name in COCKPIT}
        spec["partner_id"] = {"fields": {"display_name": {}}}
        counts = []
        for order in (big, small, big):
            traces = self._traces(self.seller, order)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            traces.web_read(spec)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])


@tagged("post_install", "-at_install")
class TestPurchaseOrderWaiting(CockpitCommon):
    """The buyer sees whom a delay hits."""

    def test_who_waits_for_goods_bought_on_order(self):
        first = self._order((self.table, 1), promise=7)
        purchase = self._purchase_for(first)
        self.assertEqual(purchase.state, "draft")
        self.assertEqual(purchase.waiting_customer_count, 1)
        purchase.button_confirm()
        purchase.order_line.date_planned = self._noon(36)
        self.env.flush_all()
        purchase.invalidate_recordset()
        self.assertEqual(purchase.waiting_trace_ids.partner_id, self.customer)
        self.assertIn("late: 1", purchase.waiting_sentence)
        self._transfer(purchase.picking_ids)
        purchase.invalidate_recordset()
        self.assertFalse(purchase.waiting_trace_ids)

    def test_who_waits_for_a_replenishment_even_if_another_comes_later(self):
        order = self._order((self.chair, 5), promise=7)
        later = self._order((self.chair, 5), promise=20, partner_id=self.other.id)
        soon = self._purchase(self.chair, 3, days=4)
        late = self._purchase(self.chair, 4, days=9)
        self.assertEqual(soon.waiting_trace_ids.order_id, order)
        self.assertEqual(late.waiting_trace_ids.order_id, order | later)
        stranger = self._purchase(self.chair, 9, days=30)
        self.assertEqual(stranger.waiting_trace_ids.order_id, later)

    def test_who_waits_behind_several_steps(self):
        self.warehouse.write(
            {"reception_steps": "two_steps", "delivery_steps": "pick_ship"}
        )
        order = self._order((self.table, 1), promise=7)
        purchase = self._purchase_for(order)
        purchase.button_confirm()
        self.assertEqual(purchase.waiting_trace_ids.order_id, order)

    def test_the_purchaser_sees_customers_but_no_sales_prices(self):
        order = self._order((self.table, 1), promise=7)
        purchase = self._late_purchase(order)
        buyer = new_test_user(
            self.env,
            "trace_pure_buyer",
            "purchase.group_purchase_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        purchase = purchase.with_user(buyer)
        trace = purchase.waiting_trace_ids
        [row] = trace.web_read(
            {
                "partner_id": {"fields": {"display_name": {}}},
                "order_id": {"fields": {"display_name": {}}},
                "tier_id": {"fields": {"display_name": {}}},
                "waiting_since": {},
                "cause_sentence": {},
            }
        )
        self.assertEqual(row["partner_id"]["display_name"], "Azure")
        self.assertEqual(row["order_id"]["display_name"], order.name)
        for name in ("value", "urgency"):
            with self.assertRaises(AccessError):
                trace.read([name])
        Form(purchase)
        action = purchase.action_view_waiting()
        self.assertEqual(action["res_model"], "crm.order.trace")
        views = trace.get_views([(view[0], view[1]) for view in action["views"]])
        self.assertNotIn('name="value"', views["views"]["list"]["arch"])
