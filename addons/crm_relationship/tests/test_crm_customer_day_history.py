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
    "add_free_line",
    "archive",
    "cancel_move",
    "cancel_order",
    "change_cost",
    "change_order",
    "delete",
    "give_invoice_away",
    "give_order_away",
    "invoice",
    "merge",
    "move_parent",
    "nothing",
    "order",
    "redate_and_post",
    "redate_order",
    "reset_to_draft",
    "toggle_company",
)


class Undo(Exception):
    """Leaves a savepoint."""


class HistoryPlay:
    """Plays random histories of `steps`; `histories` are what they change."""

    allow_inherited_tests_method = True  # else Odoo's loader leaves these tests out
    steps = STEPS
    histories = ("orders", "moves")

    def test_random_histories(self):
        """Whatever happens and whenever one refreshes: refresh = rebuild = records.

        A step is what happens, whether that is in a transaction which began before the
        last refresh, and whether someone refreshes just before it commits.
        """
        number = st.integers(0, 11)
        step = st.tuples(
            st.sampled_from(self.steps), number, number, st.booleans(), st.booleans()
        )

        @hypothesis.settings(
            max_examples=int(os.environ.get("CRM_TEST_EXAMPLES", 25)),
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(st.lists(step, min_size=3, max_size=10))
        def check(steps):
            self.play(steps)

        check()

    def play(self, steps):
        start = {name: getattr(self, name) for name in ("clock", *self.histories)}
        try:
            with self.env.cr.savepoint():
                for step in steps:
                    self.step(*step)
                self.check()
                raise Undo
        except Undo:
            self.env.invalidate_all(flush=False)
        finally:
            for name, value in start.items():
                setattr(self, name, value)
            self.env.cr._now = self.clock

    def step(self, name, one, two, late, refresh):
        if late:
            self.begin_long_transaction()
        self.tick()
        if refresh:
            self.check()
        self.tick()
        self.commit_long_transaction(lambda: getattr(self, f"do_{name}")(one, two))

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


@tagged("post_install", "-at_install")
@unittest.skipUnless(hypothesis, "hypothesis is not installed")
class TestCustomerDayHistory(HistoryPlay, MartHistoryCase):
    def setUp(self):
        super().setUp()
        for number in range(5):
            self.tick()
            self.do_order(number, number)
            self.do_invoice(number, number + 1)
        self.check()
