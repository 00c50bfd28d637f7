import os
import unittest

from odoo.tests import tagged

from .mart_history import MartHistoryCase

try:
    import hypothesis
    from hypothesis import strategies as st
except ImportError:
    hypothesis = None

STEPS = (
    *("order", "invoice") * 3,
    "add_free_line",
    "archive",
    "cancel_move",
    "cancel_order",
    "change_cost",
    "change_order",
    "delete",
    "give_invoice_away",
    "give_order_away",
    "merge",
    "move_parent",
    "redate_and_post",
    "redate_order",
    "reset_to_draft",
    "toggle_company",
    *("check",) * 4,
    "begin_long",
)


class Undo(Exception):
    """Leaves a savepoint."""


@tagged("post_install", "-at_install")
@unittest.skipUnless(hypothesis, "hypothesis is not installed")
class TestCustomerDayHistory(MartHistoryCase):
    def test_random_histories(self):
        """Whatever happens and whenever one refreshes: refresh = rebuild = records."""
        number = st.integers(0, 11)
        step = st.tuples(st.sampled_from(STEPS), number, number)

        @hypothesis.settings(
            max_examples=int(os.environ.get("CRM_TEST_EXAMPLES", 20)),
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(st.lists(step, min_size=6, max_size=24))
        def check(steps):
            self.play(steps)

        check()

    def play(self, steps):
        start = (self.clock, self.orders, self.moves)
        try:
            with self.env.cr.savepoint():
                for name, one, two in (*steps, ("check", 0, 0)):
                    self.step(name, one, two)
                raise Undo
        except Undo:
            self.env.invalidate_all(flush=False)
        finally:
            self.clock, self.orders, self.moves = start
            self.pending_since = None

    def step(self, name, one, two):
        self.tick()
        if name == "check":
            self.check()
        elif name == "begin_long":
            self.begin_long_transaction()
        elif one == 11:
            self.commit_long_transaction(lambda: getattr(self, f"do_{name}")(one, two))
        else:
            getattr(self, f"do_{name}")(one, two)

    def check(self):
        self.days.refresh()
        self.assert_mart("refreshed")
        refreshed = self.mart()
        try:
            with self.env.cr.savepoint():
                self.days.rebuild()
                self.assertEqual(self.mart(), refreshed, "rebuilt")
                raise Undo
        except Undo:
            self.env.invalidate_all(flush=False)
