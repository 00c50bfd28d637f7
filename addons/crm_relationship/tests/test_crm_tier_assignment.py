from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common_tier import TODAY, TierCommon


@tagged("post_install", "-at_install")
class TestCrmTierAssignment(TierCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.buyer = cls._customer("Buyer", 10)
        cls.big = cls._customer("Big", 990)

    def _as_manager(self, partner):
        return partner.with_user(self.manager).with_company(self.company)

    def _override(self, partner, tier, days=30, reason="Contract signed", **vals):
        wizard = (
            self.env["crm.tier.override"]
            .with_user(self.manager)
            .with_company(self.company)
            .create(
                {
                    "partner_ids": [Command.set(partner.ids)],
                    "tier_id": tier.id,
                    "reason": reason,
                    "override_until": self.today + timedelta(days=days),
                    **vals,
                }
            )
        )
        return wizard.action_override()

    def test_the_wizard_is_its_users(self):
        wizard = self.env["crm.tier.override"].with_user(self.manager)
        wizard = wizard.create(
            {
                "partner_ids": [Command.set(self.buyer.ids)],
                "tier_id": self.gold.id,
                "reason": "Mine",
                "override_until": self.today,
            }
        )
        other = new_test_user(
            self.env,
            "other tier manager",
            "crm_relationship.group_crm_relationship_manager",
        )
        with self.assertRaises(AccessError):
            wizard.with_user(other).read(["reason"])

    def _history(self, partner):
        rows = self.env["crm.tier.assignment"].search(
            [("partner_id", "=", partner.id)], order="date_from, id"
        )
        return [(row.tier_id.name, row.date_from, row.date_to) for row in rows]

    # -------------------------------------------------------------- overrides

    def test_an_override_holds_until_its_last_day(self):
        self._run()
        self._override(self.buyer, self.gold)
        row = self._open(self.buyer)
        self.assertEqual(
            (row.tier_id, row.cause, row.reason, row.user_id, row.score),
            (self.gold, "override", "Contract signed", self.manager, 10),
        )
        self.assertEqual(
            self._history(self.buyer),
            [("Lead", TODAY, self.today), ("Gold", self.today, False)],
        )
        run = self._run(self.today)
        self.assertEqual(self._line(run, self.buyer).cause, "override")
        self.assertEqual(self._tier(self.buyer), self.gold)

    def test_the_run_after_its_end_decides_again(self):
        self._override(self.buyer, self.gold, days=1)
        row = self._open(self.buyer)
        row.date_from -= timedelta(days=9)
        row.override_until = self.today - timedelta(days=1)
        self._run(self.today)
        self.assertEqual(self._tier(self.buyer), self.lead)

    def test_a_manager_may_end_an_override_early(self):
        self._override(self.buyer, self.gold)
        self._as_manager(self.buyer).action_end_override()
        self.assertEqual(
            self._open(self.buyer).override_until, self.today - timedelta(days=1)
        )
        self._run(self.today)
        self.assertEqual(self._tier(self.buyer), self.lead)

    def test_who_leaves_a_tier_that_is_not_cut_is_not_new(self):
        silver = self.gold.copy({"name": "Silver", "sequence": self.gold.sequence})
        silver.sequence = self.gold.sequence + 1
        (self.iron | self.lead).sequence = silver.sequence + 1
        self.policy.exclude_new = True
        self._override(self.buyer, silver)
        run = self._run(self.today, apply=False)
        line = self._line(run, self.buyer)
        self.assertEqual((line.tier_id, line.cause), (silver, "override"))
        self._as_manager(self.buyer).action_end_override()
        run = self._run(self.today, apply=False)
        line = self._line(run, self.buyer)
        self.assertEqual(
            (line.from_tier_id, line.tier_id, line.cause, line.moved),
            (silver, self.lead, "down", True),
        )
        [mover] = [
            found
            for found in run.what_if()["movers"]
            if found["partner_id"] == self.buyer.id
        ]
        self.assertEqual((mover["from"], mover["to"]), ("Silver", "Lead"))
        run.action_apply()
        self.assertEqual(self._tier(self.buyer), self.lead)

    def test_an_override_says_why(self):
        for reason in ("", "   "):
            with self.assertRaisesRegex(UserError, "Say why you override"):
                self._as_manager(self.buyer)._override_tier(
                    self.gold, reason, self.today
                )
        self.assertFalse(self._open(self.buyer))

    def test_an_override_cannot_end_in_the_past(self):
        with self.assertRaisesRegex(UserError, "which has passed; enter today"):
            self._override(self.buyer, self.gold, days=-1)
        self.assertFalse(self._open(self.buyer))

    def test_an_override_is_for_the_commercial_entity(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.buyer.id}
        )
        self._override(contact, self.platinum)
        self.assertEqual(self._open(self.buyer).tier_id, self.platinum)
        self.assertFalse(self._open(contact))

    def test_several_customers_at_once(self):
        self._override(self.buyer | self.big, self.iron)
        self.assertEqual(self._tier(self.buyer | self.big), self.iron)

    def test_only_managers_override(self):
        for user in (self.salesperson, self.worker):
            with self.assertRaises(AccessError):
                self.env["crm.tier.override"].with_user(user).create({})
            with self.assertRaises(AccessError):
                self.buyer.with_user(user).action_end_override()

    def test_nobody_edits_the_history(self):
        self._run()
        row = self._open(self.buyer)
        for user in (self.salesperson, self.manager):
            mine = row.with_user(user)
            with self.assertRaises(AccessError):
                mine.write({"date_to": self.today})
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.copy()

    # ---------------------------------------------- contacts, merges, endings

    def test_contacts_inherit_from_the_commercial_entity(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.big.id}
        )
        self._run()
        self.assertEqual(self._tier(contact), self.platinum)
        contact.parent_id = self.buyer
        self.assertEqual(self._tier(contact), self.lead)

    def test_a_manager_of_key_accounts_is_set_per_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.big.id}
        )
        self.big.with_company(self.company).key_account_manager_id = self.salesperson
        self.big.with_company(self.sister).key_account_manager_id = self.manager
        for company, user in (
            (self.company, self.salesperson),
            (self.sister, self.manager),
        ):
            self.assertEqual(contact.with_company(company).key_account_manager_id, user)

    def test_archiving_closes_the_tier_and_returning_starts_anew(self):
        self._run()
        self.big.active = False
        self.assertEqual(self._history(self.big), [("Platinum", TODAY, self.today)])
        self.big.active = True
        self.assertFalse(self._tier(self.big))
        self._buy(self.big, 990, self.today)
        self._run(self.today)
        self.assertEqual(self._tier(self.big), self.platinum)

    def test_merging_keeps_one_history(self):
        self._run()
        later = self._customer("Double", 500)
        self._run(TODAY + timedelta(days=9))
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.big | later).ids, self.big)
        self.assertEqual(self._history(self.big), [("Platinum", TODAY, False)])
        self.assertFalse(later.exists())

    def test_merging_fills_the_time_before(self):
        self._run()
        fresh = self._customer("Fresh start")
        self._override(fresh, self.gold)
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.buyer | fresh).ids, fresh)
        self.assertEqual(
            self._history(fresh),
            [("Lead", TODAY, self.today), ("Gold", self.today, False)],
        )

    def test_merging_into_a_customer_without_a_tier_brings_it(self):
        self._run()
        plain = self._customer("Plain")
        run = self._run(TODAY + timedelta(days=1), apply=False)
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((self.big | plain).ids, plain)
        self.assertEqual(self._tier(plain), self.platinum)
        self.assertEqual(self._line(run, plain).from_tier_id, self.platinum)

    def _merge(self, source, destination):
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((source | destination).ids, destination)

    def test_a_merge_keeps_the_tier_where_the_other_has_none_any_more(self):
        self._run()
        returned = self._customer("Returned", 5)
        self._override(returned, self.gold)
        returned.active = False
        returned.active = True
        self._merge(self.big, returned)
        self.assertEqual(self._tier(returned), self.platinum)

    def test_a_merge_keeps_what_a_person_decided(self):
        self._run()
        double = self._customer("Double")
        self._override(double, self.gold)
        self._merge(double, self.big)
        self.assertEqual(
            self._history(self.big),
            [("Platinum", TODAY, self.today), ("Gold", self.today, False)],
        )

    def test_a_company_that_joins_another_has_no_tier_of_its_own(self):
        self._run()
        self.buyer.write({"is_company": False, "parent_id": self.big.id})
        self.env.flush_all()
        self.assertFalse(self._open(self.buyer))
        self.assertEqual(self._tier(self.buyer), self.platinum)

    def test_deleting_a_customer_takes_its_history_along(self):
        self._run()
        self.env["crm.customer.day"].search(
            [("partner_id", "=", self.buyer.id)]
        ).unlink()
        self.buyer.unlink()
        rows = self.env["crm.tier.assignment"].search([])
        self.assertNotIn(self.buyer.id, rows.partner_id.ids)
        lines = self.env["crm.tier.run.line"].search([])
        self.assertNotIn(self.buyer.id, lines.partner_id.ids)

    def test_a_tier_that_customers_have_had_cannot_be_deleted(self):
        tier = self.env["crm.tier"].create({"name": "Bronze"})
        tier.copy({"name": "Unused"}).unlink()
        self._override(self.buyer, tier)
        with self.assertRaisesRegex(UserError, "archive it instead"):
            tier.unlink()

    # ------------------------------------------------------------- visibility

    def test_salespeople_see_the_scores_of_their_own_customers(self):
        self._run()
        own = self.env["res.users"].create(
            {
                "name": "Own only",
                "login": "own only",
                "group_ids": [
                    Command.set(self.env.ref("sales_team.group_sale_salesman").ids)
                ],
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        self.big.user_id = self.manager
        self.buyer.user_id = own
        self.assertEqual(self.big.with_user(own).tier_score, 0)
        self.assertEqual(self.buyer.with_user(own).tier_score, 10)
        rows = self.env["crm.tier.assignment"].with_user(own).search([])
        self.assertEqual(rows.partner_id, self.buyer)
        self.assertEqual(self.big.with_user(own).tier_id, self.platinum)

    def test_margins_are_for_managers(self):
        self._buy(self.buyer, 0, TODAY, margin=3)
        self.policy.measure = "margin"
        self._run()
        buyer = self.buyer.with_company(self.company)
        self.assertEqual(buyer.with_user(self.manager).tier_score, 3)
        self.assertEqual(buyer.with_user(self.salesperson).tier_score, 0)
        row = self._open(self.buyer).with_user(self.salesperson)
        for field in ("score", "share"):
            with self.assertRaises(AccessError):
                row.read([field])

    def test_the_warehouse_sees_tiers_but_no_amounts(self):
        self._run()
        big = self.big.with_user(self.worker).with_company(self.company)
        self.assertEqual(big.tier_id.name, "Platinum")
        for field in ("tier_score", "tier_assignment_ids"):
            with self.assertRaises(AccessError):
                big.read([field])
        readable = big.tier_id.fields_get()
        big.tier_id.read(list(readable))  # as a form does, without an error
        for field in ("max_discount", "payment_term_id", "pricelist_id"):
            with self.assertRaises(AccessError):
                big.tier_id.read([field])
        for model in ("crm.tier.assignment", "crm.tier.run.line", "crm.customer.day"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.worker).search([])
