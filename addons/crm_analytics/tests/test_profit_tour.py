from datetime import date

from odoo.tests import HttpCase, tagged

from .common_cost import CostCommon


@tagged("post_install", "-at_install", "crm_tour")
class TestProfitTour(HttpCase, CostCommon):
    def test_finance_reads_a_profit_and_loss_and_changes_a_pool(self):
        pool = self.pool("Sales visits", "visits", 60)
        run = self.run_()
        run.action_freeze()
        draft = self.run_(date_to=date(2026, 2, 28))
        self.fiona.company_ids = self.company
        self.start_tour(
            "/odoo/action-crm_analytics.crm_analytics_whale_action",
            "crm_analytics_profit",
            login="cost fiona",
        )
        self.assertEqual(pool.amount, 90)
        self.assertEqual(run.total, 60)
        self.assertFalse(draft.computed_at)
