from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from .common_analytics import AnalyticsCommon

FIRST, LAST = date(2025, 4, 1), date(2026, 3, 31)


class CostCommon(AnalyticsCommon):
    """Three customers of 2025/26, and Fiona of finance in two companies.

    Alpha buys much and causes little, beta the other way round; gamma only had visits.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fiona = new_test_user(
            cls.env,
            "cost fiona",
            "crm_analytics.group_crm_analytics_finance",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.abroad).ids)],
        )
        cls.buy(cls.alpha, date(2025, 5, 1), 900, cost=500, order_count=1)
        cls.buy(cls.beta, date(2025, 6, 1), 60, cost=20, order_count=2)
        cls.buy(cls.beta, date(2026, 3, 31), 40, cost=10, discount=10, refunds=5)
        cls.day(cls.gamma, date(2025, 7, 1), visit_count=2)
        cls.day(cls.beta, date(2025, 7, 1), visit_count=4)

    @classmethod
    def home_company(cls):
        """One of its own: computing a run brings the days of all documents back."""
        company = cls.env["res.company"].create(
            {"name": "Home", "currency_id": cls.env.ref("base.USD").id}
        )
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": company.ids}
        )
        cls.env["account.journal"].create(
            {"name": "Entries", "code": "CRME", "type": "general"}
        )
        return company

    @classmethod
    def buy(cls, partner, day, revenue, cost=0, company=None, **figures):
        figures.setdefault("invoice_count", 1)
        figures |= {"revenue": revenue, "cost": cost, "margin": revenue - cost}
        return cls.day(partner, day, company, **figures)

    @classmethod
    def pool(cls, name, driver, amount=100, company=None, **vals):
        company = company or cls.company
        return (
            cls.env["crm.cost.pool"]
            .with_user(cls.fiona)
            .with_company(company)
            .create(
                {
                    "name": name,
                    "driver": driver,
                    "amount": amount,
                    "period": "year",
                    "company_id": company.id,
                    **vals,
                }
            )
        )

    @classmethod
    def run_(cls, company=None, **vals):
        """A run of the year, computed by Fiona."""
        company = company or cls.company
        run = (
            cls.env["crm.cost.run"]
            .with_user(cls.fiona)
            .with_company(company)
            .create(
                {
                    "date_from": FIRST,
                    "date_to": LAST,
                    "company_id": company.id,
                    **vals,
                }
            )
        )
        run.action_compute()
        return run

    def row(self, run, partner):
        return run.profit_ids.filtered(lambda row: row.partner_id == partner)
