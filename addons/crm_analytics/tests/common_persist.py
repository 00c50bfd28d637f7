import random
from datetime import date, timedelta

from odoo import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import SQL

TODAY = date(2025, 6, 30)


class PersistCommon(TransactionCase):
    """Two companies with a currency each, their people, and customer days.

    What customers bought is written into the customer-day mart: that the mart tells
    the truth about documents is the mart's own test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "tracking_disable": True, "tz": "UTC"}
        )
        cls.company = cls._company("Persist Seller", "base.USD")
        cls.sister = cls._company("Persist Sister", "base.JPY")
        cls.manager = cls._user(
            "persist manager", "crm_analytics.group_crm_analytics_manager"
        )
        cls.seller = cls._user(
            "persist seller",
            "sales_team.group_sale_salesman,crm_analytics.group_crm_analytics_user",
        )
        cls.rows = cls.env["crm.analytics.customer"]

    @classmethod
    def _company(cls, name, currency):
        return cls.env["res.company"].create(
            {"name": name, "currency_id": cls.env.ref(currency).id}
        )

    @classmethod
    def _user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups,
            tz="UTC",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.sister).ids)],
        )

    @classmethod
    def _customers(cls, count, **vals):
        return cls.env["res.partner"].create(
            [{"name": f"Persist {n}", "is_company": True, **vals} for n in range(count)]
        )

    @classmethod
    def _buy(cls, partner, *days, amount=100.0, company=None, **figures):
        """Days on which a customer ordered and was invoiced the amount."""
        cls.env["crm.customer.day"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": (company or cls.company).id,
                    "day": day,
                    "order_count": 1,
                    "invoice_count": 1,
                    "ordered": amount,
                    "revenue": amount,
                    "margin": amount * 0.4,
                    **figures,
                }
                for day in days
            ]
        )

    @classmethod
    def _load(cls, company, rows):
        """Customer days of many customers: rows of partner id, day, amount, margin."""
        who, days, amounts, margins = zip(*rows, strict=True)
        cls.env.cr.execute(
            SQL(
                """INSERT INTO crm_customer_day (company_id, partner_id, day,
                    order_count, invoice_count, ordered, revenue, margin, refunds)
                SELECT %s, partner_id, day, 1, 1, amount, amount, margin, 0
                FROM UNNEST(%s::int[], %s::date[], %s::numeric[], %s::numeric[])
                    bought(partner_id, day, amount, margin)""",
                company.id,
                list(who),
                list(days),
                list(amounts),
                list(margins),
            )
        )
        cls.env["crm.customer.day"].invalidate_model()

    @classmethod
    def _market(cls, company, partners, seed=5, margin=0.4):
        """A market as the model supposes it: customers buy at random and leave."""
        dice = random.Random(seed)
        rows = []
        for partner in partners:
            rate, leave = dice.gammavariate(0.6, 1 / 25), dice.betavariate(0.8, 2.4)
            mean = 20 * 5 / dice.gammavariate(4, 1)
            day, bought = TODAY - timedelta(dice.randrange(200, 700)), set()
            while day <= TODAY:
                bought.add(day)
                if len(bought) > 1 and dice.random() < leave:
                    break
                day += timedelta(1 + int(min(dice.expovariate(rate), 2000)))
            for day in sorted(bought):
                amount = round(dice.gammavariate(5, mean / 5) + 1, 2)
                rows.append((partner.id, day, amount, round(amount * margin, 2)))
        cls._load(company, rows)
        return rows

    def _run(self, company=None, **vals):
        """A run of the manager, computed."""
        company = company or self.company
        run = (
            self.env["crm.analytics.clv.run"]
            .with_user(self.manager)
            .with_company(company)
            .create({"company_id": company.id, "date": TODAY, **vals})
        )
        self.rows.rebuild()  # nobody noted the days that were written by hand
        run.action_compute()
        return run

    def _row(self, partner, company=None):
        return self.rows.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or self.company).id),
            ]
        )
