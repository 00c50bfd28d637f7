from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common_persist import TODAY, PersistCommon


@freeze_time(TODAY)
@tagged("post_install", "-at_install")
class TestAtRisk(PersistCommon):
    """Two late customers, of which one is the salesperson's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mine, cls.theirs = cls._customers(2)
        cls.mine.user_id = cls.seller
        cls.theirs.user_id = cls.manager
        for days in (90, 120, 150):
            cls._buy(cls.mine, TODAY - timedelta(days), amount=1000)
            cls._buy(cls.theirs, TODAY - timedelta(days), amount=2000)
            cls._buy(cls.mine, TODAY - timedelta(days), company=cls.sister, amount=7)
        cls.price = cls.env.ref("crm_analytics.loss_reason_price")

    def _list(self, user, company=None):
        rows = self.rows.with_user(user).with_company(company or self.company)
        return rows.with_context(
            allowed_company_ids=(company or self.company).ids
        ).search(
            [("value_at_stake", ">", 0), ("loss_recorded", "=", False)],
            order="value_at_stake desc, id",
        )

    def _activities(self, partner):
        kind = self.env.ref("crm_analytics.mail_activity_type_at_risk")
        return partner.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def _ask(self, rows):
        """What a user does who chooses rows and accepts what is proposed."""
        action = rows.action_create_activities()
        wizards = self.env[action["res_model"]].with_user(rows.env.user)
        return wizards.with_context(**action["context"]).create({})

    def _told(self, rows):
        return self._ask(rows).action_create()["params"]["message"]

    def test_by_value_at_stake(self):
        self._run()
        self._run(self.sister)
        rows = self._list(self.manager)
        self.assertEqual(rows.mapped("value_at_stake"), [6000, 3000])
        self.assertEqual(rows.partner_id, self.theirs | self.mine)
        self.assertEqual(self._list(self.seller).partner_id, self.mine)
        there = self._list(self.seller, self.sister)
        self.assertEqual(there.value_at_stake, 21)
        self.assertEqual(there.currency_id, self.env.ref("base.JPY"))

    def test_activities_go_to_the_salesperson_once(self):
        self._run()
        rows = self._list(self.manager)
        self.assertIn("2 activities", self._told(rows))
        activity = self._activities(self.mine)
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("later than its own rhythm", activity.note)
        self.assertIn("3,000", activity.note)
        self.assertEqual(activity.summary, "May be leaving")
        self.assertIn("2 customers have one already", self._told(rows))
        self.assertEqual(len(self._activities(self.mine)), 1)
        wizard = self._ask(rows)
        wizard.write({"again": True, "with_stake": False, "note": "<p>Now.</p>"})
        wizard.action_create()
        again = self._activities(self.mine) - activity
        self.assertEqual(again.note, "<p>Now.</p>")

    def test_nobody_gets_what_an_archived_colleague_would(self):
        self._run()
        self.mine.with_company(self.company).key_account_manager_id = self.manager
        self.seller.active = False
        self._told(self._list(self.manager))
        self.assertEqual(self._activities(self.mine).user_id, self.manager)

    def test_a_salesperson_creates_them_too(self):
        self._run()
        self._told(self._list(self.seller))
        self.assertTrue(self._activities(self.mine))
        with self.assertRaises(UserError):
            self.rows.with_user(self.seller).action_create_activities()
        foreign = self._list(self.manager)[0].with_user(self.seller)
        with self.assertRaises(AccessError):
            foreign.action_create_activities()

    def test_a_loss_with_its_reason(self):
        self._run()
        row = self._list(self.seller)
        action = row.action_record_loss()
        losses = self.env["crm.analytics.loss"].with_user(self.seller)
        with Form(
            losses.with_context(**action["context"]).with_company(self.company),
            view="crm_analytics.crm_analytics_loss_view_form",
        ) as form:
            form.reason_id = self.price
            form.note = "A third cheaper"
        loss = losses.search([("partner_id", "=", self.mine.id)])
        self.assertRecordValues(
            loss,
            [
                {
                    "yearly_value": 3000,
                    "date": TODAY,
                    "user_id": self.seller.id,
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertFalse(self._list(self.seller))
        self.assertTrue(row.loss_recorded)

    def test_losses_are_those_of_own_customers(self):
        losses = self.env["crm.analytics.loss"]
        values = {"reason_id": self.price.id, "company_id": self.company.id}
        loss = losses.create({"partner_id": self.theirs.id, **values})
        self.assertFalse(losses.with_user(self.seller).search([("id", "=", loss.id)]))
        with self.assertRaises(AccessError):
            losses.with_user(self.seller).create(
                {"partner_id": self.theirs.id, **values}
            )

    def test_a_contacts_loss_is_the_customers(self):
        contact = self.env["res.partner"].create(
            {"name": "Contact", "parent_id": self.mine.id}
        )
        loss = self.env["crm.analytics.loss"].create(
            {
                "partner_id": contact.id,
                "company_id": self.company.id,
                "reason_id": self.price.id,
            }
        )
        self.assertEqual(loss.partner_id, self.mine)
