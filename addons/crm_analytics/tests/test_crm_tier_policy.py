from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_relationship.models.crm_tier_policy import CrmTierPolicy

from .common_persist import TODAY, PersistCommon


@tagged("post_install", "-at_install")
class TestTierByValue(PersistCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls._user(
            "persist owner",
            "sales_team.group_sale_manager,crm_analytics.group_crm_analytics_manager",
        )
        cls.large, cls.small, cls.other = cls._customers(3)
        for partner, amount in ((cls.large, 1000), (cls.small, 10)):
            for days in (10, 40, 70):
                cls._buy(partner, TODAY - timedelta(days), amount=amount)
        cls._buy(cls.other, TODAY, company=cls.sister, amount=5000)
        gold = cls.env.ref("crm_relationship.tier_gold")
        lead = cls.env.ref("crm_relationship.tier_lead")
        cls.policy = (
            cls.env["crm.tier.policy"]
            .with_user(cls.owner)
            .create(
                {
                    "name": "By lifetime value",
                    "company_id": cls.company.id,
                    "measure": "clv",
                    "method": "threshold",
                    "hysteresis_pct": 0,
                    "min_stay_days": 0,
                    "exclude_new": False,
                    "cut_ids": [
                        Command.create({"tier_id": gold.id, "cut": 500}),
                        Command.create({"tier_id": lead.id, "cut": 0}),
                    ],
                }
            )
        )

    def test_a_policy_by_lifetime_value(self):
        self._run(days_outstanding=0)
        self._run(self.sister)
        run = self.policy._evaluate(TODAY)
        run.action_apply()
        values = {line.partner_id: line.value for line in run.line_ids}
        self.assertEqual(values[self.large], 1200)
        self.assertEqual(values[self.small], 12)
        self.assertNotIn(self.other, values)
        large = self.large.with_company(self.company)
        small = self.small.with_company(self.company)
        self.assertEqual(large.tier_id.name, "Gold")
        self.assertEqual(small.tier_id.name, "Lead")
        self.assertEqual(large.with_user(self.owner).tier_score, 1200)
        self.assertEqual(large.with_user(self.seller).tier_score, 0)

    def test_without_a_run_nobody_has_a_value(self):
        run = self.policy._evaluate(TODAY)
        self.assertEqual(set(run.line_ids.mapped("value")), {0})

    def test_the_lower_addon_does_without(self):
        own = CrmTierPolicy._measures(self.env["crm.tier.policy"])
        self.assertNotIn("clv", own)
        self.assertIn("clv", self.env["crm.tier.policy"]._measures())
        required = self.env["ir.module.module"].search(
            [("name", "=", "crm_relationship")]
        )
        self.assertNotIn(
            "crm_analytics",
            required.upstream_dependencies(exclude_states=("",)).mapped("name"),
        )
