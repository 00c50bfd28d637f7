import unittest
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.crm_relationship.tests import test_crm_customer_day_history as base
from odoo.addons.crm_relationship.tests.mart_history import FIRST_DAY

from .analytics_history import STEPS, AnalyticsHistoryCase


@tagged("post_install", "-at_install")
@unittest.skipUnless(base.hypothesis, "hypothesis is not installed")
class TestAnalyticsDayHistory(base.HistoryPlay, AnalyticsHistoryCase):
    """Random histories with deliveries, returns, payments and visits, too."""

    steps = (*base.STEPS, *STEPS, "let_time_pass")
    histories = ("orders", "moves", "transfers", "payments", "meetings", "today")

    def setUp(self):
        super().setUp()
        self.today = FIRST_DAY + timedelta(days=2)
        self.figures = self.env["crm.analytics.customer"]
        self.startPatcher(
            patch.object(type(self.figures), "_today", lambda *args: self.today)
        )
        for number in range(4):
            self.tick()
            self.do_order(number, number)
            self.do_invoice(number, 3 * number)
            self.do_deliver(number, number + 1)
            self.do_transfer(number, number)
            self.do_pay(number, number + 2)
            self.do_receive(number, number)
            self.do_meet(number, number + 1)
        self.check()
        for name in (*self.counts, *self.amounts):
            self.assertTrue(any(day[name] for day in self.mart().values()), name)

    def do_let_time_pass(self, one, two):
        self.today += timedelta(days=1 + 61 * one)

    def check(self):
        res = super().check()
        self.figures.refresh()
        refreshed = self.rows()
        try:
            with self.env.cr.savepoint():
                self.figures.rebuild()
                self.assertEqual(self.rows(), refreshed, "rebuilt")
                raise base.Undo
        except base.Undo:
            self.env.invalidate_all(flush=False)
        return res

    def rows(self):
        """All stored columns but the id, as the database has them."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(figures) - 'id' FROM crm_analytics_customer figures"
            " ORDER BY partner_id, company_id"
        )
        return [row for (row,) in self.env.cr.fetchall()]
