import unittest

from odoo.tests import tagged

from .trace_history import TraceHistoryCase, hypothesis


@tagged("post_install", "-at_install")
@unittest.skipUnless(hypothesis, "hypothesis is not installed")
class TestCrmOrderTraceHistory(TraceHistoryCase):
    def test_random_histories(self):
        self.play_random()
