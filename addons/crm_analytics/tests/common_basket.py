from datetime import timedelta

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user


class BasketCommon(TransactionCase):
    """Two companies, a few customers, products, and confirmed orders of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.today = fields.Date.context_today(cls.env["sale.order"])
        cls.company, cls.sister = cls.env["res.company"].create(
            [
                {"name": name, "currency_id": cls.env.ref(currency).id}
                for name, currency in (
                    ("Basket Seller", "base.USD"),
                    ("Basket Sister", "base.EUR"),
                )
            ]
        )
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.manager = cls._user(
            "basket manager", "crm_analytics.group_crm_analytics_manager"
        )
        cls.seller = cls._user("basket seller", "sales_team.group_sale_salesman")
        cls.runs = cls.env["crm.analytics.basket.run"]
        cls.rules = cls.env["crm.analytics.basket.rule"]
        cls.category = cls.env["product.category"].create({"name": "Basket things"})
        cls.ann, cls.bob, cls.cem = cls._customers("Ann", "Bob", "Cem")
        cls.table, cls.chair, cls.lamp = cls._products("Table", "Chair", "Lamp")

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups,
            tz="UTC",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _customers(cls, *names):
        return cls.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in names]
        )

    @classmethod
    def _products(cls, *names, **vals):
        return cls.env["product.product"].create(
            [
                {
                    "name": f"Basket {name}",
                    "type": "consu",
                    "list_price": 100,
                    "categ_id": cls.category.id,
                    "taxes_id": [Command.clear()],
                    **vals,
                }
                for name in names
            ]
        )

    @classmethod
    def _order(cls, customer, *products, days_ago=10, company=None, **vals):
        """A confirmed order of one of each, so many days ago."""
        day = cls.today - timedelta(days_ago)
        lines = [
            product
            if isinstance(product, dict)
            else {"product_id": product.id, "product_uom_qty": 1}
            for product in products
        ]
        return (
            cls.env["sale.order"]
            .with_company(company or cls.company)
            .create(
                {
                    "partner_id": customer.id,
                    "company_id": (company or cls.company).id,
                    "date_order": f"{day:%Y-%m-%d} 12:00:00",
                    "order_line": [Command.create(line) for line in lines],
                    "state": "sale",
                    **vals,
                }
            )
        )

    def _run(self, company=None, **vals):
        company = company or self.company
        run = self.runs.create(
            {
                "company_id": company.id,
                "min_orders": 1,
                "min_customers": 1,
                "min_confidence": 0,
                "min_lift": 0,
                **vals,
            }
        )
        run.action_compute()
        return run

    def _rule(self, product, also):
        return self.rules.search(
            [("product_id", "=", product.id), ("also_id", "=", also.id)]
        )
