from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common_persist import TODAY, PersistCommon


@freeze_time(TODAY)
@tagged("post_install", "-at_install")
class TestSurvival(PersistCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steady, cls.late, cls.once, cls.gone = partners = cls._customers(4)
        cls.steady.user_id = cls.seller
        (cls.late | cls.once | cls.gone).user_id = cls.manager
        for days in (5, 35, 65, 95):
            cls._buy(cls.steady, TODAY - timedelta(days))
            cls._buy(cls.late, TODAY - timedelta(days + 90))
        cls._buy(cls.once, TODAY - timedelta(200))
        cls._buy(cls.gone, TODAY - timedelta(20))
        cls.rows.rebuild()
        cls.env["crm.analytics.loss"].create(
            {
                "partner_id": cls.gone.id,
                "company_id": cls.company.id,
                "date": TODAY,
                "reason_id": cls.env.ref("crm_analytics.loss_reason_closed").id,
            }
        )
        cls.partners = partners

    def _as(self, user, company=None):
        return self.rows.with_user(user).with_company(company or self.company)

    def _lost(self):
        domain = [("is_lost", "=", True), ("partner_id", "in", self.partners.ids)]
        return self._as(self.manager).search(domain).partner_id

    def test_who_is_lost(self):
        found = self._as(self.manager).get_survival()
        self.assertEqual((found["customers"], found["lost"]), (4, 2))
        self.assertEqual(self._lost(), self.late | self.gone)
        # the one was lost at once, the other after 90 of 95 days
        self.assertEqual([y for _x, y in found["points"]][:4], [0.75, 0.75, 0.75, 0.5])
        self.assertTrue(self._row(self.late).is_lost)
        self.assertFalse(self._row(self.steady).is_lost)

    def test_the_definition_is_the_managers(self):
        self._as(self.manager).set_lost_definition(5, 100)
        self.assertEqual(self._lost(), self.once | self.gone)
        self.assertEqual(self.sister.crm_lost_factor, 3)
        self.assertTrue(self._as(self.manager).get_survival()["editable"])
        self.assertFalse(self._as(self.seller).get_survival()["editable"])
        with self.assertRaises(AccessError):
            self._as(self.seller).set_lost_definition(1, 1)

    def test_a_lost_customer_that_joins_a_group_takes_its_loss_there(self):
        (group,) = self._customers(1)
        self._buy(group, TODAY - timedelta(30))
        self.gone.write({"is_company": False, "parent_id": group.id})
        days = self.env["crm.customer.day"]
        days.search([("partner_id", "=", self.gone.id)]).unlink()
        self.rows.rebuild()
        self.assertFalse(self._row(self.gone))
        self.assertTrue(self._row(group).is_lost)
        self.assertTrue(self._row(group).loss_recorded)

    def test_a_purchase_takes_a_loss_back(self):
        self._buy(self.gone, date(2025, 7, 2))
        with freeze_time(date(2025, 7, 3)):
            self.rows.refresh()
            self.assertNotIn(self.gone, self._lost())

    def test_churn_by_salesperson_and_tier(self):
        found = self._as(self.manager).get_survival(group="salesperson")
        self.assertEqual(
            [(row["id"], row["customers"], row["lost"]) for row in found["groups"]],
            [(self.manager.id, 3, 2), (self.seller.id, 1, 0)],
        )
        action = self._as(self.manager).action_open_lost("salesperson", self.manager.id)
        opened = self._as(self.manager).search(action["domain"])
        self.assertEqual(opened.partner_id, self.late | self.gone)
        (row,) = self._as(self.manager).get_survival(group="tier")["groups"]
        self.assertEqual((row["id"], row["customers"], row["churn"]), (False, 4, 0.5))
        action = self._as(self.manager).action_open_lost("tier", False)
        self.assertEqual(len(self._as(self.manager).search(action["domain"])), 2)

    def test_a_salesperson_sees_own_customers(self):
        found = self._as(self.seller).get_survival(group="salesperson")
        self.assertEqual((found["customers"], found["lost"]), (1, 0))
        self.assertEqual([row["id"] for row in found["groups"]], [self.seller.id])
        filters = self._as(self.seller).get_persistency_filters()
        self.assertEqual([user["id"] for user in filters["users"]], self.seller.ids)

    def test_nothing_yet(self):
        found = self._as(self.manager, self.sister).get_survival()
        self.assertEqual((found["customers"], found["median"]), (0, False))
        self.assertEqual((found["points"], found["groups"]), ([], []))
