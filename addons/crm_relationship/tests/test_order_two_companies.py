from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .test_portal_order_tracking import LIST, PortalCommon

PEOPLE = {
    "seller": "sales_team.group_sale_salesman",
    "worker": "stock.group_stock_user",
    "buyer": "purchase.group_purchase_user,stock.group_stock_user",
}


class TwoCompaniesCommon(PortalCommon):
    """Both companies sell and buy the same goods; each has its own people.

    Whatever is done inside `_elsewhere` is done in the other company, by its people.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.neighbour = cls.env["res.company"].create({"name": "Neighbour"})
        cls.neighbour.partner_id.tz = "UTC"
        (cls.bought | cls.to_order).seller_ids.company_id = False
        cls.neighbour.resource_calendar_id = cls.company.resource_calendar_id = False
        cls.there = {
            "company": cls.neighbour,
            "warehouse": cls._warehouse(cls.neighbour),
            "env": cls.env(
                context={
                    **cls.env.context,
                    "allowed_company_ids": cls.neighbour.ids,
                }
            ),
        }
        for who, groups in PEOPLE.items():
            cls.there[who] = new_test_user(
                cls.env,
                f"neighbour_{who}",
                groups,
                tz="UTC",
                company_id=cls.neighbour.id,
                company_ids=[Command.set(cls.neighbour.ids)],
            )
        rules = cls._route_mto().rule_ids
        rules.filtered(lambda rule: rule.company_id == cls.neighbour).write(
            {"procure_method": "make_to_order", "active": True}
        )
        cls.env.cr.flush()

    @contextmanager
    def _elsewhere(self):
        here = {name: getattr(self, name) for name in self.there}
        try:
            for name, value in self.there.items():
                setattr(self, name, value)
            yield
        finally:
            for name, value in here.items():
                setattr(self, name, value)

    def _order_elsewhere(self, *items, **vals):
        with self._elsewhere():
            return self._order(*items, **vals)


@tagged("post_install", "-at_install")
class TestOrderTwoCompanies(TwoCompaniesCommon):
    """Goods, purchases and suppliers of one company are nothing to the other."""

    def test_stock_of_the_neighbour_is_not_ours(self):
        with self._elsewhere():
            self._stock(self.bought, 9, self.warehouse)
        ours = self._order((self.bought, 2), promise=3)
        theirs = self._order_elsewhere((self.bought, 2), promise=3)
        self.assertTrace(
            ours.order_line, stage="to_source", reason="no_supply", expected=5
        )
        with self._elsewhere():
            self.assertTrace(
                theirs.order_line, stage="in_stock", expected=3, qty_reserved=2
            )

    def test_orders_of_the_neighbour_take_nothing_of_ours(self):
        theirs = self._order_elsewhere((self.bought, 9), promise=1, priority="3")
        ours = self._order((self.bought, 2), promise=3)
        purchase = self._purchase(self.bought, 2, days=2)
        self.assertTrace(ours.order_line, stage="buying", expected=3, reason="planned")
        self.assertEqual(purchase.waiting_trace_ids.sale_line_id, ours.order_line)
        with self._elsewhere():
            self.assertTrace(theirs.order_line, reason="no_supply", expected=5)

    def test_a_purchase_of_the_neighbour_neither_supplies_nor_delays(self):
        ours = self._order((self.bought, 2), promise=9)
        with self._elsewhere():
            theirs = self._order((self.bought, 2), promise=9)
            their_purchase = self._purchase(self.bought, 9, days=1)
        self.assertTrace(ours.order_line, reason="no_supply", expected=9)
        purchase = self._purchase(self.bought, 2, days=12)
        self.assertTrace(ours.order_line, cause=purchase, expected=12, days_late=3)
        their_purchase.order_line.date_planned = self._noon(31)
        self.assertTrace(ours.order_line, cause=purchase, expected=12, days_late=3)
        with self._elsewhere():
            self.assertTrace(
                theirs.order_line, cause=their_purchase, expected=31, days_late=22
            )
            self._transfer(their_purchase.picking_ids)
            self.assertTrace(theirs.order_line, expected=9, is_late=False)
        self.assertTrace(
            ours.order_line, stage="buying", qty_reserved=0, cause=purchase
        )

    def test_a_purchase_on_order_serves_its_own_company(self):
        ours = self._order((self.to_order, 2), promise=9)
        with self._elsewhere():
            theirs = self._order((self.to_order, 2), promise=9)
            their_purchase = self._purchase_for(theirs)
        purchase = self._purchase_for(ours)
        self.assertNotEqual(purchase, their_purchase)
        purchase.order_line.date_planned = self._noon(10)
        purchase.button_confirm()
        their_purchase.order_line.date_planned = self._noon(38)
        self.assertTrace(ours.order_line, cause=purchase, expected=10, days_late=1)
        self.assertEqual(purchase.waiting_trace_ids.sale_line_id, ours.order_line)
        with self._elsewhere():
            self.assertTrace(
                theirs.order_line, cause=their_purchase, expected=38, days_late=29
            )

    def test_an_offer_to_the_neighbour_is_none_to_us(self):
        lamp = self._product("Lamp", self._route_buy())
        for company, delay in ((self.neighbour, 2), (self.company, 7)):
            self.env["product.supplierinfo"].sudo().create(
                {
                    "product_tmpl_id": lamp.product_tmpl_id.id,
                    "partner_id": self.supplier.id,
                    "company_id": company.id,
                    "delay": delay,
                }
            )
        quotation = self._order((lamp, 1), confirm=False)
        offer = quotation.order_line.promise_offer["date"]
        self.assertEqual(offer, str(self._day(7)))
        ours = self._order((lamp, 1), promise=0)
        theirs = self._order_elsewhere((lamp, 1), promise=0)
        self.assertTrace(ours.order_line, expected=7, reason="no_supply")
        with self._elsewhere():
            self.assertTrace(theirs.order_line, expected=2, reason="no_supply")
            quotation = self._order((lamp, 1), confirm=False)
            offer = quotation.order_line.promise_offer["date"]
        self.assertEqual(offer, str(self._day(2)))

    def test_goods_of_both_are_promised_apart(self):
        self._stock(self.bought, 1)
        with self._elsewhere():
            self._purchase(self.bought, 1, days=2)
        ours = self._order((self.bought, 2), confirm=False).order_line
        with self._elsewhere():
            theirs = self._order((self.bought, 2), confirm=False).order_line
        self.assertEqual(ours.promise_offer["date"], str(self._day(5)))
        self.assertEqual(
            [part["date"] for part in ours.promise_offer["split"]],
            [str(self._day(0)), str(self._day(5))],
        )
        self.assertEqual(
            [part["date"] for part in theirs.promise_offer["split"]],
            [str(self._day(2)), str(self._day(5))],
        )

    def test_a_line_is_traced_the_same_whichever_company_is_active(self):
        self.buyer.company_ids = self.company | self.neighbour
        order = self._order((self.to_order, 2), (self.bought, 1), promise=7)
        on_order, from_stock = order.order_line
        purchase = self._purchase_for(order)
        purchase.button_confirm()
        both = (self.neighbour | self.company).ids
        there = purchase.with_context(allowed_company_ids=both)
        there.order_line.date_planned = self._noon(37)
        self.assertTrace(on_order, expected=37, days_late=30, cause=purchase)
        self.assertTrace(from_stock, expected=7, reason="no_supply", is_late=False)
        for companies in (self.neighbour, self.neighbour | self.company):
            with self.subTest(companies=companies.mapped("name")):
                traces = self.env["crm.order.trace"].sudo()
                traces = traces.with_context(allowed_company_ids=companies.ids)
                self.assertFalse(traces._refresh(order.order_line.ids))

    def test_both_companies_in_one_screen(self):
        boss = new_test_user(
            self.env,
            "trace_boss",
            "sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[Command.set((self.company | self.neighbour).ids)],
        )
        ours = self._order((self.bought, 2), promise=3)
        theirs = self._order_elsewhere((self.bought, 2), promise=3)
        lines = (ours | theirs).order_line
        self.env.flush_all()
        traces = self.env["crm.order.trace"].with_user(boss)
        for companies, seen in (
            (self.company, ours),
            (self.neighbour, theirs),
            (self.company | self.neighbour, ours | theirs),
        ):
            with self.subTest(companies=companies.mapped("name")):
                active = traces.with_context(allowed_company_ids=companies.ids)
                domain = [("sale_line_id", "in", lines.ids)]
                self.assertEqual(active.search(domain).order_id, seen)
                stages = active.cockpit(domain)["stages"]
                self.assertEqual(sum(row["count"] for row in stages), len(seen))


@tagged("post_install", "-at_install")
class TestNothingOfTheNeighbour(TwoCompaniesCommon, HttpCase):
    """What people of one company try in order to read of the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = new_test_user(
            cls.env,
            "trace_leader",
            "sales_team.group_sale_manager,purchase.group_purchase_manager,"
            "stock.group_stock_manager,base.group_allow_export",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.people = (cls.seller, cls.worker, cls.buyer, cls.leader)

    def setUp(self):
        super().setUp()
        with self._elsewhere():
            self.theirs = self._order((self.to_order, 2), (self.bought, 3), promise=0)
            self.purchase = self._purchase_for(self.theirs)
            self.purchase.button_confirm()
            self.purchase.order_line.date_planned = self._noon(30)
            self.line = self.theirs.order_line[0]
            self.assertTrace(self.line, days_late=30, cause=self.purchase)
        self.env.flush_all()
        self.env.invalidate_all()

    def test_in_no_list_and_by_no_guessed_id(self):
        for model in (
            "crm.order.trace",
            "crm.order.promise",
            "crm.order.board",
            "crm.order.kept",
        ):
            domain = [("order_id", "=", self.theirs.id)]
            records = self.env[model].sudo().search(domain)
            self.assertTrue(records or model == "crm.order.kept")
            for user in self.people:
                with self.subTest(model=model, user=user.login):
                    self._assert_hidden(records.with_user(user), domain)

    def _assert_hidden(self, records, domain):
        if records.has_access("read"):
            empty = records.browse()
            self.assertFalse(empty.search(domain))
            count = empty.formatted_read_group(domain, [], ["__count"])
            self.assertEqual(count[0]["__count"], 0)
        if records:
            with self.assertRaises(AccessError):
                records.read(["display_name"])
            with self.assertRaises(AccessError):
                records.web_read({"display_name": {}})

    def test_not_in_the_figures_of_the_cockpit(self):
        for user in (self.seller, self.buyer, self.leader):
            with self.subTest(user=user.login):
                traces = self.env["crm.order.trace"].with_user(user)
                figures = traces.cockpit([("order_id", "=", self.theirs.id)])
                self.assertFalse(any(row["count"] for row in figures["stages"]))
                self.assertFalse(figures["causes"])
                self.assertNotIn(self.purchase.name, str(traces.cockpit([])))

    def test_not_as_a_chain(self):
        for user in self.people:
            with self.subTest(user=user.login), self.assertRaises(UserError):
                self.env["crm.order.trace"].with_user(user).chain(self.line.id)

    def test_not_through_documents(self):
        for user, record, name in (
            (self.leader, self.theirs, "trace_sentence"),
            (self.leader, self.theirs, "trace_stages"),
            (self.leader, self.line, "promise_offer"),
            (self.leader, self.purchase, "waiting_sentence"),
            (self.buyer, self.purchase, "waiting_trace_ids"),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                record.with_user(user).read([name])

    def test_not_through_buttons(self):
        trace = self.env["crm.order.trace"].sudo()
        trace = trace.search([("sale_line_id", "=", self.line.id)])
        card = self.env["crm.order.board"].sudo()
        card = card.search([("order_id", "=", self.theirs.id)])
        for user, records, action in (
            (self.leader, trace, "action_open_cause"),
            (self.leader, trace, "action_expedite"),
            (self.leader, trace, "action_repromise"),
            (self.leader, trace, "action_message_customer"),
            (self.leader, self.theirs, "action_repromise"),
            (self.leader, self.purchase, "action_view_waiting"),
            (self.worker, card, "action_open_transfer"),
        ):
            self.env.invalidate_all()
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(records.with_user(user), action)()

    def test_not_in_the_portal_of_the_other_company(self):
        """The same customer buys from both; the login is for one of them."""
        self.assertFalse(self._visible(self.portal))
        self.authenticate("portal_customer", "portal_customer")
        self.assertNotIn(self.theirs.name, self.url_open(LIST).text)
        answer = self.url_open(f"{LIST}/{self.line.id}")
        self.assertEqual(answer.status_code, 404)
        ours = self._order((self.bought, 1), promise=3)
        self.assertEqual(self._visible(self.portal), ours.order_line)
