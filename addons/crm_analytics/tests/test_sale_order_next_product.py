from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from ..tools import baskets
from .common_basket import BasketCommon


@tagged("post_install", "-at_install")
class TestNextProduct(BasketCommon):
    """What a quotation suggests, to whom, and that nobody learns more by asking."""

    def _rules_of(self, *rows, company=None, margin=None):
        """Rules written by hand: product, also, count, orders, lift."""
        company = company or self.company
        run = self.runs.create({"company_id": company.id, "state": "done"})
        return self.rules.create(
            [
                {
                    "run_id": run.id,
                    "company_id": company.id,
                    "product_id": product.id,
                    "also_id": also.id,
                    "count": count,
                    "product_orders": orders,
                    "confidence": count / orders,
                    "support": count / 1000,
                    "lift": lift,
                    "customers": 2,
                    "margin_share": margin,
                }
                for product, also, count, orders, lift in rows
            ]
        )

    def _ask(self, *products, user=None, **vals):
        orders = self.env["sale.order"].with_user(user or self.seller)
        return orders.get_next_products(
            [product.id for product in products],
            **{"company_id": self.company.id, **vals},
        )

    def _names(self, *products, **vals):
        return [offer["name"] for offer in self._ask(*products, **vals)]

    def test_the_reason_is_a_sentence(self):
        self._rules_of((self.table, self.chair, 34, 50, 4.2))
        [offer] = self._ask(self.table)
        self.assertEqual(offer["product_id"], self.chair.id)
        self.assertEqual(offer["kind"], "together")
        self.assertEqual(
            offer["sentence"],
            "In 34 of 50 orders with Basket Table; 4.2 times as often as by chance",
        )

    def test_offers_are_those_of_the_pure_function(self):
        """The same products for the same reasons as `tools.baskets.suggest`."""
        [desk, shelf, rug] = self._products("Desk", "Shelf", "Rug")
        rules = self._rules_of(
            (self.table, self.chair, 6, 10, 2.0),
            (desk, self.chair, 9, 10, 1.5),
            (self.table, self.lamp, 9, 10, 1.5),
            (self.table, shelf, 5, 10, 3.0),
            (desk, rug, 4, 10, 5.0),
            (desk, self.table, 10, 10, 2.0),
        )
        basket = self.table | desk
        known = [
            baskets.Rule(
                rule.product_id.id,
                rule.also_id.id,
                rule.count,
                rule.support,
                rule.confidence,
                rule.lift,
            )
            for rule in rules
        ]
        expected = [offer.product for offer in baskets.suggest(basket.ids, known)]
        offers = self._ask(*basket)
        self.assertEqual([offer["product_id"] for offer in offers], expected)
        self.assertEqual(expected, [self.chair.id, self.lamp.id, shelf.id])
        self.assertIn("with Basket Desk", offers[0]["sentence"])

    def test_not_what_is_there_or_put_aside_or_cannot_be_sold(self):
        old, own, secret = self._products("Old", "Own", "Secret")
        self._rules_of(
            *(
                (self.table, also, 5, 10, 2.0)
                for also in (self.chair, self.lamp, old, own, secret)
            )
        )
        self.assertEqual(len(self._names(self.table)), 3)
        old.active = False
        own.sale_ok = False
        secret.company_id = self.sister
        self.assertEqual(self._names(self.table), ["Basket Chair", "Basket Lamp"])
        self.assertEqual(self._names(self.table, self.lamp), ["Basket Chair"])
        hidden = {"hidden": [self.chair.id]}
        self.assertEqual(self._names(self.table, **hidden), ["Basket Lamp"])

    def test_margins_are_for_managers(self):
        self._rules_of((self.table, self.chair, 5, 10, 2.0), margin=0.38)
        self.assertIsNone(self._ask(self.table)[0]["margin"])
        [offer] = self._ask(self.table, user=self.manager | self._selling_manager())
        self.assertEqual(offer["margin"], 0.38)

    def _selling_manager(self):
        self.manager.group_ids += self.env.ref("sales_team.group_sale_salesman")
        return self.manager

    def test_rules_of_another_company_do_not_count(self):
        self._rules_of((self.table, self.chair, 5, 10, 2.0), company=self.sister)
        self.assertEqual(self._names(self.table), [])
        with self.assertRaises(AccessError):
            self._ask(self.table, company_id=self.sister.id)

    def test_guessed_ids_tell_nothing(self):
        """Neither a product that one may not see, nor another's order or customer."""
        [secret] = self._products("Secret", company_id=self.sister.id)
        self._rules_of((secret, self.chair, 5, 10, 2.0))
        self.assertEqual(self._names(secret), [])
        self.assertEqual(self._ask(self.env["product.product"].browse(10**8)), [])
        order = self._order(
            self.ann, self.table, user_id=self.manager.id, state="draft"
        )
        with self.assertRaises(AccessError):
            self._ask(order_id=order.id)
        nobody = self._user("basket nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self._ask(self.table, user=nobody)

    def test_lines_that_the_form_did_not_read_count_too(self):
        self._rules_of((self.table, self.chair, 5, 10, 2.0))
        order = self._order(self.ann, self.table, state="draft", user_id=self.seller.id)
        self.assertEqual(self._names(order_id=order.id), ["Basket Chair"])

    def test_as_many_queries_for_many_lines(self):
        products = self._products(*(f"Q{n}" for n in range(30)))
        self._rules_of(
            *(
                (one, other, 5, 10, 2.0 + n / 10)
                for n, one in enumerate(products)
                for other in products
                if one != other
            )
        )
        counts = []
        for size in (1, 20):
            self.env.invalidate_all()
            self._ask(*products[:size])  # caches of access rights
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self._ask(*products[:size])), 3)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_what_the_customer_usually_buys(self):
        """A lamp every 30 days, the last one 35 days ago: it is time. Chairs are not.

        Tables were bought twice only.
        """
        for days_ago in (95, 65, 35):
            self._order(self.ann, self.lamp, days_ago=days_ago)
        for days_ago in (90, 60, 20):
            self._order(self.ann, self.chair, days_ago=days_ago)
        for days_ago in (90, 60):
            self._order(self.ann, self.table, days_ago=days_ago)
        self._figures(self.ann)
        [offer] = self._ask(partner_id=self.ann.id)
        self.assertEqual((offer["kind"], offer["name"]), ("usual", "Basket Lamp"))
        self.assertEqual(
            offer["sentence"],
            "Ordered on 3 days, usually every 30 days; the last time 35 days ago",
        )
        self.assertEqual(self._ask(self.lamp, partner_id=self.ann.id), [])

    def test_habits_of_others_customers_stay_theirs(self):
        for days_ago in (95, 65, 35):
            self._order(self.ann, self.lamp, days_ago=days_ago)
        self.ann.user_id = self.manager
        self._figures(self.ann)
        self.assertEqual(self._ask(partner_id=self.ann.id), [])

    def _figures(self, partner):
        self.env["crm.customer.day"].refresh()
        self.env["crm.analytics.customer"].refresh()

    def test_something_better(self):
        [good] = self._products("Good Table", list_price=140)
        for customer in (self.ann, self.bob):
            self._order(customer, self.table, days_ago=60)
            self._order(customer, good)
        self._run(min_customers=2)
        [offer] = self._ask(self.table)
        self.assertEqual((offer["kind"], offer["instead"]), ("better", self.table.id))
        self.assertEqual(
            offer["sentence"],
            "2 customers moved from Basket Table to it (+40 % price)",
        )

    # -- what was accepted -------------------------------------------------------------

    def _accepted(self, product):
        return {
            "product_id": product.id,
            "crm_suggestion_kind": "together",
            "crm_suggestion_reason": "Because",
            "crm_suggestion_product_id": product.id,
        }

    def test_an_accepted_suggestion_is_counted(self):
        """Until the line gets another product; a copied order has none."""
        order = self._order(self.ann, self._accepted(self.chair), state="draft")
        line = order.order_line
        self.assertEqual(line.crm_suggestion_kind, "together")
        line.write({"product_uom_qty": 5, "product_id": self.chair.id})
        self.assertTrue(line.crm_suggestion_kind)
        self.assertFalse(order.copy().order_line.crm_suggestion_kind)
        line.product_id = self.lamp
        self.assertFalse(line.crm_suggestion_kind)
        self.assertFalse(line.crm_suggestion_reason)

    def test_another_product_typed_over_it(self):
        order = self._order(
            self.ann, self.table, self._accepted(self.chair), state="draft"
        )
        with Form(order) as form, form.order_line.edit(1) as line:
            line.product_id = self.lamp
        self.assertEqual(order.order_line[1].product_id, self.lamp)
        self.assertFalse(order.order_line[1].crm_suggestion_kind)

    def test_nobody_claims_another_product(self):
        vals = {**self._accepted(self.chair), "product_id": self.lamp.id}
        order = self.env["sale.order"].create(
            {"partner_id": self.ann.id, "order_line": [Command.create(vals)]}
        )
        self.assertFalse(order.order_line.crm_suggestion_kind)
