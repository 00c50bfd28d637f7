from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.crm_tier_policy import CrmTierPolicy, Measure
from .common_tier import TODAY, TierCommon


@tagged("post_install", "-at_install")
class TestCrmTierPolicy(TierCommon):
    def assertRefused(self, sentence, **vals):
        with self.assertRaises(ValidationError) as caught, self.cr.savepoint():
            self.policy.write(vals)
        self.assertEqual(str(caught.exception), sentence)

    def _recut(self, *cuts):
        return [(5, 0, 0), *self._cuts(*cuts)]

    def test_cuts_that_do_not_add_up_are_refused_in_a_sentence(self):
        before = self.policy._cuts()
        for cuts, sentence in (
            (
                (50, 40, 95, 100),
                "The cut of Gold is 40; shares add up from tier to tier, so it must "
                "be higher than the cut of the tier above it.",
            ),
            (
                (50, 80, 95, 99),
                "The cut of Lead is 99, but the last tier takes all other customers; "
                "enter 100.",
            ),
            (
                (50, 80, 120, 130),
                "The cut of Iron is 120; enter a percentage from 0 to 100.",
            ),
            ((100,), "A policy needs a cut for at least two tiers."),
        ):
            with self.subTest(cuts=cuts):
                self.assertRefused(sentence, cut_ids=self._recut(*cuts))
        self.policy.invalidate_recordset()
        self.assertEqual(self.policy._cuts(), before)

    def test_each_method_has_its_own_sense_of_order(self):
        self.assertRefused(
            "The cut of Gold is 90; it must be lower than the cut of the tier above "
            "it.",
            method="percentile",
            cut_ids=self._recut(80, 90, 50, 0),
        )
        self.assertRefused(
            "The cut of Lead is 10, but the last tier takes all other customers; "
            "enter 0.",
            method="percentile",
            cut_ids=self._recut(95, 80, 50, 10),
        )
        self.policy.write(
            {"method": "threshold", "cut_ids": self._recut(10000, 1000, 100, 0)}
        )
        self.assertEqual(self.policy.method, "threshold")

    def test_a_tier_is_cut_once(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                self.policy.write({"cut_ids": self._cuts(1)})

    def test_figures_out_of_range_are_refused(self):
        for vals in (
            {"window_months": 0},
            {"hysteresis_pct": 100},
            {"hysteresis_pct": -1},
            {"max_ranks": -1},
            {"min_stay_days": -1},
            {"min_orders": -1},
        ):
            with self.subTest(vals), mute_logger("odoo.sql_db"):
                with self.assertRaises(IntegrityError), self.cr.savepoint():
                    self.policy.write(vals)

    def test_a_schedule_needs_a_date(self):
        self.assertRefused(
            "Policy of Seller runs on a schedule; enter its next run date.",
            schedule="monthly",
        )

    def test_one_active_policy_per_company(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                self._policy(self.company)
        self.policy.active = False
        self.policy.flush_recordset()
        self.assertTrue(self._policy(self.company).active)

    def test_a_new_policy_starts_with_the_shipped_tiers(self):
        policy = (
            self.env["crm.tier.policy"]
            .with_user(self.manager)
            .with_company(self.sister)
            .create({"name": "Fresh", "company_id": self.sister.id})
        )
        self.assertEqual(
            [float(cut) for cut in policy._cuts().values()], [50, 80, 95, 100]
        )

    def test_only_managers_see_policies(self):
        with self.assertRaises(AccessError):
            self.policy.with_user(self.salesperson).read(["name"])
        with self.assertRaises(AccessError):
            self.policy.with_user(self.salesperson).get_pyramid()

    def test_another_addon_adds_its_measure(self):
        big, small = self._customer("Big", 900, 1), self._customer("Small", 5, 1)
        self._buy(big, 0, date(2024, 6, 1), margin=1)
        measures = CrmTierPolicy._measures

        def with_worth(policy):
            return measures(policy) | {
                "worth": Measure("Worth", query=self._worth_sql(small))
            }

        with patch.object(CrmTierPolicy, "_measures", with_worth):
            labels = dict(self.policy._selection_measure())
            self.assertEqual(
                labels,
                {"revenue": "Invoiced revenue", "margin": "Margin", "worth": "Worth"},
            )
            self.policy.measure = "worth"
            run = self._run()
            self.assertIn("Worth $", self._line(run, small).reason)
        self.assertEqual(self._line(run, small).value, 77)
        self.assertEqual(self._tier(small), self.platinum)
        self.assertEqual(self._tier(big), self.lead)

    @staticmethod
    def _worth_sql(partner):
        return lambda policy, date_from, date_to: SQL(
            "SELECT %s AS partner_id, 77 AS value", partner.id
        )

    def test_the_margin_is_a_measure(self):
        thin, fat = self._customer("Thin"), self._customer("Fat")
        self._buy(thin, 1000, TODAY, margin=10)
        self._buy(fat, 100, TODAY, margin=60)
        self.policy.measure = "margin"
        self._run()
        self.assertEqual(self._tier(fat), self.platinum)
        self.assertEqual(self._tier(thin), self.iron)

    def test_a_scheduled_policy_asks_its_responsible(self):
        self._customer("Buyer", 10)
        self.policy.write(
            {
                "schedule": "monthly",
                "next_run_date": date(2024, 4, 15),
                "user_id": self.manager.id,
            }
        )
        self.policy.sudo()._run_scheduled(TODAY)
        run = self.policy.run_ids
        self.assertEqual(run.state, "draft")
        self.assertEqual(run.activity_ids.user_id, self.manager)
        self.assertEqual(self.policy.next_run_date, date(2024, 7, 15))

    def test_a_scheduled_policy_may_apply_by_itself(self):
        buyer = self._customer("Buyer", 10)
        self.policy.write(
            {"schedule": "yearly", "next_run_date": TODAY, "auto_apply": True}
        )
        self.policy.sudo()._run_scheduled(TODAY)
        self.assertEqual(self._tier(buyer), self.platinum)
        self.assertFalse(self.policy.run_ids.activity_ids)

    def test_the_cron_takes_the_policies_that_are_due(self):
        self._customer("Buyer", 10)
        self.policy.write({"schedule": "monthly", "next_run_date": "2020-01-01"})
        other = self._policy(
            self.sister, schedule="monthly", next_run_date="2099-01-01"
        )
        self.env["crm.tier.policy"]._cron_run()
        self.assertEqual(len(self.policy.run_ids), 1)
        self.assertFalse(other.run_ids)

    @mute_logger("odoo.addons.crm_relationship.models.crm_pass_mixin")
    def test_a_policy_that_fails_does_not_stop_the_others(self):
        due = {"schedule": "monthly", "next_run_date": "2020-01-01"}
        self.policy.write(due)
        other = self._policy(self.sister, **due)
        evaluate = CrmTierPolicy._evaluate

        def fail_for_seller(policy, date):
            if policy.id == self.policy.id:
                raise ValueError("no such measure")
            return evaluate(policy, date)

        with patch.object(CrmTierPolicy, "_evaluate", fail_for_seller):
            self.env["crm.tier.policy"]._cron_run()
        self.assertEqual(len(other.run_ids), 1)
        log = self.env["crm.pass"].search([("code", "=", "crm.tier.policy")], limit=1)
        self.assertEqual(
            log.error_ids.mapped("message"), ["Policy of Seller: no such measure"]
        )
        self.assertFalse(log.error_ids.partner_id)

    def test_the_cron_waits_while_the_figures_are_computed(self):
        self.policy.write({"schedule": "monthly", "next_run_date": "2020-01-01"})
        with patch.object(CrmTierPolicy, "_refresh_mart", lambda policy: False):
            self.env["crm.tier.policy"]._cron_run()
        self.assertFalse(self.policy.run_ids)
        cron = self.env.ref("crm_relationship.ir_cron_tier_policy")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_the_pyramid_counts_the_tiers_of_its_company(self):
        best = self._customer("Best", 60, 10)
        self._customer("Second", 20, 5)
        self._customer("Third", 5)
        self._customer("Elsewhere", 999, company=self.sister)
        self._run()
        newcomer = self._customer("Newcomer", 1)
        self._buy(newcomer, 1, date(2024, 6, 1))
        pyramid = self.policy.get_pyramid(self.policy.id)
        self.assertEqual(
            [(t["name"], t["customers"], t["value"]) for t in pyramid["tiers"]],
            [("Platinum", 1, 70), ("Gold", 1, 25), ("Iron", 0, 0), ("Lead", 1, 5)],
        )
        self.assertEqual(pyramid["tiers"][0]["value_share"], 70)
        self.assertEqual(pyramid["tiers"][0]["without_manager"], 1)
        self.assertEqual(pyramid["tiers"][0]["came"], 1)
        self.assertEqual(pyramid["unassigned"], 1)
        self.assertFalse(pyramid["draft"])
        best.with_company(self.company).key_account_manager_id = self.manager
        pyramid = self.policy.get_pyramid(self.policy.id)
        self.assertEqual(pyramid["tiers"][0]["without_manager"], 0)

    def test_without_a_policy_there_is_no_pyramid(self):
        policies = self.env["crm.tier.policy"].with_company(self.sister)
        self.assertFalse(policies.with_user(self.manager).get_pyramid())
