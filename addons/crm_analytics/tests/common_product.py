from datetime import date, datetime
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

TODAY = date(2026, 4, 15)
EXPORT = "base.group_allow_export"


class ProductCommon(AccountTestInvoicingCommon):
    """A company and one abroad with another currency; what their customers buy.

    `sara` is a salesperson with nothing but that right, `karim` sees all documents,
    `mona` is the manager of the analyses.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        companies = cls._make_companies()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": companies.ids,
                "tracking_disable": True,
            }
        )
        cls._make_people(companies)
        cls._make_customers()
        cls._make_products()
        cls.months = cls.env["crm.analytics.product.month"]
        cls.stopped = cls.env["crm.analytics.stopped"]
        cls.figures = cls.env["crm.analytics.customer"]
        cls.days = cls.env["crm.customer.day"]
        cls.today = TODAY
        cls.startClassPatcher(
            patch.object(type(cls.figures), "_today", lambda *args: cls.today)
        )
        # the demo data are not part of the story
        queue = cls.env["crm.analytics.product.touch"]
        for model in (cls.days, cls.figures, cls.months, cls.stopped, queue):
            cls.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(model._table)))
        cls.env.invalidate_all()

    @classmethod
    def _make_companies(cls):
        euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        cls.company = cls.env.company
        cls.abroad = cls.setup_other_company(name="Abroad", currency_id=euro.id)[
            "company"
        ]
        return cls.company | cls.abroad

    @classmethod
    def _make_people(cls, companies):
        cls.sara, cls.karim, cls.mona = (
            new_test_user(
                cls.env,
                f"product {name}",
                f"{group},{EXPORT}",
                company_id=cls.company.id,
                company_ids=[Command.set(companies.ids)],
            )
            for name, group in (
                ("sara", "sales_team.group_sale_salesman"),
                ("karim", "sales_team.group_sale_salesman_all_leads"),
                ("mona", "crm_analytics.group_crm_analytics_manager"),
            )
        )

    @classmethod
    def _make_customers(cls):
        us, fr = cls.env.ref("base.us"), cls.env.ref("base.fr")
        create = cls.env["res.partner"].create
        cls.alpha, cls.beta, cls.gamma = create(
            [
                {
                    "name": "Alpha",
                    "is_company": True,
                    "user_id": cls.sara.id,
                    "country_id": us.id,
                    "state_id": cls.env.ref("base.state_us_5").id,
                },
                {
                    "name": "Beta",
                    "is_company": True,
                    "user_id": cls.karim.id,
                    "country_id": fr.id,
                },
                {"name": "Gamma", "is_company": True, "user_id": cls.karim.id},
            ]
        )

    @classmethod
    def _make_products(cls):
        cls.drinks = cls.env["product.category"].create({"name": "Drinks"})
        cls.tea, cls.coffee, cls.cup = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "categ_id": (category or cls.env["product.category"]).id or False,
                    "taxes_id": False,
                    "invoice_policy": "order",
                    "standard_price": cost,
                }
                for name, category, cost in (
                    ("Tea", cls.drinks, 4),
                    ("Coffee", cls.drinks, 5),
                    ("Cup", None, 1),
                )
            ]
        )

    def setUp(self):
        super().setUp()
        type(self).today = TODAY

    @classmethod
    def sell(cls, partner, day, *lines, company=None, kind="out_invoice"):
        """A posted invoice of (product, quantity, price)."""
        company = company or cls.company
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": kind,
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "invoice_date": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": product.id if product else False,
                                "name": product.name if product else "Something",
                                "quantity": quantity,
                                "price_unit": price,
                                "tax_ids": False,
                            }
                        )
                        for product, quantity, price in lines
                    ],
                }
            )
        )
        move.action_post()
        return move

    @classmethod
    def order(cls, partner, days, product, quantity=1, price=10, company=None):
        """A confirmed order of a product on each day, at noon."""
        company = company or cls.company
        orders = cls.env["sale.order"]
        for day in days:
            moment = datetime.combine(day, datetime.min.time()).replace(hour=12)
            order = orders.with_company(company).create(
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "price_unit": price,
                            }
                        )
                    ],
                }
            )
            order.action_confirm()
            order.date_order = moment
            orders |= order
        return orders

    @classmethod
    def refresh(cls, today=None):
        """As the scheduled jobs do, in their order."""
        if today:
            cls.today = today
        cls.env.flush_all()
        for model in (cls.days, cls.figures, cls.months, cls.stopped):
            model.refresh()
