from datetime import date, timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..tools import tiering
from .common_tier import TODAY, TierCommon

NEXT_QUARTER = date(2024, 9, 30)


@tagged("post_install", "-at_install")
class TestCrmTierRun(TierCommon):
    def test_the_first_eighty_percent_of_value(self):
        values = [50, 30, 15, 4, 1, 0, -20]
        customers = [self._customer(f"C{value}", value) for value in values]
        run = self._run()
        self.assertEqual(
            [self._tier(customer).name for customer in customers],
            ["Platinum", "Gold", "Iron", "Lead", "Lead", "Lead", "Lead"],
        )
        self.assertEqual((run.customer_count, run.move_count), (7, 7))
        best = self._line(run, customers[0])
        self.assertEqual((best.rank, best.share, best.cum_share), (1, 50, 50))
        self.assertEqual(self._line(run, customers[-1]).cum_share, 100)
        self.assertEqual(
            best.reason,
            "Invoiced revenue $\N{NO-BREAK SPACE}50.00, place 1 of 7. Platinum starts "
            "at $\N{NO-BREAK SPACE}50.00.",
        )

    def test_nobody_there_is_no_trouble(self):
        run = self._run()
        self.assertEqual((run.customer_count, run.move_count), (0, 0))
        self.assertEqual(run.what_if()["tiers"][0]["customers"], 0)

    def test_the_window_ends_on_the_run_and_begins_months_before(self):
        customer = self._customer("Old friend")
        self._buy(customer, 1, date(2023, 6, 30))
        self._buy(customer, 10, date(2023, 7, 1))
        self._buy(customer, 100, TODAY)
        self._buy(customer, 1000, TODAY + timedelta(days=1))
        run = self._run()
        self.assertEqual(run.date_from, date(2023, 7, 1))
        self.assertEqual(self._line(run, customer).value, 110)

    def test_a_policy_goes_with_its_runs_and_their_lines(self):
        self._customer("Buyer", 10)
        run = self._run()
        lines = run.line_ids
        self.assertTrue(lines)
        self.policy.sudo().unlink()
        self.assertFalse(run.exists())
        self.assertFalse(lines.exists())

    def test_a_preview_changes_nothing_until_it_is_applied(self):
        customer = self._customer("Buyer", 10)
        run = self._run(apply=False)
        self.assertFalse(self._tier(customer))
        self.assertTrue(self._line(run, customer).moved)
        run.action_apply()
        self.assertEqual(self._tier(customer), self.platinum)
        self.assertEqual((run.state, run.applied_by), ("applied", self.manager))
        row = self._open(customer)
        self.assertEqual(
            (row.date_from, row.score, row.rank, row.share, row.cause, row.run_id),
            (TODAY, 10, 1, 100, "new", run),
        )

    def test_a_run_is_applied_once_and_discards_other_previews(self):
        self._customer("Buyer", 10)
        stale, run = self._run(apply=False), self._run()
        self.assertEqual(stale.state, "discarded")
        for done in (stale, run):
            with self.assertRaisesRegex(UserError, "not a preview any more"):
                done.action_apply()

    def test_an_older_run_cannot_undo_a_newer_one(self):
        self._customer("Buyer", 10)
        self._run(NEXT_QUARTER - timedelta(days=90))
        old = self.policy._evaluate(TODAY - timedelta(days=90))
        with self.assertRaisesRegex(UserError, "which is later than 2024-04-01"):
            old.action_apply()

    def test_a_run_cannot_look_into_the_future(self):
        tomorrow = fields.Date.today() + timedelta(days=2)
        with self.assertRaisesRegex(ValidationError, "A run looks back"):
            self.policy._evaluate(tomorrow)

    def test_new_customers_wait_until_they_are_confirmed(self):
        self.policy.exclude_new = True
        once = self._customer("Once", 500)
        twice = self._customer("Twice", 5, 5)
        run = self._run()
        self.assertFalse(self._tier(once))
        self.assertEqual(self._line(run, once).cause, "unconfirmed")
        self.assertEqual(self._tier(twice), self.platinum)
        self._buy(once, 1, date(2024, 7, 20))
        self._run(date(2024, 8, 1))
        self.assertEqual(self._tier(once), self.platinum)

    def test_an_order_invoiced_later_and_in_parts_is_one_purchase(self):
        self.policy.write({"exclude_new": True, "min_orders": 2})
        once = self._customer("Once")
        self._buy(once, 0, date(2024, 6, 1), invoice_count=0)
        self._buy(once, 50, date(2024, 6, 3), order_count=0)
        self._buy(once, 50, date(2024, 6, 9), order_count=0)
        counter = self._customer("Invoiced without orders")
        for day in (1, 2):
            self._buy(counter, 5, date(2024, 6, day), order_count=0)
        run = self._run()
        line = self._line(run, once)
        self.assertEqual((line.cause, line.purchases), ("unconfirmed", 1))
        self.assertEqual(self._tier(counter), self.platinum)

    def test_tiers_put_into_another_order_are_noticed(self):
        self.iron.sequence, self.lead.sequence = 90, 80
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaisesRegex(ValidationError, "shares add up"):
            self._run()

    def test_who_buys_too_seldom_is_in_the_last_tier(self):
        self.policy.min_orders = 2
        once, twice = self._customer("Once", 500), self._customer("Twice", 5, 5)
        run = self._run()
        self.assertEqual(self._tier(once), self.lead)
        self.assertIn("1 of at least 2 orders", self._line(run, once).reason)
        self.assertEqual(self._tier(twice), self.platinum)
        self.assertEqual(
            (self._line(run, twice).rank, self._line(run, twice).share), (1, 100)
        )

    def test_hysteresis_and_minimum_stay_keep_customers_where_they_are(self):
        self.policy.write(
            {"method": "threshold", "cut_ids": [(5, 0, 0), *self._cuts(100, 50, 10, 0)]}
        )
        near, far = self._customer("Near", 90), self._customer("Far", 90)
        young = self._customer("Young")
        self._run()
        self.policy.write({"hysteresis_pct": 10, "min_stay_days": 60})
        self._buy(near, 15, date(2024, 7, 5))
        self._buy(far, 30, date(2024, 7, 5))
        self._buy(young, 60, date(2024, 8, 1))
        self._run(date(2024, 8, 2))
        self._buy(young, 990, date(2024, 9, 1))
        run = self._run(NEXT_QUARTER)
        self.assertEqual(self._line(run, near).cause, "hysteresis")
        self.assertEqual(self._line(run, far).cause, "up")
        self.assertEqual(self._line(run, young).cause, "min_stay")
        self.assertIn("for 59 of at least 60 days", self._line(run, young).reason)
        self.assertEqual(self._tier(near), self.gold)
        self.assertEqual(self._tier(far), self.platinum)
        self.assertEqual(self._tier(young), self.gold)

    def test_one_run_moves_a_customer_only_so_far(self):
        self.policy.max_ranks = 1
        fallen, rest = self._customer("Fallen", 900), self._customer("Rest", 1)
        self._run()
        self._buy(fallen, -899.99, date(2024, 8, 1))
        self._buy(rest, 100, date(2024, 8, 1))
        run = self._run(NEXT_QUARTER)
        self.assertEqual(self._tier(fallen), self.gold)
        self.assertEqual(self._tier(rest), self.iron)
        self.assertIn("by 1 tiers at most", self._line(run, fallen).reason)

    def test_any_past_day_has_one_answer(self):
        customer, other = self._customer("Riser", 1), self._customer("Other", 99)
        self._run()
        self._buy(customer, 900, date(2024, 8, 1))
        self._run(NEXT_QUARTER)

        def on(day):
            return self.env["crm.tier.assignment"].search(
                [
                    ("partner_id", "=", customer.id),
                    ("date_from", "<=", day),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">", day),
                ]
            )

        self.assertFalse(on(TODAY - timedelta(days=1)))
        self.assertEqual(on(TODAY).tier_id, self.lead)
        self.assertEqual(on(NEXT_QUARTER - timedelta(days=1)).tier_id, self.lead)
        self.assertEqual(on(NEXT_QUARTER).tier_id, self.platinum)
        self.assertEqual(self._open(other).tier_id, self.iron)

    def test_who_stays_keeps_its_row_but_shows_its_new_score(self):
        customer = self._customer("Steady", 10)
        self._run()
        row = self._open(customer)
        self._buy(customer, 5, date(2024, 8, 1))
        self._run(NEXT_QUARTER)
        self.assertEqual(self._open(customer), row)
        partner = customer.with_user(self.salesperson).with_company(self.company)
        self.assertEqual((partner.tier_score, row.score), (15, 10))

    def test_companies_stay_apart(self):
        sister_policy = self._policy(self.sister)
        both = self._customer("Both", 100)
        small = self._customer("Small", 1)
        self._buy(both, 1, TODAY, self.sister)
        self._buy(small, 500, TODAY, self.sister)
        self._run()
        run = self._run(policy=sister_policy)
        self.assertEqual(run.currency_id.name, "EUR")
        self.assertEqual(self._tier(both), self.platinum)
        self.assertEqual(self._tier(both, self.sister), self.lead)
        self.assertEqual(self._tier(small), self.lead)
        self.assertEqual(self._tier(small, self.sister), self.platinum)

    def test_archived_customers_are_left_out(self):
        gone = self._customer("Gone", 10)
        run = self._run(apply=False)
        gone.active = False
        run.action_apply()
        self.assertFalse(self._open(gone))
        self.assertEqual(run.skipped_count, 1)
        self.assertFalse(self._line(self._run(NEXT_QUARTER), gone))

    def test_who_was_overridden_since_the_preview_is_left_alone(self):
        customer = self._customer("Contract", 1)
        self._customer("Big", 99)
        run = self._run(apply=False)
        customer.with_user(self.manager).with_company(self.company)._override_tier(
            self.gold, "Three-year contract", fields.Date.today()
        )
        run.action_apply()
        self.assertEqual(self._tier(customer), self.gold)
        self.assertEqual(run.skipped_count, 1)

    def test_a_move_is_an_event_of_the_customer(self):
        customer = self._customer("Riser", 1)
        self._customer("Big", 99)
        self._run()
        self._buy(customer, 900, date(2024, 8, 1))
        self._run(NEXT_QUARTER)
        event = self.env["crm.customer.event"].search(
            [("partner_id", "=", customer.id), ("kind", "=", "tier")]
        )
        self.assertEqual(len(event), 1, "a first tier is no news")
        self.assertIn("Lead → Platinum", event.name)

    def test_the_figures_are_those_of_the_pure_tiering(self):
        values = [
            Decimal(value)
            for value in ("997", "512", "512", "300", "100", "88.88", "7", "0", "-3")
        ]
        customers = [self._customer(f"C{i}", value) for i, value in enumerate(values)]
        for method, cuts in {
            "pareto_value": (40, 70, 90, 100),
            "pareto_customers": (10, 30, 60, 100),
            "percentile": (90, 60, 30, 0),
            "threshold": (500, 100, 0, -100),
        }.items():
            with self.subTest(method):
                self.policy.write(
                    {"method": method, "cut_ids": [(5, 0, 0), *self._cuts(*cuts)]}
                )
                run = self._run(apply=False)
                floors = tiering.floors(method, values, cuts)
                self.assertEqual(
                    [self._line(run, customer).tier_id for customer in customers],
                    [self.tiers[tiering.tier_of(v, floors)] for v in values],
                )
                again = run.what_if(dict(zip(self.tiers.ids, cuts, strict=True)))
                self.assertEqual(again["tiers"], run.what_if()["tiers"])

    def test_what_if_shows_moves_and_writes_nothing(self):
        customers = [self._customer(f"C{v}", v) for v in (50, 30, 15, 5)]
        run = self._run(apply=False)
        before = run.line_ids.mapped("tier_id.name")
        if_wider = run.what_if({self.platinum.id: 79})
        self.assertEqual(
            [(t["name"], t["customers"], t["value"]) for t in if_wider["tiers"]],
            [("Platinum", 2, 80), ("Gold", 0, 0), ("Iron", 1, 15), ("Lead", 1, 5)],
        )
        self.assertEqual(if_wider["move_count"], 4)
        self.assertEqual(if_wider["movers"][0]["partner_id"], customers[0].id)
        self.assertEqual(run.line_ids.mapped("tier_id.name"), before)
        self.assertEqual(run.what_if()["tiers"][0]["customers"], 1)

    def test_what_if_names_moves_from_today(self):
        self._customer("Best", 60)
        second = self._customer("Second", 40)
        self._run()
        run = self.policy._evaluate(NEXT_QUARTER)
        picture = run.what_if({str(self.platinum.id): "61"})
        self.assertEqual(
            picture["moves"],
            [{"from": "Gold", "to": "Platinum", "up": True, "count": 1}],
        )
        self.assertEqual(picture["movers"][0]["name"], second.display_name)

    def test_cuts_that_do_not_add_up_are_a_sentence(self):
        run = self._run(apply=False)
        self.assertIn(
            "The cut of Gold is 80; shares add up",
            run.what_if({self.platinum.id: 90})["error"],
        )
        for cut in ("x", "NaN", None, "1e999"):
            error = run.what_if({self.gold.id: cut})["error"]
            self.assertRegex(error, "must be a number|from 0 to 100")
        with self.assertRaises(ValidationError):
            run.action_use_cuts({self.platinum.id: 90})

    def test_new_cuts_are_taken_over_into_run_and_policy(self):
        customers = [self._customer(f"C{v}", v) for v in (50, 30, 15, 5)]
        run = self._run(apply=False)
        run.action_use_cuts({self.platinum.id: 79})
        self.assertEqual(self._line(run, customers[1]).tier_id, self.platinum)
        self.assertEqual(float(self.policy._cuts()[self.platinum.id]), 79)
        run.action_apply()
        self.assertEqual(self._tier(customers[1]), self.platinum)

    def test_previewing_brings_the_mart_up_to_date_and_opens_the_draft(self):
        action = self.policy.action_preview()
        run = self.env["crm.tier.run"].browse(action["res_id"])
        self.assertEqual(run.date, fields.Date.context_today(self.policy))
        self.assertEqual(run.action_open_lines()["domain"], [("run_id", "=", run.id)])

    def test_an_old_history_is_previewed_as_of_its_last_day(self):
        buyer = self._customer("Long ago")
        self._buy(buyer, 10, date(2011, 12, 9))
        run = self.env["crm.tier.run"].browse(self.policy.action_preview()["res_id"])
        self.assertEqual(run.date, date(2011, 12, 9))
        self.assertEqual(self._line(run, buyer).value, 10)

    def test_only_managers_run(self):
        run = self._run(apply=False)
        for user in (self.salesperson, self.worker):
            for method in ("what_if", "action_apply", "action_discard"):
                with self.subTest(user=user.login, method=method):
                    with self.assertRaises(AccessError):
                        getattr(run.with_user(user), method)()

    def test_nobody_writes_to_a_run_but_its_buttons(self):
        run = self._run(apply=False)
        for vals in ({"state": "applied"}, {"floors": []}, {"cuts": []}):
            with self.assertRaises(AccessError):
                run.write(vals)
        with self.assertRaises(AccessError):
            run.copy()
        with self.assertRaises(AccessError):
            run.unlink()

    def test_a_run_of_another_company_is_out_of_reach(self):
        run = self._run(apply=False, policy=self._policy(self.sister))
        self.manager.company_ids = self.company
        for method in ("what_if", "action_apply", "action_discard"):
            with self.assertRaises(AccessError):
                getattr(run.with_company(self.company), method)()

    def test_forgotten_previews_are_cleaned_away(self):
        self._customer("Buyer", 1)
        applied, forgotten = self._run(), self._run(NEXT_QUARTER, apply=False)
        self.env.cr.execute(
            "UPDATE crm_tier_run SET create_date = '2020-01-01' WHERE id IN %s",
            [(applied.id, forgotten.id)],
        )
        self.env.invalidate_all()
        self.env["crm.tier.run"]._gc_lines()
        self.assertTrue(applied.exists())
        self.assertFalse(forgotten.exists())
