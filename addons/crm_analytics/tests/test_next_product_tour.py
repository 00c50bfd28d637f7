from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install", "crm_tour")
class TestNextProductTour(HttpCase):
    def test_salesperson_accepts_a_suggested_product(self):
        """Six of eight orders with a cabinet hold screws; the customer pays 9.00."""
        env = self.env
        cabinet, screws = env["product.product"].create(
            [
                {"name": "Tour Cabinet", "list_price": 200, "taxes_id": False},
                {"name": "Tour Screws", "list_price": 10, "taxes_id": False},
            ]
        )
        pricelist = env["product.pricelist"].create(
            {
                "name": "Tour Prices",
                "item_ids": [
                    (
                        0,
                        0,
                        {
                            "applied_on": "0_product_variant",
                            "product_id": screws.id,
                            "compute_price": "fixed",
                            "fixed_price": 9,
                        },
                    )
                ],
            }
        )
        customers = env["res.partner"].create([{"name": "Tour A"}, {"name": "Tour B"}])
        salesperson = new_test_user(
            env, "tour_suggestion", "sales_team.group_sale_salesman", tz="UTC"
        )
        orders = env["sale.order"]
        for n in range(8):
            orders.create(
                {
                    "partner_id": customers[n % 2].id,
                    "state": "sale",
                    "order_line": [
                        (0, 0, {"product_id": product.id})
                        for product in (cabinet, screws)[: 1 if n < 2 else 2]
                    ],
                }
            )
        run = env["crm.analytics.basket.run"].create({"min_lift": 1.0})
        run.action_compute()
        quotation = orders.create(
            {
                "partner_id": customers[0].id,
                "user_id": salesperson.id,
                "pricelist_id": pricelist.id,
                "order_line": [(0, 0, {"product_id": cabinet.id})],
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
