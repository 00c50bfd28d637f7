import random
from collections import Counter
from itertools import permutations
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import baskets
from .common_basket import BasketCommon


@tagged("post_install", "-at_install")
class TestBasketRules(BasketCommon):
    def test_who_buys_a_table_buys_chairs(self):
        """3 of 4 orders with a table hold a chair; 3 of all 5 orders do.

        So the confidence is 75 %, and the lift 75 % / 60 % = 1.25.
        """
        self._order(self.ann, self.table, self.chair)
        self._order(self.ann, self.table, self.chair)
        self._order(self.bob, self.table, self.chair, self.chair)
        self._order(self.bob, self.table)
        self._order(self.cem, self.lamp)
        run = self._run()
        self.assertEqual(
            (run.orders, run.customers, run.products, run.pairs), (5, 3, 3, 1)
        )
        rule = self._rule(self.table, self.chair)
        self.assertEqual((rule.count, rule.product_orders, rule.customers), (3, 4, 2))
        self.assertAlmostEqual(rule.support, 0.6)
        self.assertAlmostEqual(rule.confidence, 0.75)
        self.assertAlmostEqual(rule.lift, 1.25)
        self.assertAlmostEqual(self._rule(self.chair, self.table).confidence, 1)
        self.assertIn("2 rules from 5 orders of 3 customers", run.message)

    def test_what_is_not_in_a_basket(self):
        """Only what was really sold in a confirmed order of these days and company."""
        pair = self.table, self.chair
        self._order(self.ann, *pair)
        self._order(self.ann, *pair, state="draft")
        self._order(self.ann, *pair, state="cancel")
        self._order(self.ann, *pair, days_ago=800)
        self._order(self.ann, *pair, company=self.sister)
        self._order(
            self.bob,
            self.table,
            {"product_id": self.chair.id, "product_uom_qty": 0},
            {"product_id": self.lamp.id, "product_uom_qty": 1, "is_downpayment": True},
            {"display_type": "line_section", "name": "Section"},
            {"display_type": "line_note", "name": "Note"},
            {"product_id": self.lamp.id, "product_uom_qty": -1},
        )
        run = self._run()
        self.assertEqual(run.orders, 2)
        self.assertEqual(run.products, 2)
        self.assertEqual(self._rule(*pair).count, 1)
        self.assertFalse(self._rule(self.table, self.lamp))

    def test_branches_are_one_customer(self):
        """One large customer with two addresses does not make a rule for all."""
        branch = self.env["res.partner"].create(
            {"name": "Branch", "parent_id": self.ann.id, "type": "delivery"}
        )
        for customer in (self.ann, branch, branch):
            self._order(customer, self.table, self.chair)
        self._order(self.bob, self.lamp)
        self.assertEqual(self._run().rule_count, 2)
        self.assertEqual(self._rule(self.table, self.chair).customers, 1)
        self._run(min_customers=2)
        self.assertFalse(self._rule(self.table, self.chair))

    def test_counts_are_those_of_counting_by_hand(self):
        """Random orders, counted in plain Python."""
        dice = random.Random(7)
        products = self._products(*(f"P{n}" for n in range(8)))
        customers = [self.ann, self.bob, self.cem]
        baskets = []
        for _n in range(60):
            chosen = dice.choices(products, k=dice.randrange(1, 6))
            customer = dice.choice(customers)
            self._order(customer, *chosen, days_ago=dice.randrange(600))
            baskets.append((customer.id, {product.id for product in chosen}))
        with patch(
            "odoo.addons.crm_analytics.models.crm_analytics_basket_compute.CHUNK", 7
        ):
            run = self._run(min_orders=3, min_customers=2, min_lift=0.9)
        expected, single = self._counted_by_hand(baskets)
        rules = self.rules.search([("run_id", "=", run.id)])
        found = {
            (rule.product_id.id, rule.also_id.id): (
                rule.count,
                rule.product_orders,
                rule.customers,
            )
            for rule in rules
        }
        self.assertTrue(expected)
        self.assertEqual(found, expected)
        for rule in rules:
            of = single[rule.also_id.id]
            lift = rule.count * 60 / (rule.product_orders * of)
            self.assertAlmostEqual(rule.lift, lift)

    def _counted_by_hand(self, baskets):
        """By pair: orders with both and with the first, customers; orders of each."""
        single, both, who = Counter(), Counter(), {}
        for customer, basket in baskets:
            single.update(basket)
            both.update(permutations(basket, 2))
            for pair in permutations(basket, 2):
                who.setdefault(pair, set()).add(customer)
        found = {
            pair: (count, single[pair[0]], len(who[pair]))
            for pair, count in both.items()
            if count >= 3
            and len(who[pair]) >= 2
            and count * len(baskets) / (single[pair[0]] * single[pair[1]]) >= 0.9
        }
        return found, single

    def test_companies_stay_apart(self):
        """What one company sells says nothing of the other; each keeps its rules."""
        for customer in (self.ann, self.bob):
            self._order(customer, self.table, self.chair)
            self._order(customer, self.table, self.lamp, company=self.sister)
        self._run()
        self._run(company=self.sister)
        self._run()
        rules = self.rules.search([])
        here, there = (
            rules.filtered(lambda rule, company=company: rule.company_id == company)
            for company in (self.company, self.sister)
        )
        self.assertEqual(here.product_id, self.table | self.chair)
        self.assertEqual(there.product_id, self.table | self.lamp)
        theirs = self.rules.with_user(self.seller).search([])
        self.assertEqual(theirs, here)
        with self.assertRaises(AccessError):
            there.with_user(self.seller).read(["count"])

    def test_a_rule_opens_its_orders(self):
        """As many as it counts, for who sees all; others see their own."""
        found = self._order(self.ann, self.table, self.chair, user_id=self.manager.id)
        self._order(self.ann, self.table)
        self._order(
            self.bob, self.table, {"product_id": self.chair.id, "product_uom_qty": 0}
        )
        self._run()
        rule = self._rule(self.table, self.chair)
        domain = rule.action_open_orders()["domain"]
        self.assertEqual(self.env["sale.order"].search(domain), found)
        mine = rule.with_user(self.seller).action_open_orders()["domain"]
        self.assertFalse(self.env["sale.order"].with_user(self.seller).search(mine))

    def test_margins_are_for_managers(self):
        """Chairs for 100 that cost 62 leave 38 %; lamps were never invoiced."""
        self.chair.with_company(self.company).standard_price = 62
        for customer in (self.ann, self.bob):
            self._order(customer, self.table, self.chair, self.lamp)
        self.env["account.chart.template"].try_loading(
            "generic_coa", company=self.company, install_demo=False
        )
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ann.id,
                "invoice_date": self.today,
                "company_id": self.company.id,
                "invoice_line_ids": [
                    (0, 0, {"product_id": self.chair.id, "price_unit": 100})
                ],
            }
        )
        invoice.action_post()
        self._run()
        self.assertAlmostEqual(self._rule(self.table, self.chair).margin_share, 0.38)
        self.assertFalse(self._rule(self.table, self.lamp).margin_share)
        rule = self._rule(self.table, self.chair)
        self.assertNotIn("margin_share", rule.with_user(self.seller).fields_get())
        with self.assertRaises(AccessError):
            rule.with_user(self.seller).read(["margin_share"])

    def test_only_managers_search_anew(self):
        self._order(self.ann, self.table, self.chair)
        with self.assertRaises(AccessError):
            self.runs.with_user(self.seller).action_compute_now()
        manager = self.runs.with_user(self.manager)
        run = manager.browse(manager.action_compute_now()["res_id"])
        self.assertEqual((run.state, run.orders), ("done", 1))
        self.assertEqual(run.create_uid, self.manager)
        self.assertEqual(run.sudo().pass_id.state, "done")
        with self.assertRaises(UserError):
            run.action_compute()

    def test_next_run_keeps_the_settings(self):
        self._run(min_orders=4, min_lift=2.5)
        self._order(self.ann, self.table)
        self.runs.search([]).write({"date_from": "2019-01-01", "date_to": "2020-01-01"})
        self.runs._cron_compute()
        run = self.runs.search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual((run.min_orders, run.min_lift), (4, 2.5))
        self.assertEqual((run.state, run.date_to), ("done", self.today))

    def test_proposed_orders_grow_with_the_history(self):
        """Until somebody asks for another number."""
        settings = {"company_id": self.company.id, "min_lift": 0}
        with patch.object(baskets, "MIN_SHARE", 0.5):
            self.assertEqual(self.runs.create(settings).min_orders, 3)
            for n in range(8):
                self._order(self.ann, self.table, days_ago=n)
            run = self.runs.create(settings)
            self.assertEqual(run.min_orders, 4)
            run.action_compute()
            for n in range(4):
                self._order(self.bob, self.table, days_ago=n)
            self.assertEqual(run.min_orders, 4)
            self.assertNotIn("min_orders", self.runs._next_run_vals(self.company))
            run = self.runs.create({**settings, "min_orders": 3})
            self.assertEqual(run.proposed_min_orders, 6)
            run.action_compute()
            for _night in range(2):
                vals = self.runs._next_run_vals(self.company)
                run = self.runs.create({**vals, "state": "running"})
                run._compute_run()
                self.assertEqual((run.min_orders, run.proposed_min_orders), (3, 6))

    def test_a_run_that_fails_says_so(self):
        """And the rules of the run before stay."""
        self._order(self.ann, self.table, self.chair)
        self._run()
        with (
            patch.object(
                type(self.runs), "_write_upsells", side_effect=ValueError("no luck")
            ),
            self.assertLogs("odoo.addons.crm_relationship", "WARNING"),
        ):
            run = self._run()
        self.assertEqual(run.state, "failed")
        self.assertIn("no luck", run.message)
        self.assertTrue(self._rule(self.table, self.chair))

    def test_network_shows_each_pair_once(self):
        """In its surer direction: a chair makes the table likelier than vice versa."""
        self._order(self.ann, self.table, self.chair)
        self._order(self.bob, self.table, self.chair)
        self._order(self.bob, self.table)
        self._run()
        data = self.rules.with_user(self.seller).get_network()
        [rule] = data["rules"]
        self.assertEqual(
            (rule["product"], rule["also"]), (self.chair.id, self.table.id)
        )
        self.assertEqual((rule["count"], rule["product_orders"]), (2, 2))
        self.assertEqual(data["as_of"], self.today)
        self.assertFalse(data["can_compute"])
        self.assertNotIn("margin_share", rule)

    def test_numbers_of_the_network(self):
        for customer in (self.ann, self.bob):
            self._order(customer, self.table, self.chair)
        self._run()
        self.manager.group_ids += self.env.ref("base.group_allow_export")
        book = (
            self.env["crm.analytics.export"]
            .with_user(self.manager)
            ._book("basket_network", {"limit": 10})
        )
        [row] = book.sheets[0].rows
        names = [product.display_name for product in (self.table, self.chair)]
        self.assertEqual(sorted(row[:2]), sorted(names))
        self.assertEqual(row[2:], (2, 2, 1, 1, 2))
