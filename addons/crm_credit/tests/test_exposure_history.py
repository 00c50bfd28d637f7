import os
import unittest

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .exposure_history import START, ExposureHistoryCase

try:
    import hypothesis
    from hypothesis import strategies as st
except ImportError:
    hypothesis = None

STEPS = sorted(
    name.removeprefix("do_") for name in dir(ExposureHistoryCase) if name[:3] == "do_"
)
# What makes documents grow; the rest has something to work on then.
GROWTH = ("deliver", "invoice", "order", "order", "post", "deliver", "invoice")


class Undo(Exception):
    """Leaves a savepoint."""


@tagged("post_install", "-at_install")
@freeze_time(START)
@unittest.skipUnless(hypothesis, "hypothesis is not installed")
class TestExposureHistory(ExposureHistoryCase):
    def test_random_histories(self):
        """Whatever happens: the stored exposure is what the records say.

        A step is what happens, and whether the transaction ends after it. What Odoo
        refuses is taken back.
        """
        number = st.integers(0, 11)
        step = st.tuples(
            st.sampled_from((*STEPS, *GROWTH)), number, number, st.booleans()
        )

        @hypothesis.settings(
            max_examples=int(os.environ.get("CRM_TEST_EXAMPLES", 20)),
            deadline=None,
            database=None,
            derandomize=True,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(st.lists(step, min_size=8, max_size=16))
        def check(steps):
            self.play(steps)

        check()

    def play(self, steps):
        try:
            with self.env.cr.savepoint():
                for number in range(2):
                    self.do_order(number, 4 + number)
                for step in steps:
                    self.step(*step)
                    self.assert_owed(step)
                self.assert_no_drift(steps)
                raise Undo
        except Undo:
            self.env.invalidate_all(flush=False)
        finally:
            self.clock.move_to(START)

    @mute_logger("odoo.sql_db")
    def step(self, name, one, two, commits):
        try:
            with self.env.cr.savepoint():
                getattr(self, f"do_{name}")(one, two)
        except UserError:
            self.env.invalidate_all(flush=False)
        if commits:
            self.env.cr.flush()

    def assert_no_drift(self, steps):
        """Reading everything again changes nothing."""
        rows = self.read_rows()
        self.accounts._refresh_figures()
        self.assertEqual(self.read_rows(), rows, steps)

    def read_rows(self):
        self.env.flush_all()
        names = ["account_id", "component", "order_id", "move_line_id", "amount"]
        names += ["amount_currency", "amount_company", "date_due", "counts_from"]
        rows = self.env["crm.credit.exposure"].search(
            [("account_id", "in", self.accounts.ids)]
        )
        return sorted(repr([row[name] for name in names]) for row in rows)
