from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install", "crm_tour")
class TestNextProductTour(HttpCase):
    def test_salesperson_accepts_a_suggested_product(self):
        """Six of eight orders with a cabinet hold screws; the customer pays 9.00."""
        cabinet, screws = self._make_products()
        customers = self._make_orders(cabinet, screws)
        run = self.env["crm.analytics.basket.run"].create({"min_lift": 1.0})
        run.action_compute()
        salesperson = new_test_user(
            self.env, "tour_suggestion", "sales_team.group_sale_salesman", tz="UTC"
        )
        quotation = self.env["sale.order"].create(
            {
                "partner_id": customers[0].id,
                "user_id": salesperson.id,
                "pricelist_id": self._make_pricelist(screws).id,
                "order_line": [Command.create({"product_id": cabinet.id})],
            }
        )
        self.start_tour(
            f"/odoo/sales/{quotation.id}",
            "crm_analytics_next_product",
            login="tour_suggestion",
        )
        line = quotation.order_line[1]
        self.assertEqual((line.product_id, line.price_unit), (screws, 9))
        self.assertEqual(line.crm_suggestion_kind, "together")
        self.assertIn("In 6 of 8 orders", line.crm_suggestion_reason)

    def _make_products(self):
        return self.env["product.product"].create(
            [
                {"name": "Tour Cabinet", "list_price": 200, "taxes_id": False},
                {"name": "Tour Screws", "list_price": 10, "taxes_id": False},
            ]
        )

    def _make_pricelist(self, product):
        """The product for 9.00."""
        item = {
            "applied_on": "0_product_variant",
            "product_id": product.id,
            "compute_price": "fixed",
            "fixed_price": 9,
        }
        return self.env["product.pricelist"].create(
            {"name": "Tour Prices", "item_ids": [Command.create(item)]}
        )

    def _make_orders(self, first, second):
        """Eight of the first product by two customers, six of them with the second."""
        customers = self.env["res.partner"].create(
            [{"name": "Tour A"}, {"name": "Tour B"}]
        )
        for n in range(8):
            self.env["sale.order"].create(
                {
                    "partner_id": customers[n % 2].id,
                    "state": "sale",
                    "order_line": [
                        Command.create({"product_id": product.id})
                        for product in (first, second)[: 1 if n < 2 else 2]
                    ],
                }
            )
        return customers
