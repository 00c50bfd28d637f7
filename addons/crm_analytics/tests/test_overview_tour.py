from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common_persist import PersistCommon


@tagged("post_install", "-at_install", "crm_tour")
class TestOverviewTour(HttpCase, PersistCommon):
    def test_manager_opens_each_role(self):
        today = fields.Date.today()
        lost, stays = self._customers(2)
        lost.name, stays.name = "Tour Lost", "Tour Stays"
        self._buy(lost, today - timedelta(500), amount=50)
        self._buy(stays, today - timedelta(400), amount=50)
        self._buy(stays, today - timedelta(20), amount=150)
        self.rows.rebuild()
        new_test_user(
            self.env,
            "tour_overview",
            "sales_team.group_sale_manager,crm_analytics.group_crm_analytics_manager",
            tz="UTC",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.start_tour(
            "/odoo/action-crm_analytics.crm_analytics_overview_action",
            "crm_analytics_overview",
            login="tour_overview",
        )
