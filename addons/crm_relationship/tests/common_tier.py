from datetime import date

from odoo import Command
from odoo.tests import TransactionCase

from .common_people import new_user

TODAY = date(2024, 6, 30)


class TierCommon(TransactionCase):
    """A trading company with four tiers and a policy, its people and customers.

    What customers bought is written into the customer-day mart: that the mart tells
    the truth about documents is the mart's own test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "tracking_disable": True, "tz": "UTC"}
        )
        cls.company = cls._company("Seller", "base.USD")
        cls.sister = cls._company("Sister", "base.EUR")
        groups = {
            "manager": "sales_team.group_sale_manager",
            "salesperson": "sales_team.group_sale_salesman_all_leads",
            "worker": "stock.group_stock_user",
        }
        companies = cls.company | cls.sister
        for who, group in groups.items():
            user = new_user(cls.env, f"tier_{who}", group, companies, tz="UTC")
            setattr(cls, who, user)
        cls.platinum = cls.env.ref("crm_relationship.tier_platinum")
        cls.gold = cls.env.ref("crm_relationship.tier_gold")
        cls.iron = cls.env.ref("crm_relationship.tier_iron")
        cls.lead = cls.env.ref("crm_relationship.tier_lead")
        cls.tiers = cls.platinum | cls.gold | cls.iron | cls.lead
        cls.policy = cls._policy(cls.company)

    @classmethod
    def _company(cls, name, currency):
        return cls.env["res.company"].create(
            {"name": name, "currency_id": cls.env.ref(currency).id}
        )

    @classmethod
    def _policy(cls, company, **vals):
        return (
            cls.env["crm.tier.policy"]
            .with_user(cls.manager)
            .with_company(company)
            .create(
                {
                    "name": f"Policy of {company.name}",
                    "company_id": company.id,
                    "hysteresis_pct": 0,
                    "min_stay_days": 0,
                    "exclude_new": False,
                    "cut_ids": cls._cuts(50, 80, 95, 100),
                    **vals,
                }
            )
        )

    @classmethod
    def _cuts(cls, *cuts):
        return [
            Command.create({"tier_id": tier.id, "cut": cut})
            for tier, cut in zip(cls.tiers, cuts, strict=False)
        ]

    @classmethod
    def _customer(cls, name, *bought, company=None, **vals):
        """A customer company; bought: amounts, each on a day of its own."""
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, **vals}
        )
        for index, amount in enumerate(bought):
            cls._buy(partner, amount, date(2024, 6, 28 - index), company)
        return partner

    @classmethod
    def _buy(cls, partner, revenue, day, company=None, **vals):
        return cls.env["crm.customer.day"].create(
            {
                "company_id": (company or cls.company).id,
                "partner_id": partner.id,
                "day": day,
                "revenue": revenue,
                "order_count": 1,
                "invoice_count": 1,
                **vals,
            }
        )

    def _run(self, day=TODAY, policy=None, apply=True):
        run = (policy or self.policy)._evaluate(day)
        if apply:
            run.action_apply()
        return run

    def _line(self, run, partner):
        return run.line_ids.filtered(lambda line: line.partner_id == partner)

    def _tier(self, partner, company=None):
        return partner.with_company(company or self.company).tier_id

    def _open(self, partner, company=None):
        return self.env["crm.tier.assignment"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or self.company).id),
                ("date_to", "=", False),
            ]
        )
