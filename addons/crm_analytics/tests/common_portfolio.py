from .common_analytics import AnalyticsCommon


class PortfolioCommon(AnalyticsCommon):
    """Customers with a typed potential and a revenue of this year."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute("DELETE FROM crm_analytics_strategy")
        cls.env.cr.execute("DELETE FROM crm_analytics_portfolio")
        cls.env.invalidate_all()
        users = cls.sara | cls.karim | cls.mona
        users.company_id = cls.company

    @classmethod
    def home_company(cls):
        company = cls.env["res.company"].create(
            {"name": "Home", "currency_id": cls.env.ref("base.USD").id}
        )
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": company.ids}
        )
        return company

    @classmethod
    def customer(cls, name, potential, value, company=None, **vals):
        """A customer with a potential (None: nobody knows) and a revenue."""
        company = company or cls.company
        partner = cls.env["res.partner"].create(
            {"name": name, "is_company": True, **vals}
        )
        if potential is not None:
            partner.with_company(company).crm_potential = potential
        cls.bought(partner, value, company)
        return partner

    @classmethod
    def bought(cls, partner, value, company=None, day="2026-03-01"):
        return cls.day(
            partner,
            day,
            company,
            order_count=1,
            ordered=value,
            revenue=value,
            margin=value / 2,
            refunds=0,
        )

    @classmethod
    def four(cls, **vals):
        """A customer of each kind, with cuts at 100 and 100."""
        names = {
            "Invest": (200, 300),
            "Cultivate": (400, 10),
            "Restructure": (20, 500),
            "Let": (10, 20),
        }
        found = [cls.customer(name, *row, **vals) for name, row in names.items()]
        cls.refresh()
        cls.cut(100, 100)
        return found

    @classmethod
    def portfolio(cls, company=None):
        company = company or cls.company
        return cls.env["crm.analytics.portfolio"].search(
            [("company_id", "=", company.id)]
        )

    @classmethod
    def cut(cls, potential, value, company=None):
        cls.portfolio(company).write({"potential_cut": potential, "value_cut": value})

    @classmethod
    def strategy(cls, partner, company=None):
        return cls.of(partner, company).strategy

    def choose(self, user, partner, strategy, reason="We know them", **vals):
        return (
            self.env["crm.analytics.strategy"]
            .with_user(user)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "strategy": strategy,
                    "reason": reason,
                    **vals,
                }
            )
        )

    def matrix(self, user, company=None, **options):
        rows = self.figures.with_user(user).with_company(company or self.company)
        return rows.get_matrix(**options)

    def counts(self, found):
        return {row["code"]: row["customers"] for row in found["strategies"]}
