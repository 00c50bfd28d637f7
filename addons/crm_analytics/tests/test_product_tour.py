from datetime import date, timedelta

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common_product import TODAY, ProductCommon


@tagged("post_install", "-at_install", "crm_tour")
class TestProductTour(ProductCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(
            cls.env,
            "tour_product",
            "sales_team.group_sale_manager,crm_analytics.group_crm_analytics_manager",
            tz="UTC",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def walk(self, action, tour):
        url = f"/odoo/action-crm_analytics.{action}"
        self.start_tour(url, tour, login="tour_product")

    def test_a_manager_asks_the_heat_map_who_buys_tea(self):
        self.sell(self.alpha, date(2026, 3, 2), (self.tea, 5, 10), (self.cup, 2, 3))
        self.sell(self.beta, date(2026, 3, 9), (self.tea, 3, 22))
        self.refresh()
        self.walk("crm_analytics_heat_map_action", "crm_analytics_heat_map")

    def test_a_manager_asks_why_customers_stopped_buying(self):
        for partner, product, amount in (
            (self.alpha, self.tea, 100),
            (self.beta, self.coffee, 30),
        ):
            days = [TODAY - timedelta(number) for number in (45, 35, 25)]
            self.order(partner, days, product)
            self.sell(partner, days[-1], (product, 1, amount))
        self.refresh()
        self.walk("crm_analytics_stopped_action", "crm_analytics_stopped")
        for partner, seller in ((self.alpha, self.sara), (self.beta, self.karim)):
            activity = partner.activity_ids
            self.assertEqual(activity.summary, "Has stopped buying")
            self.assertEqual(activity.user_id, seller)
