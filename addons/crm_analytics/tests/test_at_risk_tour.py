from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common_persist import PersistCommon


@tagged("post_install", "-at_install", "crm_tour")
class TestAtRiskTour(HttpCase, PersistCommon):
    def test_manager_creates_activities(self):
        today = fields.Date.today()
        large, small = self._customers(2)
        for partner, name, amount in (
            (large, "Tour Large", 900),
            (small, "Tour Small", 90),
        ):
            partner.write({"name": name, "user_id": self.seller.id})
            for days in (100, 130, 160):
                self._buy(partner, today - timedelta(days), amount=amount)
        self._run(date=today)
        new_test_user(
            self.env,
            "tour_analyst",
            "sales_team.group_sale_manager,crm_analytics.group_crm_analytics_manager",
            tz="UTC",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.start_tour(
            "/odoo/action-crm_analytics.crm_analytics_at_risk_action",
            "crm_analytics_at_risk",
            login="tour_analyst",
        )
        kind = self.env.ref("crm_analytics.mail_activity_type_at_risk")
        for partner in large | small:
            activity = partner.activity_ids.filtered(
                lambda row: row.activity_type_id == kind
            )
            self.assertEqual(activity.user_id, self.seller)
        self.assertEqual(
            self.env["crm.analytics.loss"]
            .search([("partner_id", "=", small.id)])
            .reason_id,
            self.env.ref("crm_analytics.loss_reason_price"),
        )
