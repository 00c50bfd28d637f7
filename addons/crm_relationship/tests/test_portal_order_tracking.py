import re

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_trace import TraceCommon

LIST = "/my/order-tracking"


class PortalCommon(TraceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought = cls._product("Chair", cls._route_buy(), delay=5)
        cls.to_order = cls._product(
            "Table", cls._route_buy(), cls._route_mto(), delay=5
        )
        cls.portal = cls._portal_user("portal_customer", cls.customer)
        cls.distributor = cls.env["res.partner"].create({"name": "Distributor"})
        cls.reseller = cls._portal_user("portal_reseller", cls.distributor)
        cls.env.cr.flush()

    @classmethod
    def _portal_user(cls, login, company):
        """Somebody who works for a customer."""
        user = new_test_user(
            cls.env,
            login,
            "base.group_portal",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        user.partner_id.parent_id = company
        return user

    def _relation(self, **vals):
        return self.env["crm.partner.relation"].create(
            {
                "partner_id": self.distributor.id,
                "type_id": self.env.ref(
                    "crm_relationship.relation_type_distributor"
                ).id,
                "other_partner_id": self.customer.id,
                "shares_orders": True,
                **vals,
            }
        )

    def _late(self):
        order = self._order((self.to_order, 2), promise=7, client_order_ref="PO-77")
        purchase = self._purchase_for(order)
        purchase.button_confirm()
        purchase.order_line.date_planned = self._noon(37)
        return order, purchase

    def _visible(self, user):
        traces = self.env["crm.order.trace"].with_user(user).sudo()
        return traces.search(traces._portal_domain(user.partner_id)).sale_line_id


@tagged("post_install", "-at_install")
class TestPortalOrderTracking(PortalCommon, HttpCase):
    """What customers and distributors see of their lines, and nobody else's."""

    def _read(self, url, login):
        self.authenticate(login, login)
        answer = self.url_open(url)
        text = re.sub(r"<[^>]+>", " ", answer.text)
        return answer.status_code, re.sub(r"\s+", " ", text)

    def _line_url(self, order):
        return f"{LIST}/{order.order_line.id}"

    def test_a_customer_sees_where_a_late_line_is_and_why(self):
        order, purchase = self._late()
        status, text = self._read(LIST, "portal_customer")
        self.assertEqual(status, 200)
        for words in (
            "Table",
            order.name,
            "PO-77",
            "On its way to us",
            "step 2 of 5",
            "in 37 days",
            "Our supplier delivers later than planned.",
        ):
            self.assertIn(words, text)
        status, text = self._read(self._line_url(order), "portal_customer")
        self.assertEqual(status, 200)
        self.assertIn("What we promised", text)
        self.assertIn("2 Units Expected", text)
        for secret in (
            purchase.name,
            "Wood Corner",
            *order.sudo().picking_ids.mapped("name"),
            *purchase.picking_ids.mapped("name"),
            "10.00",
        ):
            self.assertNotIn(secret, text)

    def test_shipments_back_orders_and_the_history_of_promises(self):
        self._stock(self.bought, 3)
        order = self._order((self.bought, 5), promise=3)
        self._transfer(order.picking_ids, {self.bought: 3})
        self.assertTrace(order.order_line, promise=3, expected=5)
        order.order_line._promise(self._day(4), "again", "P00099 slipped")
        _status, text = self._read(self._line_url(order), "portal_customer")
        for words in (
            "3 of 5 Units delivered",
            "Shipment 1 3 Units",
            "Shipped",
            "Shipment 2 2 Units",
            "out of stock",
        ):
            self.assertIn(words, text)
        self.assertNotIn("P00099", text, "the reason is ours")
        self.assertIn("→", text)

    def test_filters_search_and_bad_arguments(self):
        late, _purchase = self._late()
        self._stock(self.bought, 3)
        done = self._order((self.bought, 3), promise=3)
        self._transfer(done.picking_ids)
        for arguments, found in (
            ("", [late]),
            ("?filterby=late", [late]),
            ("?filterby=done", [done]),
            ("?filterby=all&sortby=order", [late, done]),
            ("?filterby=all&search=Chair", [done]),
            ("?filterby=all&search=po-77", [late]),
            ("?filterby=nonsense&sortby=id;drop", [late]),
            ("?search=%25' OR 1=1", []),
        ):
            with self.subTest(arguments=arguments):
                status, text = self._read(LIST + arguments, "portal_customer")
                self.assertEqual(status, 200)
                for order in (late, done):
                    check = self.assertIn if order in found else self.assertNotIn
                    check(f" {order.name} ", text)

    def test_a_guessed_line_of_another_customer_is_not_found(self):
        other = self.env["res.partner"].create({"name": "Other"})
        order = self._order((self.bought, 2), promise=3, partner_id=other.id)
        mine = self._order((self.bought, 2), promise=3)
        self.assertEqual(self._visible(self.portal), mine.order_line)
        for url in (
            self._line_url(order),
            f"{LIST}/999999999",
            f"{LIST}/0",
        ):
            status, text = self._read(url, "portal_customer")
            self.assertEqual(status, 404)
            self.assertNotIn(order.name, text)
        _status, text = self._read(f"{LIST}?search={order.name}", "portal_customer")
        self.assertNotIn(f" {order.name} ", text)
        self.assertEqual(self._read(self._line_url(mine), "portal_customer")[0], 200)

    def test_a_quotation_is_not_tracked(self):
        order = self._order((self.bought, 2), confirm=False)
        self.assertEqual(self._read(self._line_url(order), "portal_customer")[0], 404)

    def test_many_lines_cost_as_many_queries_as_one(self):
        self._late()
        self._stock(self.bought, 90)
        for _number in range(9):
            self._order((self.bought, 2), (self.to_order, 1), promise=-1)
        lines = self._visible(self.portal)
        self.assertEqual(len(lines), 19)
        traces = self.env["crm.order.trace"].sudo()
        traces = traces.search([("sale_line_id", "in", lines.ids)])
        counts = []
        for part in (traces[:1], traces):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            for line in part.browse(part.ids):
                line._portal_row(self.customer)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_nobody_without_a_login(self):
        order = self._order((self.bought, 2), promise=3)
        answer = self.url_open(self._line_url(order), allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_a_portal_user_reads_nothing_by_remote_calls(self):
        line = self._order((self.bought, 2), promise=3).order_line
        for model in (
            "crm.order.trace",
            "crm.order.promise",
            "crm.partner.relation",
            "crm.order.chain",
            "crm.order.chain.card",
        ):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search([]).read()
        with self.assertRaises(AccessError):
            self.env["crm.order.trace"].with_user(self.portal).chain(line.id)

    def test_a_distributor_follows_the_end_customer(self):
        order, purchase = self._late()
        self.assertFalse(self._visible(self.reseller))
        self._relation()
        self.assertEqual(self._visible(self.reseller), order.order_line)
        _status, text = self._read(LIST, "portal_reseller")
        self.assertIn("Azure", text)
        status, text = self._read(self._line_url(order), "portal_reseller")
        self.assertEqual(status, 200)
        self.assertNotIn(purchase.name, text)
        self.assertNotIn("/my/orders/", self.url_open(self._line_url(order)).text)

    def test_a_relation_that_gives_nothing(self):
        order = self._order((self.bought, 2), promise=3)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        influence = self.env.ref("crm_relationship.relation_type_influence")
        cases = {
            "ended yesterday": {"date_to": self._day(-1)},
            "starts tomorrow": {"date_from": self._day(1)},
            "does not share": {"shares_orders": False},
            "archived": {"active": False},
            "another company's": {"company_id": elsewhere.id},
            "of another type": {"type_id": influence.id},
            "the other way": {
                "partner_id": self.customer.id,
                "other_partner_id": self.distributor.id,
            },
        }
        for case, vals in cases.items():
            with self.subTest(case):
                relation = self._relation(**vals)
                self.env.flush_all()
                self.assertFalse(self._visible(self.reseller))
                status, _text = self._read(self._line_url(order), "portal_reseller")
                self.assertEqual(status, 404)
                relation.unlink()

    def test_a_relation_holds_on_its_last_day(self):
        order = self._order((self.bought, 2), promise=3)
        self._relation(date_from=self.today, date_to=self.today)
        self.assertEqual(self._visible(self.reseller), order.order_line)

    def test_the_customer_sees_nothing_of_its_distributor(self):
        self._relation()
        theirs = self._order(
            (self.bought, 2), promise=3, partner_id=self.distributor.id
        )
        self.assertEqual(self._visible(self.reseller), theirs.order_line)
        self.assertFalse(self._visible(self.portal))

    def test_only_a_manager_shows_orders_to_a_distributor(self):
        self.customer.user_id = self.seller
        with self.assertRaises(AccessError):
            self._relation().with_user(self.seller).write({"date_to": False})
        relation = self._relation(shares_orders=False, partner_id=self.supplier.id)
        relation = relation.with_user(self.seller)
        relation.evidence = "A letter"
        with self.assertRaises(AccessError):
            relation.shares_orders = True
        self.seller.group_ids += self.env.ref(
            "crm_relationship.group_crm_relationship_manager"
        )
        relation.shares_orders = True

    def test_the_portal_home_shows_the_way(self):
        self._order((self.bought, 2), promise=3)
        self.authenticate("portal_customer", "portal_customer")
        self.assertIn(LIST, self.url_open("/my").text)
        counters = self.make_jsonrpc_request(
            "/my/counters", {"counters": ["order_tracking_count"]}
        )
        self.assertEqual(counters, {"order_tracking_count": 1})
