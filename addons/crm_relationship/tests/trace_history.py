"""A little supply chain with random histories."""

import os

from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .common_trace import TraceCommon

try:
    import hypothesis
    from hypothesis import strategies as st
except ImportError:
    hypothesis = None


class Undo(Exception):
    """Leaves a savepoint."""


class TraceHistoryCase(TraceCommon):
    """Plays steps, named `do_…`, each with two numbers that choose what they do."""

    examples = 25

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.north = cls.env["stock.warehouse"].create(
            {"name": "North", "code": "NOR", "company_id": cls.company.id}
        )
        cls.south = cls.env["stock.warehouse"].create(
            {
                "name": "South",
                "code": "SOU",
                "company_id": cls.company.id,
                "delivery_steps": "pick_ship",
                "reception_steps": "two_steps",
            }
        )
        cls.warehouses = cls.warehouse | cls.north | cls.south
        cls.products = cls._products()
        cls.env.cr.flush()

    @classmethod
    def _products(cls):
        buy, mto = cls._route_buy(), cls._route_mto()
        return cls._product("Chair", buy, delay=5) | cls._product(
            "Table", buy, mto, delay=3
        )

    @classmethod
    def steps(cls):
        return sorted(name for name in dir(cls) if name.startswith("do_"))

    def play_random(self):
        """Whatever happens, what is stored is what a new computation gives."""
        number = st.integers(0, 11)
        step = st.tuples(st.sampled_from(self.steps()), number, number)

        @hypothesis.settings(
            max_examples=int(os.environ.get("CRM_TEST_EXAMPLES", self.examples)),
            deadline=None,
            database=None,
            derandomize=True,
            phases=[hypothesis.Phase.generate],  # a step takes too long to shrink
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(st.lists(step, min_size=4, max_size=12))
        def check(steps):
            self.play(steps)

        check()

    def play(self, steps):
        try:
            with self.env.cr.savepoint():
                for number, warehouse in enumerate(self.warehouses):
                    self.do_order(number, number + 1)
                    self.do_buy(number, 4 + number)
                    self.do_count(number, warehouse.id)
                for name, one, two in steps:
                    self.step(name, one, two)
                    self.check(name)
                raise Undo
        except Undo:
            self.env.invalidate_all(flush=False)

    def step(self, name, one, two):
        """What the business rules refuse did not happen."""
        try:
            with self.env.cr.savepoint():
                getattr(self, name)(one, two)
                self.env.flush_all()
        except (UserError, ValidationError):
            self.env.invalidate_all(flush=False)

    def check(self, name):
        trace = self.env["crm.order.trace"].sudo()
        self.env.flush_all()
        trace._settle()
        lines = self.lines().ids
        stored = {
            id_: row[: len(row) - 3] for id_, row in trace._known_rows(lines).items()
        }
        computed = trace._compute_rows(lines)
        differing = {
            id_: (stored.get(id_), computed.get(id_))
            for id_ in stored | computed
            if stored.get(id_) != computed.get(id_)
        }
        self.assertFalse(differing, f"after {name}: stored and computed")
        differing = self.env["crm.order.board"]._follow(SQL("TRUE"))
        self.assertFalse(differing, f"after {name}: the board and the traces")

    # What there is -------------------------------------------------------------------

    def lines(self):
        return self.env["sale.order.line"].search(
            [("company_id", "=", self.company.id)], order="id"
        )

    def _one(self, records, number):
        return records[number % len(records)] if records else records

    def _open(self, model, *domain):
        return self.env[model].search(
            [("company_id", "=", self.company.id), *domain], order="id"
        )

    def _open_moves(self):
        return self._open("stock.move", ("state", "not in", ("done", "cancel")))

    def _open_transfers(self):
        return self._open("stock.picking", ("state", "not in", ("done", "cancel")))

    def _purchase_lines(self):
        return self._open("purchase.order.line", ("order_id.state", "!=", "cancel"))

    # What happens --------------------------------------------------------------------

    def do_order(self, one, two):
        self._order(
            (self._one(self.products, one), 1 + two),
            (self._one(self.products, one + 1), 2),
            promise=two,
            warehouse_id=self._one(self.warehouses, one + two).id,
        )

    def do_buy(self, one, two):
        purchase = self._purchase(
            self._one(self.products, one), 1 + two, days=two, confirm=False
        )
        purchase.picking_type_id = self._one(self.warehouses, one + two).in_type_id
        if one % 2:
            purchase.button_confirm()

    def do_buy_as_replenished(self, one, _two):
        self._one(
            self._open("purchase.order", ("state", "=", "draft")), one
        ).exists().with_user(self.buyer).button_confirm()

    def do_cancel_move(self, one, _two):
        self._one(self._open_moves(), one)._action_cancel()

    def do_cancel_order(self, one, _two):
        self._one(
            self._open("sale.order", ("state", "=", "sale")), one
        )._action_cancel()

    def do_cancel_purchase(self, one, _two):
        self._one(
            self._open("purchase.order", ("state", "!=", "cancel")), one
        ).button_cancel()

    def do_cancel_transfer(self, one, _two):
        self._one(self._open_transfers(), one).action_cancel()

    def do_change_purchase_date(self, one, two):
        self._one(self._purchase_lines(), one).date_planned = self._noon(two * 3 - 9)

    def do_change_purchase_quantity(self, one, two):
        self._one(self._purchase_lines(), one).product_qty = two

    def do_change_quantity(self, one, two):
        self._one(self.lines(), one).product_uom_qty = two

    def do_change_supplier_time(self, one, two):
        self._one(self.products, one).seller_ids.delay = two

    def do_count(self, one, two):
        self._stock(
            self._one(self.products, one),
            2 - two % 7 or 3,
            self._one(self.warehouses, two),
        )

    def do_give_up_reservation(self, one, _two):
        self._one(self._open_transfers(), one).do_unreserve()

    def do_prioritise(self, one, two):
        self._one(self._open_transfers(), one).priority = str(two % 4)

    def do_promise_for_order(self, one, two):
        self._one(
            self._open("sale.order", ("state", "=", "sale")), one
        ).commitment_date = self._noon(two)

    def do_reschedule(self, one, two):
        self._one(self._open_transfers(), one).scheduled_date = self._noon(two * 2 - 5)

    def do_reserve(self, one, _two):
        self._one(self._open_transfers(), one).action_assign()

    def do_transfer(self, one, _two):
        transfer = self._one(self._open_transfers(), one)
        transfer.action_assign()
        transfer.button_validate()

    def do_transfer_part(self, one, two):
        transfer = self._one(self._open_transfers(), one)
        if transfer:
            self._transfer(transfer, dict.fromkeys(self.products, two % 3))
