from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_people import new_user
from .common_trace import TraceCommon


class ChainCommon(TraceCommon):
    """Draws chains for one reader and names their documents by kind."""

    def _draw(self, line, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        traces = self.env["crm.order.trace"].with_user(user or self.seller)
        return traces.chain(line.id)

    def _cards(self, picture, kind):
        return [node for node in picture["nodes"] if node["kind"] == kind]

    def _ways(self, picture):
        """The edges, by kind."""
        kinds = {node["key"]: node["kind"] for node in picture["nodes"]}
        return sorted(
            (kinds[edge["source"]], kinds[edge["target"]]) for edge in picture["edges"]
        )

    def _columns(self, picture):
        nodes = sorted(picture["nodes"], key=lambda node: (node["column"], node["row"]))
        return [node["kind"] for node in nodes]


@tagged("post_install", "-at_install")
class TestCrmOrderChain(ChainCommon):
    """The picture of an order line: what leads to what, and who sees what of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bought = cls._product("Chair", cls._route_buy(), delay=5)
        cls.to_order = cls._product(
            "Table", cls._route_buy(), cls._route_mto(), delay=5
        )
        cls.env.cr.flush()

    def _late(self):
        """An order whose purchase comes thirty days late."""
        order = self._order((self.to_order, 2), promise=7)
        purchase = self._purchase_for(order)
        purchase.button_confirm()
        purchase.order_line.date_planned = self._noon(37)
        return order, purchase

    def test_goods_in_stock(self):
        self._stock(self.bought, 10)
        picture = self._draw(self._order((self.bought, 4), promise=3).order_line)
        self.assertEqual(
            self._columns(picture), ["order", "delivery", "invoice", "payment"]
        )
        self.assertEqual(
            self._ways(picture),
            [("delivery", "invoice"), ("invoice", "payment"), ("order", "delivery")],
        )
        self.assertFalse(any(node["cause"] for node in picture["nodes"]))
        self.assertEqual(picture["goods"], "4 Units Chair")
        self.assertEqual(self._cards(picture, "invoice")[0]["status"], "missing")

    def test_a_late_purchase_is_the_cause(self):
        order, purchase = self._late()
        picture = self._draw(order.order_line)
        self.assertEqual(
            self._columns(picture),
            ["order", "purchase", "receipt", "delivery", "invoice", "payment"],
        )
        card = self._cards(picture, "purchase")[0]
        self.assertEqual(card["name"], purchase.name)
        self.assertEqual(card["detail"], "Wood Corner")
        self.assertEqual(card["goods"], "2 Units Table")
        self.assertEqual(card["date"], self._day(37))
        self.assertEqual((card["needed"], card["late"]), (self._day(7), 30))
        self.assertEqual((card["cause"], card["status"]), (True, "late"))
        late = [edge for edge in picture["edges"] if edge["late"]]
        self.assertEqual(len(late), 2, "purchase to receipt to delivery")
        self.assertFalse(self._cards(picture, "delivery")[0]["cause"])

    def test_a_request_nobody_has_confirmed(self):
        order = self._order((self.to_order, 2), promise=7)
        picture = self._draw(order.order_line)
        self.assertEqual(
            self._columns(picture),
            ["order", "request", "delivery", "invoice", "payment"],
        )
        card = self._cards(picture, "request")[0]
        self.assertTrue(card["cause"])
        self.assertEqual(card["reason"], "Request not confirmed")

    def test_what_nobody_has_ordered(self):
        picture = self._draw(self._order((self.bought, 2), promise=1).order_line)
        card = self._cards(picture, "shortage")[0]
        self.assertEqual((card["name"], card["late"]), ("Chair", 4))
        self.assertEqual((card["cause"], card["reason"]), (True, "No supply"))

    def test_supply_for_stock_that_the_line_will_get(self):
        order = self._order((self.bought, 2), promise=6)
        purchase = self._purchase(self.bought, 9, days=4)
        card = self._cards(self._draw(order.order_line), "purchase")[0]
        self.assertEqual((card["name"], card["late"]), (purchase.name, 0))
        self.assertEqual(card["goods"], "9 Units Chair")

    def test_what_is_done_stays_in_the_picture(self):
        order, purchase = self._late()
        self._transfer(purchase.picking_ids)
        self._transfer(order.picking_ids)
        picture = self._draw(order.order_line)
        self.assertEqual(
            self._columns(picture),
            ["order", "purchase", "receipt", "delivery", "invoice", "payment"],
        )
        for kind in ("purchase", "receipt", "delivery"):
            self.assertEqual(self._cards(picture, kind)[0]["status"], "done")
            self.assertEqual(self._cards(picture, kind)[0]["date"], self.today)

    def test_a_delivery_after_the_promise_shows_how_late_it_was(self):
        self._stock(self.bought, 2)
        order = self._order((self.bought, 2), promise=-3)
        self._transfer(order.picking_ids)
        card = self._cards(self._draw(order.order_line), "delivery")[0]
        self.assertEqual((card["status"], card["late"]), ("done", 3))

    def test_a_back_order_and_a_return(self):
        self._stock(self.bought, 5)
        order = self._order((self.bought, 5), promise=3)
        self._transfer(order.picking_ids, {self.bought: 3})
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=done.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        wizard.action_create_returns()
        picture = self._draw(order.order_line)
        self.assertCountEqual(
            self._columns(picture),
            ["order", "delivery", "delivery", "return", "invoice", "payment"],
        )
        self.assertIn(("delivery", "return"), self._ways(picture))

    def test_invoice_and_payment(self):
        self._stock(self.bought, 4)
        order = self._order((self.bought, 4), promise=3)
        self._transfer(order.picking_ids)
        self.env["account.chart.template"].try_loading("generic_coa", self.company)
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({}).action_create_payments()
        picture = self._draw(order.order_line)
        card = self._cards(picture, "invoice")[0]
        self.assertEqual(
            (card["name"], card["amount"], card["status"]), (invoice.name, 40, "done")
        )
        self.assertEqual(card["open"], {"model": "account.move", "id": invoice.id})
        card = self._cards(picture, "payment")[0]
        self.assertTrue(card["name"])
        self.assertFalse(card["open"], "a salesperson reads no payments")

    def test_a_service_goes_to_the_invoice_at_once(self):
        service = self.env["product.product"].create(
            {"name": "Fitting", "type": "service", "invoice_policy": "delivery"}
        )
        picture = self._draw(self._order((service, 1), promise=3).order_line)
        self.assertEqual(self._columns(picture), ["order", "invoice", "payment"])

    # Who sees what ----------------------------------------------------------------

    def _opens(self, picture):
        return sorted(
            node["open"]["model"] for node in picture["nodes"] if node["open"]
        )

    def _amounts(self, picture):
        return {
            node["kind"]: node["amount"]
            for node in picture["nodes"]
            if "amount" in node
        }

    def test_each_reader_opens_what_he_may_read(self):
        order, _purchase = self._late()
        stock = ["stock.picking", "stock.picking"]
        for user, opens, amounts in (
            (self.seller, ["sale.order"], {"order": 20}),
            (self.worker, stock, {}),
            (self.buyer, ["purchase.order", *stock], {"purchase": 2}),
        ):
            with self.subTest(user=user.login):
                picture = self._draw(order.order_line, user)
                found = self._opens(picture)
                self.assertEqual([m for m in found if m in opens], opens)
                allowed = {*opens, "stock.picking"}
                self.assertLessEqual(set(found), allowed)
                self.assertEqual(self._amounts(picture), amounts)
                self.assertEqual(
                    self._cards(picture, "purchase")[0]["detail"], "Wood Corner"
                )

    def test_no_price_reaches_the_warehouse(self):
        order, _purchase = self._late()
        order.order_line.sudo().price_unit = 4711.25
        for secret in ("4711.25", "9422.5", "amount", "currency"):
            self.assertNotIn(secret, str(self._draw(order.order_line, self.worker)))
        self.assertIn("9422.5", str(self._draw(order.order_line)))

    def test_orders_of_others_have_no_picture(self):
        order = self._order((self.bought, 2), promise=1)
        other = new_user(
            self.env, "chain_other", "sales_team.group_sale_salesman", self.company
        )
        elsewhere = self.env.ref("base.main_company")
        foreign = new_user(
            self.env, "chain_foreign", "stock.group_stock_user", elsewhere
        )
        portal = new_test_user(self.env, "chain_portal", "base.group_portal")
        with self.assertRaises(UserError):
            self._draw(order.order_line, other)
        with self.assertRaises(UserError):
            self._draw(order.order_line, foreign)
        with self.assertRaises(AccessError):
            self._draw(order.order_line, portal)

    def test_a_quotation_has_no_picture(self):
        order = self._order((self.bought, 2), confirm=False)
        with self.assertRaisesRegex(UserError, "not of a confirmed order"):
            self._draw(order.order_line)

    def test_the_line_opens_its_picture(self):
        line = self._order((self.bought, 2), promise=1).order_line
        action = line.with_user(self.seller).action_open_chain()
        self.assertEqual(action["tag"], "crm_relationship.order_chain")
        self.assertEqual(action["context"]["active_id"], line.id)
        self.assertEqual(self._trace(line).action_open_chain(), action)
