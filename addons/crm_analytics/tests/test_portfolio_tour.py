from odoo.tests import HttpCase, tagged

from .common_portfolio import PortfolioCommon


@tagged("post_install", "-at_install", "crm_tour")
class TestPortfolioTour(PortfolioCommon, HttpCase):
    def test_a_manager_drags_a_customer_and_saves_cuts(self):
        self.mona.company_ids |= self.company
        self.customer("Tour Large", 5000, 3000)
        small = self.customer("Tour Small", 10, 20)
        self.refresh()
        self.cut(1000, 1000)
        self.start_tour(
            "/odoo/action-crm_analytics.crm_analytics_matrix_action",
            "crm_analytics_portfolio",
            login=self.mona.login,
        )
        self.portfolio().invalidate_recordset()
        self.assertEqual(self.portfolio().value_cut, 5000)
        self.assertTrue(self.portfolio().cuts_fixed)
        row = self.env["crm.analytics.strategy"].search(
            [("partner_id", "=", small.id), ("kind", "=", "chosen")]
        )
        self.assertRecordValues(
            row,
            [
                {
                    "strategy_before": "let_go",
                    "strategy": "invest",
                    "reason": "Builds a second plant",
                    "user_id": self.mona.id,
                }
            ],
        )
