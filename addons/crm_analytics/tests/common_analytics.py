from datetime import date
from unittest.mock import patch

from odoo.fields import Date
from odoo.tests import TransactionCase, new_test_user

EXPORT = "base.group_allow_export"
TODAY = date(2026, 4, 1)


class AnalyticsCommon(TransactionCase):
    """Two companies and currencies, customers of two salespeople, and a fixed today.

    `sara` is a salesperson with nothing but that right, `karim` sees all documents,
    `mona` is the manager of the analyses.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        currency = cls.env["res.currency"].create(
            {"name": "TST", "symbol": "¤", "rounding": 0.01}
        )
        cls.company = cls.home_company()
        cls.abroad = cls.env["res.company"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        cls.sara = cls._person("sara", f"sales_team.group_sale_salesman,{EXPORT}")
        cls.karim = cls._person(
            "karim", f"sales_team.group_sale_salesman_all_leads,{EXPORT}"
        )
        cls.mona = cls._person("mona", "crm_analytics.group_crm_analytics_manager")
        cls.alpha, cls.beta, cls.gamma = cls.env["res.partner"].create(
            [
                {"name": "Alpha", "is_company": True, "user_id": cls.sara.id},
                {"name": "Beta", "is_company": True, "user_id": cls.karim.id},
                {"name": "Gamma", "is_company": True},
            ]
        )
        cls.figures = cls.env["crm.analytics.customer"]
        cls.today = TODAY
        cls.startClassPatcher(
            patch.object(type(cls.figures), "_today", lambda *args: cls.today)
        )
        # the demo data are not part of the story
        cls.env.cr.execute("DELETE FROM crm_customer_day")
        cls.env.cr.execute("DELETE FROM crm_analytics_customer")
        cls.env.invalidate_all()

    @classmethod
    def _person(cls, name, groups):
        """A user of both companies."""
        companies = [(6, 0, (cls.company | cls.abroad).ids)]
        login = f"analytics {name}"
        return new_test_user(cls.env, login, groups, company_ids=companies)

    @classmethod
    def home_company(cls):
        return cls.env.company

    @classmethod
    def day(cls, partner, day, company=None, **figures):
        return cls.env["crm.customer.day"].create(
            {
                "partner_id": partner.id,
                "company_id": (company or cls.company).id,
                "day": day,
                **figures,
            }
        )

    @classmethod
    def refresh(cls, **changes):
        for name, value in changes.items():
            setattr(cls, name, value)
        cls.env.flush_all()
        return cls.figures.refresh().rows

    @classmethod
    def of(cls, partner, company=None):
        return cls.figures.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or cls.company).id),
            ]
        )

    def assert_same_as_rebuilt(self):
        def rows():
            self.env.flush_all()
            self.env.cr.execute(
                "SELECT to_jsonb(figures) - 'id' FROM crm_analytics_customer figures"
                " ORDER BY partner_id, company_id"
            )
            return [row for (row,) in self.env.cr.fetchall()]

        refreshed = rows()
        self.figures.rebuild()
        self.assertEqual(rows(), refreshed)

    @staticmethod
    def date(text):
        return Date.to_date(text)
