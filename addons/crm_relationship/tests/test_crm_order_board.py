from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_trace import TraceCommon

VIEWS = [(False, kind) for kind in ("kanban", "list", "calendar", "form", "search")]


@tagged("post_install", "-at_install")
class TestCrmOrderBoard(TraceCommon):
    """What the warehouse ships now, and for whom first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair = cls._product("Chair", cls._route_buy(), delay=5)
        cls.table = cls._product("Table", cls._route_buy(), delay=5)
        cls._stock(cls.chair, 10)
        cls.env.cr.flush()

    def _board(self, *orders, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        board = self.env["crm.order.board"].with_user(user or self.worker)
        if not orders:
            return board
        return board.search([("order_id", "in", [order.id for order in orders])])

    def test_what_can_be_shipped_complete_partly_or_not(self):
        complete = self._order((self.chair, 4), promise=3)
        partly = self._order((self.chair, 2), (self.table, 1), promise=1)
        waiting = self._order((self.table, 1), promise=2)
        names = ("readiness", "ready_count", "line_count", "is_late")
        days = ("promise_date", "expected_date")
        expected = [
            (partly, ("partly", 1, 2, True), (1, 5)),
            (waiting, ("waiting", 0, 1, True), (2, 5)),
            (complete, ("complete", 1, 1, False), (3, 3)),
        ]
        self.assertRecordValues(
            self._board(complete, partly, waiting),
            [
                {"order_id": order.id, "name": order.name, "is_held": False}
                | dict(zip(names, values, strict=True))
                | dict(zip(days, map(self._day, on), strict=True))
                for order, values, on in expected
            ],
        )

    def test_a_line_of_which_some_pieces_are_there_is_begun(self):
        order = self._order((self.chair, 12), promise=3)
        self.assertRecordValues(
            self._board(order), [{"readiness": "partly", "ready_count": 0}]
        )

    def test_a_card_opens_the_transfer_and_leaves_with_it(self):
        order = self._order((self.chair, 4), promise=3)
        card = self._board(order)
        self.assertEqual(card.picking_id, order.picking_ids)
        action = card.action_open_transfer()
        self.assertEqual(action["res_id"], order.picking_ids.id)
        self._transfer(order.picking_ids)
        self.assertFalse(self._board(order))

    def test_a_back_order_stays_on_the_board(self):
        order = self._order((self.chair, 4), promise=3)
        first = order.picking_ids
        self._transfer(first, {self.chair: 1})
        card = self._board(order)
        self.assertEqual(card.picking_id, order.picking_ids - first)
        self.assertEqual(card.readiness, "complete")

    def test_of_two_steps_the_one_at_hand_is_opened(self):
        self.warehouse.delivery_steps = "pick_ship"
        order = self._order((self.chair, 4), promise=3)
        card = self._board(order)
        pick = card.picking_id
        self.assertEqual(pick.picking_type_id, self.warehouse.pick_type_id)
        self.assertEqual(card.readiness, "complete")
        self._transfer(pick)
        card = self._board(order)
        self.assertEqual(card.picking_id.picking_type_id, self.warehouse.out_type_id)
        self.assertEqual(card.action_open_transfer()["res_id"], card.picking_id.id)

    def test_each_warehouse_has_its_own_card(self):
        other = self.env["stock.warehouse"].create(
            {"name": "North", "code": "N", "company_id": self.company.id}
        )
        self._stock(self.table, 5, other)
        order = self._order((self.chair, 1), (self.table, 1), confirm=False)
        order.order_line[1].sudo().warehouse_id = other
        order.action_confirm()
        cards = self._board(order)
        self.assertEqual(cards.warehouse_id, self.warehouse | other)
        self.assertEqual(set(cards.mapped("readiness")), {"complete"})
        self.assertEqual(
            [card.picking_id.picking_type_id.warehouse_id for card in cards],
            list(cards.mapped("warehouse_id")),
        )

    def test_services_are_nothing_to_ship(self):
        advice = self._product("Advice", type="service", is_storable=False)
        order = self._order((self.chair, 1), (advice, 1), promise=3)
        self.assertRecordValues(
            self._board(order), [{"line_count": 1, "readiness": "complete"}]
        )
        self.assertFalse(self._board(self._order((advice, 1))))

    def test_tiers_are_sorted_filtered_and_grouped(self):
        gold = self.env.ref("crm_relationship.tier_gold")
        key = self.env["res.partner"].create({"name": "Key"})
        small = self._order((self.chair, 1), promise=3)
        great = self._order((self.chair, 1), promise=3, partner_id=key.id)
        self.env["crm.tier.assignment"].sudo().create(
            {
                "partner_id": key.id,
                "company_id": self.company.id,
                "tier_id": gold.id,
                "date_from": self._day(-9),
                "cause": "new",
            }
        )
        cards = self._board(small, great)
        self.assertEqual(cards.order_id.ids, [great.id, small.id])
        self.assertEqual(cards.mapped("tier_id"), gold)
        board = self._board()
        ours = [("order_id", "in", (small | great).ids)]
        self.assertEqual(board.search([*ours, ("tier_id", "=", "Gold")]), cards[0])
        groups = board._read_group(ours, ["tier_id"], ["__count"])
        self.assertEqual(groups, [(gold, 1), (gold.browse(), 1)])

    def test_orders_are_found_by_their_number(self):
        order = self._order((self.chair, 1), client_order_ref="PO 77")
        board = self._board()
        self.assertEqual(board.search([("name", "=", order.name)]).order_id, order)
        self.assertEqual(
            board.search([("client_order_ref", "ilike", "po 77")]).order_id, order
        )

    def test_a_salesperson_sees_own_orders_and_another_company_none(self):
        mine = self._order((self.chair, 1), user_id=self.seller.id)
        other = self._order((self.chair, 1))
        other.sudo().user_id = self.worker
        self.assertEqual(
            self._board(mine, other, user=self.seller).order_id.ids, mine.ids
        )
        self.worker.sudo().write(
            {
                "company_ids": [Command.set(self.env.ref("base.main_company").ids)],
                "company_id": self.env.ref("base.main_company").id,
            }
        )
        board = self.env(
            user=self.worker,
            context={"allowed_company_ids": self.worker.company_id.ids},
        )["crm.order.board"]
        self.assertFalse(board.search([("order_id", "in", (mine | other).ids)]))

    def test_nobody_writes_a_card(self):
        card = self._board(self._order((self.chair, 1)))
        with self.assertRaises(AccessError):
            card.promise_date = self._day(1)

    def test_no_view_has_an_amount(self):
        board = self._board()
        views = board.get_views(VIEWS)["views"]
        shown = {
            node.get("name")
            for view in views.values()
            for node in etree.fromstring(view["arch"]).iter("field")
        }
        kinds = {name: field.type for name, field in board._fields.items()}
        self.assertFalse({n for n in shown if kinds[n] in ("monetary", "float")})
        self.assertFalse({n for n, kind in kinds.items() if kind == "monetary"})

    def test_eighty_cards_cost_no_more_queries_than_one(self):
        self._stock(self.chair, 80)  # all in one column: each column is a query
        orders = [self._order((self.chair, 1), promise=1 + n // 9) for n in range(80)]
        ids = [order.id for order in orders]
        self._count_queries(ids)  # fills what is cached for all
        self.assertEqual(self._count_queries(ids[:1]), self._count_queries(ids))

    def _count_queries(self, ids):
        self.env.flush_all()
        self.env.invalidate_all()
        board = self._board()
        spec = {name: {} for name in ("name", "promise_date", "tier_color", "is_late")}
        named = {"fields": {"display_name": {}}}
        spec |= dict.fromkeys(("partner_id", "tier_id", "picking_id"), named)
        before = self.env.cr.sql_log_count
        groups = board.web_read_group(
            [("order_id", "in", ids)],
            ["readiness"],
            auto_unfold=True,
            unfold_read_default_limit=100,  # a full page is counted, too
            unfold_read_specification=spec,
        )["groups"]
        self.assertEqual(sum(len(g["__records"]) for g in groups), len(ids))
        self.assertTrue(all(r["picking_id"] for g in groups for r in g["__records"]))
        return self.env.cr.sql_log_count - before
